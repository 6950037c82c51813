"""Stored numbers that mark no signal, masked before scaling.

A 16-bit converter has no numbers beyond −32768 and 32767, so a value at either end is at least that
large: a detached lead, a saturated amplifier, or the writer's marker for "not recorded". At the 1
to 5 µV per step of ECG devices both are beyond 30 mV.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float64, Integer, Num

ENDS_OF_16_BITS = (-(2**15), 2**15 - 1)
ENDS_OF_32_BITS = (-(2**31), 2**31 - 1)
MOST_MV = 20.0
"""Upper limit of an ECG on the skin in mV, electrode offset removed."""


def without_sentinels(
    stored: Num[np.ndarray, " samples"], sentinels: Iterable[float] = ENDS_OF_16_BITS
) -> Float64[np.ndarray, " samples"]:
    """Return stored samples as floats, with NaN for the sentinels.

    Example:
        >>> without_sentinels(np.array([-32768, 7, 32767], np.int16))
        array([nan,  7., nan])
    """
    samples = stored.astype(np.float64)
    for sentinel in sentinels:
        samples[stored == sentinel] = np.nan
    return samples


def sentinels_beyond_a_body(millivolts_per_step: float) -> tuple[int, ...]:
    """Return the ends of 16 and 32 bits that are not physiological at this step size.

    A format with samples as text does not state their width: −32768 steps of 0.1 µV are an ordinary
    S wave, of 2.5 µV a detached lead.

    Example:
        >>> sentinels_beyond_a_body(0.0025)
        (-32768, 32767, -2147483648, 2147483647)
        >>> sentinels_beyond_a_body(0.0001)
        (-2147483648, 2147483647)
    """
    ends = ENDS_OF_16_BITS + ENDS_OF_32_BITS
    return tuple(end for end in ends if abs(end * millivolts_per_step) > MOST_MV)


def signal_of(stored: Integer[np.ndarray, " samples"]) -> Float64[np.ndarray, " samples"]:
    """Return stored integers as floats, with NaN for the lowest number of their type.

    Devices write −32768 (or its equivalent in 8 and 32 bits) for a detached electrode: no converter
    reaches it, because its range is symmetric about zero.

    Example:
        >>> signal_of(np.array([3, -32768, -5], dtype=np.int16))
        array([ 3., nan, -5.])
    """
    signed = stored.dtype.kind == "i"
    return without_sentinels(stored, [np.iinfo(stored.dtype).min] if signed else [])
