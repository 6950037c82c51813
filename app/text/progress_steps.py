"""Progress of an inspection: the steps of the model and their text."""

from collections.abc import Callable

WORDS = {
    "read": "reading the recording",
    "filter": "filtering and measuring",
    "model": "running the model",
    "neighbours": "searching for similar hearts",
}
"""Steps in their order; all but the first are reported by the model."""

Begin = Callable[[str], None]
"""Called with the key of a step at its start."""


def step_reporter(show: Callable[[float, str], object], number: int = 1, total: int = 1) -> Begin:
    """Return a function to call at the start of each step of a recording.

    Args:
        show: draws the share done (0–1) and the text.
        number: number of this recording, from 1.
        total: number of recordings.

    Example:
        >>> step_reporter(print, 2, 4)("model")
        0.375 Recording 2 of 4: running the model …
    """

    def begin(step: str) -> None:
        share = (number - 1 + list(WORDS).index(step) / len(WORDS)) / total
        text = f"{WORDS[step]} …"
        show(share, f"Recording {number} of {total}: {text}" if total > 1 else text.capitalize())

    return begin
