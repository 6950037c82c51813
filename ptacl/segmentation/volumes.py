"""Volumes by summation of slices (Simpson's rule of cardiac MRI).

Each slice stands for the space halfway to its neighbours, the outermost ones for half a distance
beyond. A slice counts in a frame if it shows the cavity there. This is what the reference volumes
of ACDC and UK Biobank are; for slices farther apart see `thick_stacks`.
"""

import numpy as np
from jaxtyping import Float64

from ptacl.segmentation.areas import SHOWS_MM2, Areas
from ptacl.segmentation.coverage import Extent
from ptacl.segmentation.records import SUMMATION
from ptacl.segmentation.uncertainty import (
    FRAME_CONTOUR_MM,
    SHARED_CONTOUR_MM,
    VolumeEstimate,
    perimeter_mm,
)

_UNIFORM = 1 / np.sqrt(12)
"""SD of a uniform distribution over its width."""

Offsets = Float64[np.ndarray, " slices"]


def slice_heights_mm(offsets_mm: Offsets, step_mm: float) -> Offsets:
    """Return the height that each slice stands for: halfway to both of its neighbours.

    Args:
        offsets_mm: ascending.
        step_mm: typical distance, for the outer halves of the first and last slice.
    """
    steps = np.diff(offsets_mm)
    return (np.append(step_mm, steps) + np.append(steps, step_mm)) / 2


def sum_slices(areas_mm2: Areas, offsets_mm: Offsets, extent: Extent) -> VolumeEstimate:
    """Sum the slices of a stack, plus what continues beyond its ends.

    Args:
        areas_mm2: of one cavity.
        offsets_mm: ascending, towards the apex.
        extent: of the left ventricle.
    """
    heights = slice_heights_mm(offsets_mm, extent.step_mm)
    ml = heights @ areas_mm2 / 1000
    ends = _beyond_the_ends(areas_mm2, extent)
    contour = heights @ perimeter_mm(areas_mm2) / 1000
    return VolumeEstimate(
        ml + ends.sum(axis=0),
        np.vstack([SHARED_CONTOUR_MM * contour, ends / 2]),
        np.hypot(FRAME_CONTOUR_MM * contour, _end_error_ml(areas_mm2, extent.step_mm)),
        SUMMATION,
    )


def _beyond_the_ends(areas_mm2: Areas, extent: Extent) -> Float64[np.ndarray, "ends=2 frames"]:
    """Estimate the volume in mL of a missing base and apex; zero for a complete stack."""
    half = extent.step_mm / 2
    above = max(extent.above_mm - half, 0.0) * areas_mm2[0]
    # The area falls to zero at the apex: a half ellipsoid has 2/3 of the cylinder.
    below = max(2 / 3 * extent.below_mm - half, 0.0) * areas_mm2[-1]
    missing_below = extent.last == len(areas_mm2) - 1 and extent.below_mm > extent.step_mm
    missing_above = extent.first == 0 and extent.above_mm > extent.step_mm
    return np.array([above * missing_above, below * missing_below]) / 1000


def _end_error_ml(areas_mm2: Areas, step_mm: float) -> Float64[np.ndarray, " frames"]:
    """Return the SD by the unknown ends of the cavity between two slices.

    The valve plane is a cut through the full area; the apex is round, which halves the error.
    """
    shows = areas_mm2 >= SHOWS_MM2
    frames = np.arange(areas_mm2.shape[1])
    first = areas_mm2[shows.argmax(axis=0), frames]
    last = areas_mm2[len(shows) - 1 - shows[::-1].argmax(axis=0), frames]
    return step_mm * _UNIFORM * np.hypot(first, last / 2) / 1000
