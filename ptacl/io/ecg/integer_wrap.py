"""Arithmetic of 16 bits: what runs over one end comes back at the other.

A device that stores differences takes them in the width of its samples. The second difference of
16-bit samples needs 18 bits and is stored in 16, so that sums in a wider type run away where a
sample leaps: a lead that comes off, a calibration pulse, a pacemaker's spike.
"""

import numpy as np
from jaxtyping import Int64


def wrapped_to_16_bits(values: Int64[np.ndarray, "*any"]) -> Int64[np.ndarray, "*any"]:
    """The signed 16-bit numbers that are equal to the given ones but for multiples of 65536.

    Sums and differences may be wrapped once at the end; halves must be wrapped before.

    Example:
        >>> wrapped_to_16_bits(np.array([7, 32767 + 1, -32768 - 2, 65536 + 5]))
        array([     7, -32768,  32766,      5])
    """
    return (values + 2**15) % 2**16 - 2**15
