"""Slices above and below the one that a cohort's cine shows: the same bullet, cut elsewhere.

The left ventricle's cavity is a cylinder from the base to its middle and half an ellipsoid from
there to the apex, V = 5/6·A·L (`contours.slice_motion`); so is its outer surface, longer and wider
by the wall. The simulated slice cuts both in the middle. It stays at rest; base and apex come
towards it as the ventricle shortens, so a basal slice shows the atrium in systole. Only the middle
slice is held against real cines; the others make a stack that a reader has to find its way in.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import UInt8

from ptacl.synthetic.chest import Chest
from ptacl.synthetic.cine import render_cine
from ptacl.synthetic.contours import Curve, Motion

SLICE_STEP_MM = 10.0
"""8 mm slices with gaps of 2 mm, as in UK Biobank."""
_PAPILLARY_REACH_MM = 15.0
_ATRIUM_RADIUS, _ATRIUM_WALL_MM = 0.85, 2.0
_RV_APEX = 0.85
"""The right ventricle ends before the left one."""


def render_stack(
    rng: np.random.Generator,
    chest: Chest,
    motion: Motion,
    middle: UInt8[np.ndarray, "frames rows columns"],
    *,
    count: int,
    ghosting: float = 0.0,
) -> Iterator[UInt8[np.ndarray, "frames rows columns"]]:
    """The slices from base to apex; slice ``count // 2`` is the given one."""
    for place in range(count):
        offset_mm = (place - count // 2) * SLICE_STEP_MM
        if not offset_mm:
            yield middle
            continue
        near = abs(offset_mm) <= _PAPILLARY_REACH_MM
        level = chest if near else replace(chest, papillary_mm=np.zeros(2))
        yield render_cine(
            rng, level, motion_at(motion, offset_mm), size=middle.shape[1], ghosting=ghosting
        )


def motion_at(motion: Motion, offset_mm: float) -> Motion:
    """The contours of a slice so many mm from the middle towards the apex (negative: the base)."""
    half = motion.length / 2
    if offset_mm <= 0:
        return _towards_base(motion, half, -offset_mm)
    radius = motion.radius * _ellipse(offset_mm / half)
    outer = (motion.radius + motion.wall) * _ellipse(offset_mm / (half + motion.wall))
    reach = motion.rv_reach * _ellipse(offset_mm / (_RV_APEX * half))
    return replace(motion, radius=radius, wall=outer - radius, rv_reach=reach)


def _towards_base(motion: Motion, half: Curve, distance_mm: float) -> Motion:
    # The valve's plane is no knife: the slice is thick, and shows some of both sides.
    atrium = np.clip((distance_mm - half) / 4.0 + 0.5, 0, 1)
    radius = motion.radius * (1 - (1 - _ATRIUM_RADIUS) * atrium)
    wall = motion.wall + (_ATRIUM_WALL_MM - motion.wall) * atrium
    reach = motion.rv_reach * (1 + 0.15 * np.minimum(distance_mm / half, 1) - 0.3 * atrium)
    return replace(motion, radius=radius, wall=wall, rv_reach=reach)


def _ellipse(share: Curve) -> Curve:
    """Radius of half an ellipsoid at a share of its length, relative to its middle."""
    return np.sqrt(np.clip(1 - share**2, 0, None))
