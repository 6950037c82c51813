"""Wording that pages, reports, tables and the terminal share: disclaimer, sexes, lists, numbers."""

import math
from collections.abc import Sequence

from ptacl.types import SEXES, EcgQuality, Rhythm, RhythmName, Sex

DISCLAIMER = "Research use only, not a medical device"
SYNTHETIC = "synthetic"
SYNTHETIC_HELP = (
    "Simulated hearts, or a model trained on them. Nothing here is evidence about real patients."
)
MISSING = "–"
"""Stands for a number that is not known."""
SEX_PLURAL: dict[Sex, str] = {"female": "women", "male": "men"}
RHYTHM_TITLES: dict[RhythmName, str] = {
    "sinus": "sinus rhythm",
    "atrial_fibrillation": "atrial fibrillation",
    "flutter": "atrial flutter",
    "ectopy": "premature beats",
    "paced": "paced rhythm",
    "other": "other rhythm",
}
SEX_SINGULAR: dict[Sex, str] = {"female": "a woman", "male": "a man"}


def sexes_of(sex: Sex | None) -> tuple[Sex, ...]:
    """Return the sexes whose reference intervals apply: the one that is known, else both."""
    return (sex,) if sex else SEXES


def as_sex(value: object) -> Sex | None:
    """Return a cell of a table as a sex; None where it is none.

    Example:
        >>> as_sex("male"), as_sex(float("nan"))
        ('male', None)
    """
    return next((sex for sex in SEXES if sex == value), None)


def listed(names: Sequence[str]) -> str:
    """Join names to a phrase.

    >>> listed(["I", "II", "V1"])
    'I, II and V1'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number as text with a true minus sign; a dash where it is unknown.

    Example:
        >>> number(-0.5, 2), number(61.2), number(float("nan"))
        ('−0.50', '61', '–')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.{decimals}f}".replace("-", "−")


def signed(value: float, decimals: int = 1) -> str:
    """Return a difference with its sign and a true minus; what rounds to zero has no sign.

    Example:
        >>> signed(3.2), signed(-3.2), signed(-0.04), signed(-12.3, 0), signed(float("nan"))
        ('+3.2', '−3.2', '0.0', '−12', '–')
    """
    if not math.isfinite(value):
        return MISSING
    rounded = round(value, decimals)
    if rounded == 0:
        return f"{0:.{decimals}f}"
    return f"{value:+.{decimals}f}".replace("-", "−")


def rhythm_title(rhythm: Rhythm) -> str:
    """Return the narrowest name of a rhythm: ``sinus arrhythmia``, ``atrial flutter``."""
    return rhythm.detail or RHYTHM_TITLES[rhythm.name]


def flagged_leads(quality: EcgQuality) -> list[str]:
    """Return the leads that are not good with their reasons, those that the file lacks together.

    ``["V3 flat", "V5 and V6 absent"]``
    """
    doubtful = [entry for entry in quality.per_lead if entry.state != "good"]
    lacking = [entry.lead for entry in doubtful if entry.reason == "absent"]
    flagged = [f"{entry.lead} {entry.reason}" for entry in doubtful if entry.lead not in lacking]
    return [*flagged, f"{listed(lacking)} absent"] if lacking else flagged
