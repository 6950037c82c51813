"""Wrap-around arithmetic of 16 bits.

A device that stores differences computes them in the width of its samples. The second difference of
16-bit samples needs 18 bits but is stored in 16, so that sums in a wider type diverge at large
steps: a detached electrode, a calibration pulse, a pacemaker spike.
"""

import numpy as np
from jaxtyping import Int64


def wrapped_to_16_bits(values: Int64[np.ndarray, "*any"]) -> Int64[np.ndarray, "*any"]:
    """Return the signed 16-bit numbers congruent to the given ones modulo 65536.

    Sums and differences may be wrapped once at the end; halves must be wrapped before.

    Example:
        >>> wrapped_to_16_bits(np.array([7, 32767 + 1, -32768 - 2, 65536 + 5]))
        array([     7, -32768,  32766,      5])
    """
    return (values + 2**15) % 2**16 - 2**15
