"""Stored numbers that stand for no signal, told before they are scaled.

A converter of 16 bits has no numbers beyond −32768 and 32767, so that whatever lies at either end
is at least as far off: a lead that is off, an amplifier that is saturated, or the writer's sign for
"nothing was recorded". At the 1 to 5 µV a step of ECG devices both lie beyond 30 mV.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float64, Integer, Num

ENDS_OF_16_BITS = (-(2**15), 2**15 - 1)
ENDS_OF_32_BITS = (-(2**31), 2**31 - 1)
MOST_MV = 20.0
"""No ECG on the skin has more, electrode offset removed."""


def without_sentinels(
    stored: Num[np.ndarray, " samples"], sentinels: Iterable[float] = ENDS_OF_16_BITS
) -> Float64[np.ndarray, " samples"]:
    """Samples as they are stored, NaN where one of the sentinels stands.

    Example:
        >>> without_sentinels(np.array([-32768, 7, 32767], np.int16))
        array([nan,  7., nan])
    """
    samples = stored.astype(np.float64)
    for sentinel in sentinels:
        samples[stored == sentinel] = np.nan
    return samples


def sentinels_beyond_a_body(millivolts_per_step: float) -> tuple[int, ...]:
    """The ends of 16 and 32 bits that no body gives at this step, for formats without a width.

    A format that spells its samples as text does not say how wide they were: −32768 steps of
    0.1 µV are an ordinary S wave, of 2.5 µV they are a lead that is off.

    Example:
        >>> sentinels_beyond_a_body(0.0025)
        (-32768, 32767, -2147483648, 2147483647)
        >>> sentinels_beyond_a_body(0.0001)
        (-2147483648, 2147483647)
    """
    ends = ENDS_OF_16_BITS + ENDS_OF_32_BITS
    return tuple(end for end in ends if abs(end * millivolts_per_step) > MOST_MV)


def signal_of(stored: Integer[np.ndarray, " samples"]) -> Float64[np.ndarray, " samples"]:
    """Stored integers as numbers, NaN where the lowest of their type stands.

    Carts write −32768 (or its like in 8 and 32 bits) where an electrode is off: no converter
    reaches it, because its range is symmetric about zero.

    Example:
        >>> signal_of(np.array([3, -32768, -5], dtype=np.int16))
        array([ 3., nan, -5.])
    """
    signed = stored.dtype.kind == "i"
    return without_sentinels(stored, [np.iinfo(stored.dtype).min] if signed else [])
