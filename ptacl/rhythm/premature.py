"""Premature beats of an ECG: when they come, of which shape, and the pause after them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int

from ptacl.signal.delineation.beat_types import beat_kinds

EARLY = 0.88
"""Largest coupling interval of a premature beat, as a share of the usual R–R interval around it."""
PAUSE = 1.08
"""Shortest interval after a premature beat, as a share of the usual one: the sinus node is reset or
waits for its next turn. In fibrillation what follows a short interval is as often short again."""
CLEARLY_EARLY = 0.80
"""Coupling of a premature beat of the usual shape; sinus arrhythmia rarely jumps as far."""
VERY_EARLY, AT_LEAST = 0.70, 0.95
"""Coupling of a beat of the usual shape that is premature even if the next interval is only the
usual one, of which it must have this share: an atrial beat can reset the sinus node at once."""
NEIGHBOURS = 4
"""Intervals to each side, the median of which is the usual one."""
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Premature:
    """Which beats are premature, by index of the R peaks."""

    ventricular: Int[np.ndarray, " beats"]
    """Of another shape than the usual beats."""
    supraventricular: Int[np.ndarray, " others"]
    """Of the usual shape, clearly early, followed by a pause."""
    kinds: Int[np.ndarray, " all_beats"]
    """Kind of each beat by its shape (`beat_types.beat_kinds`)."""

    @property
    def all(self) -> Int[np.ndarray, " premature"]:
        """All of them, in order."""
        return np.sort(np.concatenate([self.ventricular, self.supraventricular]))


def find_premature(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Premature:
    """Find the premature beats; none with fewer than four intervals.

    Args:
        signal_mv: canonical leads in mV, no NaN.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: of the signal.
    """
    none = np.empty(0, dtype=np.int64)
    kinds = beat_kinds(signal_mv, r_peaks, sample_rate_hz)
    rr = np.diff(r_peaks) / sample_rate_hz
    if rr.size < FEWEST:
        return Premature(none, none, kinds)
    typical = usual_intervals(rr)
    other = kinds[1:] != 0
    # an interval belongs to the beat at its end; the pause is the next one
    early = rr < EARLY * typical
    pause = np.append(rr[1:] > PAUSE * typical[1:], True)
    paused = pause | np.append(rr[1:] + rr[:-1] > 1.85 * typical[:-1], False)
    ventricular = early & other
    same = (rr < CLEARLY_EARLY * typical) & ~other & paused
    not_shorter = np.append(rr[1:] > AT_LEAST * typical[1:], False)
    same |= (rr < VERY_EARLY * typical) & ~other & not_shorter
    if same.size:
        same[-1] = False  # its pause is not recorded
    return Premature(np.flatnonzero(ventricular) + 1, np.flatnonzero(same) + 1, kinds)


def usual_intervals(rr_s: Float64[np.ndarray, " intervals"]) -> Float64[np.ndarray, " intervals"]:
    """Return the usual R–R interval around each one: a median that the odd ones do not move.

    In bigeminy the sum of two intervals is twice the usual one: the larger of the median and half
    of the median sum is taken.
    """
    count = rr_s.size
    typical = np.empty(count)
    for index in range(count):
        near = slice(max(index - NEIGHBOURS, 0), index + NEIGHBOURS + 1)
        window = rr_s[near]
        pairs = window[1:] + window[:-1]
        typical[index] = max(np.median(window), np.median(pairs) / 2)
    return typical


def sinus_intervals(
    rr_s: Float64[np.ndarray, " intervals"], premature: Premature
) -> tuple[Float64[np.ndarray, " remaining"], Bool[np.ndarray, " intervals"]]:
    """Return the intervals that neither end nor begin at a premature beat, and which those are."""
    remaining = np.ones(rr_s.size, dtype=bool)
    for beat in premature.all:
        remaining[max(beat - 1, 0) : beat + 1] = False
    return rr_s[remaining], remaining
