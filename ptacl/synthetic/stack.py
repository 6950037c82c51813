"""Basal and apical slices of a simulated stack: further sections of the same bullet.

The left ventricular cavity is a cylinder from the base to its middle and half an ellipsoid from
there to the apex, V = 5/6·A·L (`contours.slice_motion`); the outer surface has the same form,
longer and wider by the wall. The cine of a subject is the middle section, at a fixed position; base
and apex move towards it as the ventricle shortens, so that a basal slice shows the atrium in
systole. Only the middle slice has been compared with real cines; the others serve to test readers
of stacks.
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
    """Render the slices from base to apex; slice ``count // 2`` is the given one.

    Args:
        rng: random number generator of the noise.
        chest: static geometry.
        motion: contours of the middle slice.
        middle: frames of the middle slice.
        count: number of slices.
        ghosting: see `render_cine`.
    """
    for position in range(count):
        offset_mm = (position - count // 2) * SLICE_STEP_MM
        if not offset_mm:
            yield middle
            continue
        near = abs(offset_mm) <= _PAPILLARY_REACH_MM
        slice_chest = chest if near else replace(chest, papillary_mm=np.zeros(2))
        yield render_cine(
            rng, slice_chest, motion_at(motion, offset_mm), size=middle.shape[1], ghosting=ghosting
        )


def motion_at(motion: Motion, offset_mm: float) -> Motion:
    """Return the contours of a slice at an offset in mm from the middle, positive to the apex."""
    half = motion.length / 2
    if offset_mm <= 0:
        return _towards_base(motion, half, -offset_mm)
    radius = motion.radius * _ellipse(offset_mm / half)
    outer = (motion.radius + motion.wall) * _ellipse(offset_mm / (half + motion.wall))
    reach = motion.rv_reach * _ellipse(offset_mm / (_RV_APEX * half))
    return replace(motion, radius=radius, wall=outer - radius, rv_reach=reach)


def _towards_base(motion: Motion, half: Curve, distance_mm: float) -> Motion:
    # The slice has a thickness and includes parts of both sides of the valve plane.
    atrium = np.clip((distance_mm - half) / 4.0 + 0.5, 0, 1)
    radius = motion.radius * (1 - (1 - _ATRIUM_RADIUS) * atrium)
    wall = motion.wall + (_ATRIUM_WALL_MM - motion.wall) * atrium
    reach = motion.rv_reach * (1 + 0.15 * np.minimum(distance_mm / half, 1) - 0.3 * atrium)
    return replace(motion, radius=radius, wall=wall, rv_reach=reach)


def _ellipse(share: Curve) -> Curve:
    """Return the relative radius of half an ellipsoid at a share of its length."""
    return np.sqrt(np.clip(1 - share**2, 0, None))
