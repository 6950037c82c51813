"""The mean beat by phase: from one R wave to the next, whatever each beat lasted.

`beats.mean_beat` keeps milliseconds, as measuring asks for; here time is stretched, so that the
beat lies over a cine that runs from R to R as well.
"""

import numpy as np
from jaxtyping import Float, Float32, Int

PHASES = 400
TYPICAL_RR = 0.2
"""A beat whose R–R interval is farther from the median one, as a share of it, is left out."""


def mean_beat_by_phase(
    lead_mv: Float[np.ndarray, " samples"], r_peaks: Int[np.ndarray, " peaks"]
) -> Float32[np.ndarray, " phases"] | None:
    """The mean of the beats of usual length, each stretched to 400 phases from R to R.

    Args:
        lead_mv: one lead in mV, no NaN.
        r_peaks: sample numbers, ascending.

    Returns:
        In mV, the R wave first; None where the recording holds fewer than two R peaks.

    Example:
        >>> beat = mean_beat_by_phase(np.tile(np.arange(100.0), 4), np.array([0, 100, 200]))
        >>> beat[[0, 200]].tolist()
        [0.0, 50.0]
    """
    peaks = r_peaks[(r_peaks >= 0) & (r_peaks < len(lead_mv))]
    if len(peaks) < 2:
        return None
    lengths = np.diff(peaks)
    usual = np.median(lengths)
    kept = np.abs(lengths - usual) <= TYPICAL_RR * usual
    # Of two unlike beats neither is near their median.
    starts, lengths = (peaks[:-1][kept], lengths[kept]) if kept.any() else (peaks[:-1], lengths)
    positions = starts[:, None] + lengths[:, None] * np.arange(PHASES) / PHASES
    beats = np.interp(positions, np.arange(len(lead_mv)), lead_mv)
    return beats.mean(axis=0).astype(np.float32)
