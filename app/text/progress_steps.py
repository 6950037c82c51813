"""The steps in which an upload becomes an inspection, shown while they are done."""

from collections.abc import Callable

WORDS = {
    "read": "reading the recording",
    "filter": "filtering and measuring",
    "model": "asking the model",
    "neighbours": "looking for alike hearts",
}
"""Each step in the order in which they are done; all but the first are the model's own."""

Begin = Callable[[str], None]
"""Called with the key of a step as it begins."""


def shown_steps(show: Callable[[float, str], object], number: int = 1, total: int = 1) -> Begin:
    """What to call as each step of a recording begins.

    Args:
        show: draws the share done (0–1) and the words.
        number: of this recording.
        total: recordings in all.

    Example:
        >>> shown_steps(print, 2, 4)("model")
        0.375 Recording 2 of 4: asking the model …
    """

    def begin(step: str) -> None:
        share = (number - 1 + list(WORDS).index(step) / len(WORDS)) / total
        words = f"{WORDS[step]} …"
        show(share, f"Recording {number} of {total}: {words}" if total > 1 else words.capitalize())

    return begin
