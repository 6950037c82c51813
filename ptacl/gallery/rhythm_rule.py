"""What a rhythm does to the predictions, by one rule.

A rhythm that the training hearts have leaves the predictions as they are, or widens their intervals
by what it costs on such hearts (atrial fibrillation). A rhythm that no training heart has, and that
changes QRS or T, withholds them: ventricular pacing and clear atrial flutter. Atrial pacing
conducts through the ventricles as a sinus beat does, and changes nothing.
"""

from collections.abc import Iterable

from ptacl.types import Caveat, Rhythm

FIBRILLATION_FACTOR = 1.25
"""Of the half widths in atrial fibrillation: what the phenotype that needs most (RVEF) needs for
90 % of 98 simulated hearts in fibrillation (`python -m tests.benchmarks.rhythm_volumes`), for all.
The filling of real ones also changes from beat to beat, which is not measured."""
CLEAR_FLUTTER = 0.8
"""Probability of flutter from which predictions are withheld: below, another rhythm is named beside
it, most often sinus rhythm with P on T."""
FIBRILLATION, FLUTTER, UNCLEAR_FLUTTER, PACED, OTHER = (
    "rhythm_fibrillation", "rhythm_flutter", "rhythm_flutter_unclear", "rhythm_paced",
    "rhythm_other",
)  # fmt: skip
"""Codes of the caveats."""
_NAMED_WITH = frozenset({FLUTTER, PACED, "paced", "unlike_training"})
"""Codes of withholding caveats with which the rhythm is still named: it is the reason, or only the
model does not know such ECGs."""


def rhythm_factor(rhythm: Rhythm | None) -> float:
    """Return the factor of the half widths of all intervals; 1 but in fibrillation.

    Args:
        rhythm: of the ECG; None where it is not known.
    """
    fibrillates = rhythm is not None and rhythm.name == "atrial_fibrillation"
    return FIBRILLATION_FACTOR if fibrillates else 1.0


def rhythm_caveats(rhythm: Rhythm | None, known: Iterable[Caveat] = ()) -> tuple[Caveat, ...]:
    """Return what a rhythm means for the predictions.

    Args:
        rhythm: of the ECG; None where it is not known.
        known: caveats of the quality, which already report pacing.
    """
    if rhythm is None:
        return ()
    share = f"{100 * rhythm.probability:.0f} %"
    if rhythm.name == "atrial_fibrillation":
        text = (
            f"Atrial fibrillation ({share}): the intervals are {FIBRILLATION_FACTOR:g} times as "
            "wide. Filling changes from beat to beat; a volume is that of a mean beat."
        )
        return (Caveat(FIBRILLATION, text),)
    if rhythm.name == "flutter" and rhythm.probability < CLEAR_FLUTTER:
        text = (
            f"Atrial flutter is possible ({share}): no heart that the model was trained on has it. "
            "Interpret the predictions with caution."
        )
        return (Caveat(UNCLEAR_FLUTTER, text),)
    if rhythm.name == "flutter":
        text = (
            f"Atrial flutter ({share}): its waves overlap QRS and T, and no heart that the model "
            "was trained on has them: volumes are not predicted."
        )
        return (Caveat(FLUTTER, text, "withhold"),)
    if rhythm.name == "paced" and not any(caveat.code == "paced" for caveat in known):
        text = f"Paced rhythm ({share}): the model was not trained on paced hearts."
        return (Caveat(PACED, text, "withhold"),)
    if rhythm.name == "other":
        text = (
            f"The rhythm is none of those of the training hearts ({share}): interpret the "
            "predictions with caution."
        )
        return (Caveat(OTHER, text),)
    return ()


def named_rhythm(rhythm: Rhythm | None, caveats: Iterable[Caveat]) -> Rhythm | None:
    """Return the rhythm, or None where the recording itself forbids to name one.

    Args:
        rhythm: of the ECG.
        caveats: all of them.
    """
    withholding = {caveat.code for caveat in caveats if caveat.severity == "withhold"}
    return rhythm if withholding <= _NAMED_WITH else None
