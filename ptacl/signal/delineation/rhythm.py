"""What must be said of an ECG's rhythm before its numbers are trusted.

A paced ECG is named by where its spikes lie. Atrial pacing leaves the way through the ventricles as
it is, so QRS, T and what is read from them stand. Ventricular pacing makes a QRS and a T of its own
that no unpaced heart has, so nothing that was learned from unpaced ones may be read from them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from ptacl.signal.delineation.beat_types import alternates, beat_kinds
from ptacl.types import Caveat

Chambers = Literal["none", "atria", "ventricles", "both", "unclear"]
LEAST_BPM, MOST_BPM = 20.0, 230.0
"""Mean ventricular rates outside are told: an escape rhythm of the ventricles beats 20 to 40 times
a minute; at rest an adult's ventricles follow up to about 230."""
VENTRICULAR_S = 0.13
"""From a ventricular stimulus to the R peak that it makes; the QRS begins within 40 ms of it."""
ATRIAL_S = 0.40
"""From an atrial stimulus to the R peak at the latest: P follows at once, PR is at most 0.3 s."""
MOST = 0.3
"""Share of the beats that follow a spike of a chamber, for the chamber to be named."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The rhythm as far as beats and spikes tell it."""

    rate_bpm: float
    """Mean ventricular rate; NaN with fewer than two beats."""
    alternates: bool
    """Whether two shapes of beats take turns, as in bigeminy."""
    paced: Chambers
    spikes: int

    @property
    def rate_impossible(self) -> bool:
        """Whether no heart at rest beats at this rate."""
        return bool(self.rate_bpm < LEAST_BPM or self.rate_bpm > MOST_BPM)


def find_rhythm(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    spikes: Int[np.ndarray, " spikes"],
    sample_rate_hz: float,
) -> Rhythm:
    """Tell the rhythm of an ECG.

    Args:
        signal_mv: without its spikes (`pacing.without_spikes`), no NaN.
        r_peaks: as from `beats.find_r_peaks`.
        spikes: as from `pacing.find_spikes`, at the same rate.
        sample_rate_hz: of all three.
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
    """Which chambers a pacemaker stimulates, by how long before the R peaks its spikes lie."""
    if not spikes.size:
        return "none"
    if not r_peaks.size:
        return "unclear"
    before_s = (r_peaks[:, None] - spikes) / sample_rate_hz
    ventricular = ((before_s >= 0) & (before_s <= VENTRICULAR_S)).any(axis=1)
    atrial = ((before_s > VENTRICULAR_S) & (before_s <= ATRIAL_S)).any(axis=1)
    found = float(ventricular.mean()) >= MOST, float(atrial.mean()) >= MOST
    names: dict[tuple[bool, bool], Chambers] = {
        (True, True): "both",
        (True, False): "ventricles",
        (False, True): "atria",
    }
    return names.get(found, "unclear")


def rhythm_caveats(rhythm: Rhythm) -> tuple[Caveat, ...]:
    """What is to be said of it."""
    said = [_paced(rhythm)] if rhythm.paced != "none" else []
    if rhythm.alternates:
        said.append(
            Caveat(
                "alternating_beats",
                "Two shapes of heartbeat take turns, as in bigeminy. The heart rate counts both; "
                "the intervals are those of the narrower one.",
            )
        )
    if rhythm.rate_impossible:
        said.append(
            Caveat(
                "rate_impossible",
                f"{rhythm.rate_bpm:.0f} beats a minute were counted, hardly a heart's rate "
                "at rest: other waves may have been taken for beats, or beats missed.",
            )
        )
    return tuple(said)


def _paced(rhythm: Rhythm) -> Caveat:
    stimulated = {
        "atria": "in the atria",
        "ventricles": "in the ventricles",
        "both": "in atria and ventricles",
    }
    where = stimulated.get(rhythm.paced, "at no fixed time before the beats")
    found = (
        f"A pacemaker stimulates this heart {where}: {rhythm.spikes} spikes were found. They are "
        "marked on the paper and were taken out before anything was measured or read."
    )
    if rhythm.paced == "atria":
        return Caveat("paced", found)
    return Caveat(
        "paced",
        f"{found} QRS and T of beats that a pacemaker makes tell little of the ventricles' size, "
        "and the model has learned from none: no volume may be read from them.",
        "withhold",
    )
