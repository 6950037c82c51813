"""Which slice of a short-axis stack is read, and which way a stack runs.

The rule: of the slices that hold (nearly) the most frames, ordered from base to apex, number
``count // 2`` counted from 0. With an even count that is the more apical of the two in the middle,
because stacks begin above the mitral valve more often than they end below the apex. The others
stay at hand: `read_cine` takes a ``slice_position``, `read_cine_slices` gives all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.types import Cine

APEX_LPS = np.array([1.0, -1.0, -1.0])
"""From base to apex the left ventricle points to the left, the front and the feet."""


@dataclass(frozen=True, slots=True)
class CineStack:
    """The slices of a cine, counted from base to apex; no pixel is decoded yet."""

    count: int
    read: Callable[[int], Cine]
    """Decodes one slice."""


def mid_ventricular(count: int) -> int:
    """Number of the slice that is read, of ``count`` slices from base to apex.

    Example:
        >>> mid_ventricular(9), mid_ventricular(10), mid_ventricular(1)
        (4, 5, 0)
    """
    return count // 2


def runs_to_apex(direction_lps: Float64[np.ndarray, "3"]) -> bool:
    """Whether a direction (left, posterior, superior) runs from base to apex."""
    return bool(direction_lps @ APEX_LPS >= 0)
