"""Adapter: the rhythm in the words of the rules, from measurements or from a `types.Rhythm`.

The rules of the impression read nothing else of the rhythm, so that another judge of it changes
this file only.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from jaxtyping import Float32, Float64, Int

from ptacl.measurements import EcgIntervals, LeadWaves
from ptacl.signal.delineation.beat_types import alternates, beat_kinds
from ptacl.signal.delineation.rhythm import Chambers, paced_chambers
from ptacl.types import Caveat, Certainty, Rhythm, RhythmName

Dominant = Literal[
    "sinus", "ectopic_atrial", "atrial_fibrillation", "flutter", "possible_flutter",
    "no_p_wave", "undetermined",
]  # fmt: skip

IRREGULAR = 0.09
"""Median change from one R–R interval to the next, as a share of the median interval, from which a
rhythm without a P wave is called fibrillation."""
VARIES = 0.25
"""Range of the R–R intervals as a share of their mean from which sinus rhythm is called sinus
arrhythmia, chosen on the development records."""
EARLY = 0.8
"""A premature beat follows after less than this share of the median interval and of the one before:
sinus arrhythmia shortens step by step."""
NEGATIVE_P_MV, NO_UPRIGHT_P_MV = 0.05, 0.02


@dataclass(frozen=True, slots=True)
class RhythmWords:
    """Rhythm of one ECG, in the terms of the rules."""

    dominant: Dominant
    evidence: str
    certainty: Certainty = "definite"
    paced: Chambers = "none"
    spikes: int = 0
    irregularity: float = float("nan")
    """Median change of the R–R interval as a share of the median interval."""
    range_share: float = float("nan")
    """Range of the R–R intervals without premature beats, as a share of their mean."""
    range_ms: float = float("nan")
    ventricular_ectopics: int = 0
    supraventricular_ectopics: int = 0
    alternates: bool = False
    """Whether two kinds of beats alternate."""
    rr_ms: tuple[float, ...] = field(default=(), repr=False)


def from_measurements(
    signal_mv: Float32[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    spikes: Int[np.ndarray, " spikes"],
    sample_rate_hz: float,
    intervals: EcgIntervals,
    leads: dict[str, LeadWaves],
    caveats: tuple[Caveat, ...] = (),
) -> RhythmWords:
    """Name the rhythm from P waves, R–R intervals, kinds of beats and pacemaker stimuli.

    Args:
        signal_mv: prepared, without stimuli.
        r_peaks: sample numbers of the beats.
        spikes: sample numbers of pacemaker stimuli.
        sample_rate_hz: of all.
        intervals: as measured.
        leads: waves of the usable leads.
        caveats: of `intervals.measure_with_caveats`; they name flutter.
    """
    paced = paced_chambers(r_peaks, spikes, sample_rate_hz)
    rr_ms = 1000 * np.diff(r_peaks) / sample_rate_hz
    if rr_ms.size < 2:
        return RhythmWords("undetermined", "fewer than three beats", paced=paced)
    kinds = beat_kinds(signal_mv, r_peaks, sample_rate_hz)
    early = premature(rr_ms)
    around = np.minimum(np.concatenate([early - 1, early]), rr_ms.size - 1)
    regular = np.delete(rr_ms, around)
    spread = float(np.ptp(regular)) if regular.size > 1 else float("nan")
    irregularity = float(np.median(np.abs(np.diff(rr_ms))) / np.median(rr_ms))
    dominant, evidence, certainty = _dominant(intervals, leads, caveats, irregularity)
    fibrillates = dominant == "atrial_fibrillation"
    return RhythmWords(
        dominant=dominant,
        evidence=evidence,
        certainty=certainty,
        paced=paced,
        spikes=int(spikes.size),
        irregularity=irregularity,
        range_share=spread / float(regular.mean()) if regular.size > 1 else float("nan"),
        range_ms=spread,
        ventricular_ectopics=int((kinds[early] != 0).sum()),
        supraventricular_ectopics=0 if fibrillates else int((kinds[early] == 0).sum()),
        alternates=alternates(kinds),
        rr_ms=tuple(rr_ms.tolist()),
    )


DOMINANT: dict[RhythmName, Dominant] = {
    "sinus": "sinus",
    "ectopy": "sinus",
    "atrial_fibrillation": "atrial_fibrillation",
    "flutter": "flutter",
    "other": "no_p_wave",
}
"""Dominant rhythm of each name; what is paced keeps the one measured."""
SURE, LIKELY = 0.9, 0.6
"""Probabilities from which a rhythm is stated as definite, and as probable."""


def with_rhythm(words: RhythmWords, rhythm: Rhythm | None) -> RhythmWords:
    """Replace the dominant rhythm and the premature beats by those of the rhythm's read-out.

    Intervals and their irregularity stay as measured. An ectopic atrial P wave is not among the
    names of the read-out, so it is kept where that reads sinus rhythm.

    Args:
        words: from `from_measurements`.
        rhythm: from `ptacl.rhythm`; None leaves the words as they are.
    """
    if rhythm is None or rhythm.name == "paced":
        return words
    dominant = DOMINANT[rhythm.name]
    if dominant == "sinus" and words.dominant == "ectopic_atrial":
        dominant = "ectopic_atrial"
    early, ventricular = 0, 0
    probability, clauses, suffix = rhythm.probability, rhythm.evidence, ""
    if rhythm.name == "ectopy":
        # The evidence of the rhythm between premature beats is its P wave, named last.
        probability += rhythm.probabilities.get("sinus", 0.0)
        clauses, suffix = clauses[-1:], " with or without premature beats"
        early = max(len(rhythm.premature), 1)
        ventricular = 0 if rhythm.detail.startswith("supraventricular") else early
    return replace(
        words,
        dominant=dominant,
        evidence=f"{'; '.join(clauses)}; probability {100 * probability:.0f} %{suffix}",
        certainty="definite"
        if probability >= SURE
        else "probable"
        if probability >= LIKELY
        else "possible",
        ventricular_ectopics=ventricular,
        supraventricular_ectopics=early - ventricular,
    )


def premature(rr_ms: Float64[np.ndarray, " intervals"]) -> Int[np.ndarray, " early"]:
    """Return the indices of the beats that come early, among the R peaks.

    Example:
        >>> premature(np.array([1000.0, 990.0, 600.0, 1400.0, 1000.0])).tolist()
        [3]
    """
    former = np.concatenate([[np.median(rr_ms)], rr_ms[:-1]])
    short = (rr_ms < EARLY * np.median(rr_ms)) & (rr_ms < EARLY * former)
    return np.flatnonzero(short) + 1


def _dominant(
    intervals: EcgIntervals,
    leads: dict[str, LeadWaves],
    caveats: tuple[Caveat, ...],
    irregularity: float,
) -> tuple[Dominant, str, Certainty]:
    codes = {caveat.code for caveat in caveats}
    changes = f"R–R changes by {100 * irregularity:.0f} % from beat to beat"
    if "flutter" in codes:
        return "flutter", "the same atrial wave recurs between two beats", "probable"
    if "flutter_possible" in codes:
        return "possible_flutter", f"regular without a definite P wave; {changes}", "possible"
    if np.isfinite(intervals.pr_ms):
        inverted = [
            lead
            for lead in ("II", "III", "aVF")
            if lead in leads
            and -leads[lead].p_low_mv >= NEGATIVE_P_MV
            and leads[lead].p_high_mv <= NO_UPRIGHT_P_MV
        ]
        if len(inverted) == 3:
            return (
                "ectopic_atrial",
                "a P wave before each beat, negative in II, III, aVF",
                "probable",
            )
        return "sinus", "a P wave before each beat", "definite"
    if irregularity >= IRREGULAR:
        return "atrial_fibrillation", f"no P wave in common; {changes}", "probable"
    return "no_p_wave", f"no P wave in common; {changes}", "possible"
