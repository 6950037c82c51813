"""Progress of an inspection: the steps of the model and their text."""

from collections.abc import Callable
from dataclasses import dataclass

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


CINE_STEPS = {
    "read": (0.0, 0.1, "reading the slices"),
    "model": (0.1, 0.15, "loading the segmenter"),
    "label": (0.15, 1.0, "drawing the contours"),
}
"""Step of a cine → share done at its start and at its end, and its text."""
_EARLY = 0.03
"""Share of a step from which the time left can be told."""


def cine_step(step: str, share: float, elapsed_s: float) -> tuple[float, str]:
    """Return the share done (0–1) and the text of a cine that is being measured.

    Args:
        step: key of `CINE_STEPS`, or empty before the first.
        share: of this step that is done.
        elapsed_s: seconds since this step began.

    Example:
        >>> cine_step("label", 0.5, 6.0)
        (0.575, 'drawing the contours, about 6 s left …')
        >>> cine_step("read", 0.0, 0.2)
        (0.0, 'reading the slices …')
    """
    start, end, text = CINE_STEPS.get(step, CINE_STEPS["read"])
    done = min(max(share, 0.0), 1.0)
    left = f", about {time_left(elapsed_s, done)} left" if done >= _EARLY else ""
    return start + (end - start) * done, f"{text}{left} …"


@dataclass(frozen=True, slots=True)
class HeartStep:
    """A work that takes seconds for each heart."""

    single: str
    """Text for a single heart."""
    several: str
    """What is done for several."""
    seconds: float
    """What a heart takes on two cores, until the first one is done."""


_EARLY_PART, _EARLY_HEARTS = 0.1, 0.5
"""Parts of a heart, alone or among several, from which the time left is that of this computer."""
CONTOUR_STEP = HeartStep("drawing the contours", "contours", 2.5)
MOTION_STEP = HeartStep("measuring the strain", "strain", 8.0)


def hearts_step(
    step: HeartStep, ready: float, count: int, since: float, elapsed_s: float
) -> tuple[float, str]:
    """Return the share done (0–1) and the text of a work on hearts.

    Args:
        step: the work.
        ready: hearts that are done; the one under way counts as a part.
        count: hearts in all.
        since: those that were done since the clock began.
        elapsed_s: seconds on this clock.

    Example:
        >>> hearts_step(CONTOUR_STEP, 3, 7, 2, 4.0)
        (0.42857142857142855, 'contours of 3 of 7 hearts, about 8 s left …')
        >>> hearts_step(MOTION_STEP, 0.25, 1, 0.25, 2.0)
        (0.25, 'measuring the strain, about 6 s left …')
    """
    to_do = count - ready
    left_s = max(step.seconds * to_do - elapsed_s, 1.0)
    if since >= (_EARLY_PART if count == 1 else _EARLY_HEARTS):
        left_s = elapsed_s * to_do / since
    text = step.single if count == 1 else f"{step.several} of {int(ready)} of {count} hearts"
    return min(ready / count, 1.0), f"{text}, about {lasting(left_s)} left …"


def time_left(elapsed_s: float, share: float) -> str:
    """Return the time left of a work of which a share is done.

    Example:
        >>> time_left(10, 0.5), time_left(60, 0.25), time_left(10, 1.0)
        ('10 s', '3 min', '1 s')
    """
    return lasting(elapsed_s * (1 - share) / max(share, 1e-6))


def lasting(seconds: float) -> str:
    """Return a length of time, at least a second.

    Example:
        >>> lasting(180), lasting(0.2)
        ('3 min', '1 s')
    """
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(seconds, 1):.0f} s"
