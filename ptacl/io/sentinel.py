"""The number that stands for "no signal" among stored samples."""

import numpy as np
from jaxtyping import Float64, Integer


def signal_of(stored: Integer[np.ndarray, " samples"]) -> Float64[np.ndarray, " samples"]:
    """Stored integers as numbers, NaN where the lowest of their type stands.

    Carts write −32768 (or its like in 8 and 32 bits) where an electrode is off: no converter
    reaches it, because its range is symmetric about zero.

    Example:
        >>> signal_of(np.array([3, -32768, -5], dtype=np.int16))
        array([ 3., nan, -5.])
    """
    samples = stored.astype(np.float64)
    if stored.dtype.kind == "i":
        samples[stored == np.iinfo(stored.dtype).min] = np.nan
    return samples
