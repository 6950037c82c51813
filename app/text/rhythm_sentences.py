"""Sentences about the rhythm of an ECG."""

from ptacl.types import Inspection, Rhythm
from ptacl.wording import RHYTHM_TITLES, listed, rhythm_title

UNSURE = 0.8
"""Probability below which the second most probable rhythm is named as well."""
BLURRED = (
    "The phase is blurred: this ECG is in atrial fibrillation, its R–R intervals differ and there "
    "is no atrial kick. The alignment is that of a mean beat."
)
"""On the alignment page."""


def rhythm_verdicts(inspection: Inspection) -> tuple[tuple[str, tuple[str, str]], ...]:
    """Return the rhythm as a verdict (subject, state and sentence); none where it is not named."""
    rhythm = inspection.rhythm
    return () if rhythm is None else (("Rhythm", (_state(rhythm), rhythm_sentence(rhythm))),)


def rhythm_sentence(rhythm: Rhythm) -> str:
    """Return name, probability and evidence of a rhythm."""
    title = rhythm_title(rhythm)
    named = f"{title[:1].upper()}{title[1:]}, {100 * rhythm.probability:.0f} %"
    if rhythm.probability < UNSURE:
        others = sorted(rhythm.probabilities.items(), key=lambda entry: -entry[1])
        second, share = next(entry for entry in others if entry[0] != rhythm.name)
        named += f" (or {RHYTHM_TITLES[second]}, {100 * share:.0f} %)"
    return f"{named}: {listed(rhythm.evidence)}." if rhythm.evidence else f"{named}."


def _state(rhythm: Rhythm) -> str:
    """Return ``good`` for a clear sinus rhythm; every other one is to be looked at."""
    return "good" if rhythm.name == "sinus" and rhythm.probability >= UNSURE else "check"
