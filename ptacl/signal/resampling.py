"""Resampling of ECGs to another sample rate."""

from fractions import Fraction

import numpy as np
from jaxtyping import Float
from scipy.signal import resample_poly

LARGEST_FACTOR = 2000
"""Bound on the polyphase factors, against very long filters for rates such as 257.3 Hz."""


def resample(
    signal: Float[np.ndarray, "leads samples"], from_hz: float, to_hz: float
) -> Float[np.ndarray, "leads resampled"]:
    """Resample each lead by a polyphase filter; sample i is at time i / rate before and after.

    Args:
        signal: no NaN (`gaps.fill_gaps`).
        from_hz: rate of the signal.
        to_hz: rate of the result; the ratio is approximated by a fraction with terms ≤ 2000.

    Returns:
        round(samples · to / from) samples in the precision of the signal; the input itself if the
        rates are equal. Beyond the edges, the line through both ends is continued.

    Example:
        >>> resample(np.zeros((12, 1000)), 100.0, 500.0).shape
        (12, 5000)
    """
    if from_hz == to_hz:
        return signal
    ratio = Fraction(to_hz / from_hz).limit_denominator(LARGEST_FACTOR)
    length = max(1, round(signal.shape[-1] * to_hz / from_hz))
    exact = np.asarray(signal, dtype=np.float64)
    resampled = resample_poly(exact, ratio.numerator, ratio.denominator, axis=-1, padtype="line")
    return _set_length(resampled, length).astype(signal.dtype, copy=False)


def _set_length(
    signal: Float[np.ndarray, "leads samples"], length: int
) -> Float[np.ndarray, "leads length"]:
    """Crop or repeat the last samples, which rounding may have added or removed."""
    missing = length - signal.shape[-1]
    if missing > 0:
        return np.pad(signal, ((0, 0), (0, missing)), mode="edge")
    return signal[:, :length]
