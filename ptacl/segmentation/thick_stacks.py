"""Volume of the left ventricle from slices far apart.

With 18 mm between slices a plain sum jumps by a quarter of the volume whenever the basal slice
passes the valve plane. Here the valve plane moves smoothly instead: it descends with the
contraction by the longitudinal shortening that is usual at this ejection fraction (`area_length`),
at the height that fits best to which slices show the cavity in which frame. Between the slices the
area is interpolated by a monotone cubic; beyond the last one the cavity ends as half an ellipsoid.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from ptacl.segmentation.area_length import SHORTENING
from ptacl.segmentation.areas import SHOWS_MM2, Areas
from ptacl.segmentation.coverage import Extent
from ptacl.segmentation.records import SUMMATION, PerFrame
from ptacl.segmentation.smoothing import contraction_share, smooth_over_beat
from ptacl.segmentation.uncertainty import (
    FRAME_CONTOUR_MM,
    SHARED_CONTOUR_MM,
    VolumeEstimate,
    perimeter_mm,
)
from ptacl.segmentation.volumes import Offsets, slice_heights_mm

THICK_STEP_MM = 12.0
"""Slices farther apart than this are integrated by this module."""
_PLANE_SHARE = 0.8
"""Area of the cavity at the valve plane over that of the first slice below: the ventricle narrows
towards its valves. In ACDC 005 (10 mm slices) the first slice has 0.80 to 0.82 of the second."""
_HALF = 0.5
"""Area of a basal section over that of the next one, below which the valves are in it."""
_CAP_ERROR = 0.3
"""SD of the volume beyond the last slice, as a share of it."""
_BETWEEN_ERROR = 0.015
"""SD of the volume by interpolation between slices, as a share of it."""


@dataclass(frozen=True, slots=True)
class ValvePlane:
    """Position of the base of the cavity in each frame."""

    offset_mm: PerFrame
    sd_mm: float
    """SD of its height, common to all frames."""


def integrate(
    areas_mm2: Areas, offsets_mm: Offsets, extent: Extent, *, cyclic: bool = True
) -> VolumeEstimate:
    """Integrate the areas between the moving valve plane and the apex.

    Args:
        areas_mm2: of the left ventricle's cavity.
        offsets_mm: ascending, towards the apex.
        extent: of the left ventricle.
        cyclic: whether the frames cover the whole beat.
    """
    areas_mm2 = _below_the_valves(areas_mm2)
    plane = valve_plane(areas_mm2, offsets_mm, extent, cyclic=cyclic)
    frames = range(areas_mm2.shape[1])
    parts = np.array([_volume_parts(areas_mm2[:, t], offsets_mm, extent, plane, t) for t in frames])
    ml, cap_ml, base_ml_per_mm = parts.T
    contour = slice_heights_mm(offsets_mm, extent.step_mm) @ perimeter_mm(areas_mm2) / 1000
    shared = [
        SHARED_CONTOUR_MM * contour,
        plane.sd_mm * base_ml_per_mm,
        _CAP_ERROR * cap_ml,
        _BETWEEN_ERROR * ml,
    ]
    return VolumeEstimate(ml, np.array(shared), FRAME_CONTOUR_MM * contour, SUMMATION)


def _below_the_valves(areas_mm2: Areas) -> Areas:
    """Clear the most basal section of each frame where less than half of it shows the cavity.

    The plane of the valves cuts through such a slice: most of it is atrium or outflow tract.
    """
    kept = areas_mm2.copy()
    for frame in kept.T:
        first = int((frame >= SHOWS_MM2).argmax())
        if first + 1 < len(frame) and frame[first] < _HALF * frame[first + 1]:
            frame[first] = 0.0
    return kept


def valve_plane(
    areas_mm2: Areas, offsets_mm: Offsets, extent: Extent, *, cyclic: bool = True
) -> ValvePlane:
    """Find the height of the moving valve plane.

    In each frame it is above the first slice that shows the cavity and below the slice before. Both
    bounds, moved back to end-diastole, bracket its height there; the middle is taken.

    Args:
        areas_mm2: of the left ventricle's cavity.
        offsets_mm: ascending, towards the apex.
        extent: of the left ventricle.
        cyclic: whether the frames cover the whole beat.
    """
    shows = areas_mm2 >= SHOWS_MM2
    always = shows.all(axis=1)
    inner = areas_mm2[always if always.any() else slice(None)].sum(axis=0)
    curve = smooth_over_beat(inner, cyclic=cyclic)
    ef_pct = 100 * (1 - float(curve.min()) / float(curve.max()))
    descent = SHORTENING.share(ef_pct) * extent.length_mm * contraction_share(curve)
    first = np.where(shows.any(axis=0), shows.argmax(axis=0), extent.first)
    lowest = float(np.min(offsets_mm[first] - descent))
    if extent.first == 0 and extent.above_mm > extent.step_mm:  # the base is missing
        height = min(float(offsets_mm[0]) - extent.above_mm, lowest)
        return ValvePlane(height + descent, extent.above_mm / 2)
    # A complete stack shows the cavity nowhere above its first slice.
    with_next = np.append(offsets_mm[0] - extent.step_mm, offsets_mm)
    highest = float(np.max(with_next[first] - descent))
    width = max(abs(lowest - highest), extent.step_mm / 4)
    return ValvePlane((lowest + highest) / 2 + descent, width / np.sqrt(12))


def _volume_parts(
    areas_mm2: PerFrame, offsets_mm: Offsets, extent: Extent, plane: ValvePlane, frame: int
) -> tuple[float, float, float]:
    """Return the volume of a frame, the part beyond the last slice, and mL per mm at the base."""
    showing = np.flatnonzero(areas_mm2 >= SHOWS_MM2)
    if not len(showing):
        return 0.0, 0.0, 0.0
    first, last = int(showing[0]), int(showing[-1])
    between = 0.0
    if last > first:
        span = slice(first, last + 1)
        curve = PchipInterpolator(offsets_mm[span], areas_mm2[span])
        between = float(curve.integrate(offsets_mm[first], offsets_mm[last]))
    height = float(offsets_mm[first] - plane.offset_mm[frame])
    above = areas_mm2[first] * height * ((1 + _PLANE_SHARE) / 2 if height > 0 else 1.0)
    cap = _cap_mm3(areas_mm2[last], float(areas_mm2.max()), extent, last == extent.last)
    return (between + above + cap) / 1000, cap / 1000, float(areas_mm2[first]) / 1000


def _cap_mm3(area_mm2: float, largest_mm2: float, extent: Extent, is_last: bool) -> float:
    """Return the volume of half an ellipsoid beyond a section of a known area."""
    half_mm = extent.length_mm / 2
    share = float(np.sqrt(1 - min(area_mm2 / largest_mm2, 1.0)))
    # ∫ from u to 1 of (1 - u²), over the cylinder (1 - u²)(1 - u)
    fullness = (2 / 3 - share + share**3 / 3) / max((1 - share**2) * (1 - share), 1e-9)
    height = half_mm * (1 - share)
    limit = extent.below_mm if is_last else extent.step_mm
    return area_mm2 * min(height, limit) * fullness
