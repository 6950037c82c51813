"""Rhythm of an ECG, and the caveats that follow from it.

The paced chambers are determined by the times of the spikes. Atrial pacing does not change the
conduction through the ventricles, so QRS, T and the predictions from them remain valid. Ventricular
pacing changes QRS and T, so a model that was trained on unpaced hearts must not be applied.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from ptacl.signal.delineation.beat_types import alternates, beat_kinds
from ptacl.types import Caveat

Chambers = Literal["none", "atria", "ventricles", "both", "unclear"]
LEAST_BPM, MOST_BPM = 20.0, 230.0
"""Mean ventricular rates outside of this range are reported: a ventricular escape rhythm has 20 to
40 beats per minute; at rest the ventricles of an adult follow up to about 230."""
VENTRICULAR_S = 0.13
"""Maximum time from a ventricular stimulus to its R peak; the QRS starts within 40 ms."""
ATRIAL_S = 0.40
"""Maximum time from an atrial stimulus to the R peak: P follows at once, PR is at most 0.3 s."""
MOST = 0.3
"""Minimum share of beats after a spike of a chamber, for the chamber to be paced."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Rhythm, as determined from beats and pacemaker spikes."""

    rate_bpm: float
    """Mean ventricular rate; NaN with fewer than two beats."""
    alternates: bool
    """Whether two kinds of beats alternate, as in bigeminy."""
    paced: Chambers
    spikes: int

    @property
    def rate_impossible(self) -> bool:
        """Whether the rate is impossible for a heart at rest."""
        return bool(self.rate_bpm < LEAST_BPM or self.rate_bpm > MOST_BPM)


def find_rhythm(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    spikes: Int[np.ndarray, " spikes"],
    sample_rate_hz: float,
) -> Rhythm:
    """Determine the rhythm of an ECG.

    Args:
        signal_mv: without its spikes (`pacing.without_spikes`), no NaN.
        r_peaks: from `beats.find_r_peaks`.
        spikes: from `pacing.find_spikes`, at the same rate.
        sample_rate_hz: of the signal.
    """
    if r_peaks.size < 2:
        return Rhythm(float("nan"), False, paced_chambers(r_peaks, spikes, 1.0), spikes.size)
    rate = 60.0 * sample_rate_hz * (r_peaks.size - 1) / float(r_peaks[-1] - r_peaks[0])
    kinds = beat_kinds(signal_mv, r_peaks, sample_rate_hz)
    chambers = paced_chambers(r_peaks, spikes, sample_rate_hz)
    return Rhythm(rate, alternates(kinds), chambers, spikes.size)


def paced_chambers(
    r_peaks: Int[np.ndarray, " beats"], spikes: Int[np.ndarray, " spikes"], sample_rate_hz: float
) -> Chambers:
    """Determine which chambers are paced, by the times of the spikes before the R peaks."""
    if not spikes.size:
        return "none"
    if not r_peaks.size:
        return "unclear"
    before_s = (r_peaks[:, None] - spikes) / sample_rate_hz
    ventricular = ((before_s >= 0) & (before_s <= VENTRICULAR_S)).any(axis=1)
    atrial = ((before_s > VENTRICULAR_S) & (before_s <= ATRIAL_S)).any(axis=1)
    paced = float(ventricular.mean()) >= MOST, float(atrial.mean()) >= MOST
    names: dict[tuple[bool, bool], Chambers] = {
        (True, True): "both",
        (True, False): "ventricles",
        (False, True): "atria",
    }
    return names.get(paced, "unclear")


def rhythm_caveats(rhythm: Rhythm) -> tuple[Caveat, ...]:
    """Return the caveats about a rhythm."""
    caveats = [_paced(rhythm)] if rhythm.paced != "none" else []
    if rhythm.alternates:
        caveats.append(
            Caveat(
                "alternating_beats",
                "Two kinds of heartbeat alternate, as in bigeminy. The heart rate counts both; "
                "the intervals are those of the narrower one.",
            )
        )
    if rhythm.rate_impossible:
        caveats.append(
            Caveat(
                "rate_impossible",
                f"{rhythm.rate_bpm:.0f} beats per minute were counted, an unlikely heart rate at "
                "rest: other waves may have been detected as beats, or beats may have been missed.",
            )
        )
    return tuple(caveats)


def _paced(rhythm: Rhythm) -> Caveat:
    stimulated = {
        "atria": "in the atria",
        "ventricles": "in the ventricles",
        "both": "in atria and ventricles",
    }
    where = stimulated.get(rhythm.paced, "at no fixed time before the beats")
    paced = (
        f"A pacemaker stimulates this heart {where}: {rhythm.spikes} spikes were found. They are "
        "marked on the ECG paper and were removed before measurement and prediction."
    )
    if rhythm.paced == "atria":
        return Caveat("paced", paced)
    return Caveat(
        "paced",
        f"{paced} QRS and T of paced beats contain little information on the size of the "
        "ventricles, and the model was not trained on them: volumes are not predicted.",
        "withhold",
    )
