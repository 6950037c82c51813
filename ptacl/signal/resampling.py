"""Change of sample rate with an exact length."""

from fractions import Fraction

import numpy as np
from jaxtyping import Float
from scipy.signal import resample_poly

LARGEST_FACTOR = 2000
"""Bound on the polyphase factors: keeps odd rates such as 257.3 Hz from a giant filter."""


def resample(
    signal: Float[np.ndarray, "leads samples"], from_hz: float, to_hz: float
) -> Float[np.ndarray, "leads resampled"]:
    """Polyphase resampling of each lead; sample i lies at i / rate before and after.

    Args:
        signal: no NaN (`gaps.fill_gaps`).
        from_hz, to_hz: rates; their ratio is taken as a fraction with terms ≤ 2000.

    Returns:
        round(samples · to / from) samples in the signal's precision; the input itself where the
        rates are equal. Edges continue along the line through the ends, not towards zero.

    Example:
        >>> resample(np.zeros((12, 1000)), 100.0, 500.0).shape
        (12, 5000)
    """
    if from_hz == to_hz:
        return signal
    ratio = Fraction(to_hz / from_hz).limit_denominator(LARGEST_FACTOR)
    wanted = max(1, round(signal.shape[-1] * to_hz / from_hz))
    exact = np.asarray(signal, dtype=np.float64)
    moved = resample_poly(exact, ratio.numerator, ratio.denominator, axis=-1, padtype="line")
    return _of_length(moved, wanted).astype(signal.dtype, copy=False)


def _of_length(
    signal: Float[np.ndarray, "leads samples"], wanted: int
) -> Float[np.ndarray, "leads wanted"]:
    """Cut the last sample that rounding added, or repeat the one that it lost."""
    short = wanted - signal.shape[-1]
    if short > 0:
        return np.pad(signal, ((0, 0), (0, short)), mode="edge")
    return signal[:, :wanted]
