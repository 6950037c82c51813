"""Mean beat by cardiac phase, from one R wave to the next.

`beats.mean_beat` averages in milliseconds, for measurements; here time is scaled to phase, so that
the beat matches a cine, which also covers one R–R interval.
"""

import numpy as np
from jaxtyping import Float, Float32, Int

PHASES = 400
TYPICAL_RR = 0.2
"""Maximum deviation of a beat's R–R interval from the median, as a share of it."""


def mean_beat_by_phase(
    lead_mv: Float[np.ndarray, " samples"], r_peaks: Int[np.ndarray, " peaks"]
) -> Float32[np.ndarray, " phases"] | None:
    """Average the beats of typical length, each resampled to 400 phases from R to R.

    Args:
        lead_mv: one lead in mV, no NaN.
        r_peaks: sample numbers, ascending.

    Returns:
        The mean beat in mV, starting at the R wave; None with fewer than two R peaks.

    Example:
        >>> beat = mean_beat_by_phase(np.tile(np.arange(100.0), 4), np.array([0, 100, 200]))
        >>> beat[[0, 200]].tolist()
        [0.0, 50.0]
    """
    peaks = r_peaks[(r_peaks >= 0) & (r_peaks < len(lead_mv))]
    if len(peaks) < 2:
        return None
    lengths = np.diff(peaks)
    median = np.median(lengths)
    typical = np.abs(lengths - median) <= TYPICAL_RR * median
    # If two beats differ, neither is near their median.
    starts, lengths = (
        (peaks[:-1][typical], lengths[typical]) if typical.any() else (peaks[:-1], lengths)
    )
    positions = starts[:, None] + lengths[:, None] * np.arange(PHASES) / PHASES
    beats = np.interp(positions, np.arange(len(lead_mv)), lead_mv)
    return beats.mean(axis=0).astype(np.float32)
