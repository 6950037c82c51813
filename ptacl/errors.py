"""Errors that a person reads: what, where, what was found, what to do."""

from pathlib import Path


class PtaclError(Exception):
    """Anything that the user can put right. The message is one or two plain sentences.

    A command prints it and exits with status 2; the app shows it on the page.
    """


class BadInput(PtaclError):
    """A file that cannot be read as what it should be.

    Args:
        where: the file's name (its folder is kept out of the message).
        found: what was found, as a clause: "it holds 3 leads (I, II, III)".
        do: what to do, as a clause: "export all 12 leads".

    Example:
        >>> str(BadInput("a/b.hea", "it is empty", "export it again"))
        'b.hea: it is empty. Export it again.'
    """

    def __init__(self, where: str | Path, found: str, do: str) -> None:
        self.where = Path(where).name
        self.found = found
        self.do = do
        super().__init__(f"{self.where}: {found}. {do[:1].upper()}{do[1:]}.")
