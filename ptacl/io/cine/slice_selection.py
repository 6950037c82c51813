"""Selection of the mid-ventricular slice of a short-axis stack, and the direction of the stack.

Rule: of the slices with (nearly) the largest number of frames, ordered from base to apex, the slice
with index ``count // 2``. For an even count this is the more apical of the two middle slices,
because stacks begin above the mitral valve more often than they end below the apex. Other slices
are read by ``slice_position`` of `read_cine`, all slices by `read_cine_slices`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.types import Cine

APEX_LPS = np.array([1.0, -1.0, -1.0])
"""Direction of the left ventricle from base to apex: to the left, anterior and inferior."""


@dataclass(frozen=True, slots=True)
class UnreadableSlice:
    """A slice of a stack that was left out because it cannot be read or used."""

    reason: str
    """What was found, as a clause."""
    code: str
    """Of the error, from `ptacl.errors.ERROR_CODES`."""
    position: int | None = None
    """Index among the usable slices; None if it has none, because it was excluded before."""
    offset_mm: float | None = None
    """As `Cine.slice_offset_mm`."""


@dataclass(frozen=True, slots=True)
class CineStack:
    """The slices of a cine from base to apex, decoded on demand."""

    count: int
    read: Callable[[int], Cine]
    """Function that decodes the slice at an index."""
    excluded: tuple[UnreadableSlice, ...] = ()
    """Slices that were excluded when the stack was opened."""


def mid_ventricular(count: int) -> int:
    """Return the index of the mid-ventricular one of ``count`` slices from base to apex.

    Example:
        >>> mid_ventricular(9), mid_ventricular(10), mid_ventricular(1)
        (4, 5, 0)
    """
    return count // 2


def runs_to_apex(direction_lps: Float64[np.ndarray, "3"]) -> bool:
    """Return whether a direction (left, posterior, superior) runs from base to apex."""
    return bool(direction_lps @ APEX_LPS >= 0)
