"""How much of the left ventricle the slices cover: gaps, a missing base, a missing apex.

The length to be covered is estimated from the areas (`area_length.expected_length_mm`), because a
stack that ends too early does not show where the ventricle ends.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ptacl.segmentation.area_length import expected_length_mm
from ptacl.segmentation.areas import SHOWS_MM2, AreaTable
from ptacl.segmentation.records import Coverage

LEAST_COVERED = 0.6
"""Least share of the length of the ventricle that volumes need; below it only areas are given."""
_COMPLETE = 0.75
"""Share of the expected length from which a stack is taken as complete; lengths vary by a tenth."""
_GAP = 1.5
"""A distance of neighbouring slices of this many typical distances is a gap."""
_APEX_SHARE = 0.4
"""An apical slice of a complete stack has a smaller share of the largest area."""
_MIDDLE_SHARE = 0.85
"""Area of the middle of the ventricle over the largest one, which is nearer to the base."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The slices that show the left ventricle at end-diastole, and how far it continues."""

    first: int
    """Index of the most basal slice that shows it."""
    last: int
    step_mm: float
    """Typical distance of neighbouring slices."""
    length_mm: float
    """Expected length of the ventricle at end-diastole."""
    above_mm: float
    """Estimated length of the cavity above the centre of the first slice."""
    below_mm: float
    """Estimated length of the cavity below the centre of the last slice."""


def find_extent(
    offsets_mm: Float64[np.ndarray, " slices"], lv_area_mm2: Float64[np.ndarray, " slices"]
) -> Extent | None:
    """Return the extent of the cavity at end-diastole; None if fewer than two slices show it.

    Args:
        offsets_mm: ascending, towards the apex.
        lv_area_mm2: area of the cavity in each slice.
    """
    showing = np.flatnonzero(lv_area_mm2 >= SHOWS_MM2)
    if len(showing) < 2:
        return None
    first, last = int(showing[0]), int(showing[-1])
    steps = np.diff(offsets_mm)
    step = float(np.median(steps))
    largest = float(lv_area_mm2.max())
    length = expected_length_mm(_MIDDLE_SHARE * largest)
    below = _below(float(lv_area_mm2[last]), largest, length)
    apex_missing = last == len(offsets_mm) - 1 and lv_area_mm2[last] > _APEX_SHARE * largest
    below = below if apex_missing else min(below, step)
    above = step / 2
    spanned = float(offsets_mm[last] - offsets_mm[first])
    if first == 0 and spanned + step / 2 + below < _COMPLETE * length:
        above = max(length - spanned - below, above)
    return Extent(first, last, step, length, above, below)


def describe_coverage(table: AreaTable, extent: Extent | None) -> Coverage:
    """Describe the gaps of a stack and what is missing at its ends.

    Args:
        table: areas of all slices.
        extent: of the cavity at end-diastole, if it is known.
    """
    offsets = table.offsets_mm
    if offsets is None or len(offsets) < 2 or extent is None:
        return Coverage(step_mm=None)
    within = range(extent.first, extent.last)
    wide = [i for i in within if offsets[i + 1] - offsets[i] > _GAP * extent.step_mm]
    lengths = [float(offsets[i + 1] - offsets[i]) for i in wide]
    missing = sum(round(length / extent.step_mm) - 1 for length in lengths)
    half = extent.step_mm / 2
    spanned = float(offsets[extent.last] - offsets[extent.first])
    shown = spanned - sum(length - extent.step_mm for length in lengths) + 2 * half
    total = max(extent.length_mm, spanned + extent.above_mm + extent.below_mm)
    apex_missing = extent.last == len(offsets) - 1 and extent.below_mm > extent.step_mm
    coverage = Coverage(
        step_mm=extent.step_mm,
        gaps=tuple((table.positions[i], table.positions[i + 1]) for i in wide),
        gap_slices=missing,
        base_missing=extent.above_mm > extent.step_mm,
        apex_missing=apex_missing,
        covered=min(shown / total, 1.0),
    )
    return _with_text(coverage)


def _with_text(coverage: Coverage) -> Coverage:
    missing = []
    if coverage.apex_missing:
        # Where the apex is not seen, the base is missing only by the expected length.
        missing.append("the apex and perhaps the base" if coverage.base_missing else "the apex")
    elif coverage.base_missing:
        missing.append("the base")
    if coverage.gap_slices:
        count = coverage.gap_slices
        missing.append("one slice in between" if count == 1 else f"{count} slices in between")
    if not missing:
        return coverage
    share = round(100 * (coverage.covered or 0))
    text = (
        f"The slices cover about {share} % of the length of the left ventricle. "
        f"Missing: {', '.join(missing)}."
    )
    return replace(coverage, text=text)


def _below(area_mm2: float, largest_mm2: float, length_mm: float) -> float:
    """Return the distance to the apex from a slice in the half ellipsoid of the bullet."""
    share = min(area_mm2 / largest_mm2, 1.0)
    return length_mm / 2 * (1 - float(np.sqrt(1 - share)))
