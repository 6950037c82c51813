"""Contours of the simulated cohort's hearts, as a part of the scenes.

Their shapes are those that `ptacl.synthetic` draws: akinetic walls, a septum that moves late, the
form of the right ventricle. Their appearance is drawn at random like that of any scene.
"""

import math
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch
from torch import Tensor

from ptacl.segmentation.scenes.contours import DIRECTIONS, Contours
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.heart import Section
from ptacl.segmentation.scenes.views import APICAL, BASAL, CHANNELS, EARLIER, LATER
from ptacl.synthetic.chest import Chest, crescent_shape, inner_shape
from ptacl.synthetic.contours import FRAMES, TURN, Contour, Motion, inner_contour, outer_contour
from ptacl.synthetic.middle_slice import slice_geometry
from ptacl.synthetic.stack import motion_at

COHORT_SEED, COHORT_SIZE = 77_003, 100_000
"""Hearts that scenes draw from; no other cohort of the project has this seed."""
_EVERY = TURN.size // DIRECTIONS
_RV_WALL_MM = 3.0


@dataclass(frozen=True)
class _Slice:
    """Radii in mm at one offset, each (frames, directions), and dimensions, each (frames,)."""

    cavity: np.ndarray
    outer: np.ndarray
    rv: np.ndarray
    radius: np.ndarray
    wall: np.ndarray
    reach: np.ndarray
    depth_mm: np.ndarray
    length: np.ndarray


def with_simulated_hearts(
    draws: Draws, section: Section, contours: Contours, share: float
) -> tuple[Section, Contours]:
    """Replace the first scenes of a batch by simulated hearts, about ``share`` of all.

    Which ones they are does not matter, since scenes are exchangeable.

    Args:
        draws: source of the random numbers.
        section: dimensions of the drawn hearts.
        contours: of the drawn hearts; fat and papillary muscles are kept.
        share: of simulated hearts, 0 to 1.
    """
    count = int(draws.chance(share).sum())
    section = Section(**{name: getattr(section, name).clone() for name in vars(section)})
    contours = Contours(**{name: getattr(contours, name).clone() for name in vars(contours)})
    fat = contours.fat - contours.rv_wall
    for scene in range(count):
        _place(draws, scene, section, contours)
    return section, replace(contours, fat=contours.rv_wall + fat)


def _place(draws: Draws, scene: int, section: Section, contours: Contours) -> None:
    """Write one simulated heart into a scene."""

    def integer(low: int, high: int) -> int:
        return int(torch.randint(low, high, (), generator=draws.generator))

    heart = slice_geometry(COHORT_SEED, integer(0, COHORT_SIZE), ages="adults")
    frame, step_mm = integer(0, FRAMES), 5.0 + integer(0, 11)
    frames = {EARLIER: frame - integer(1, 6), LATER: frame + integer(1, 6)}
    half = int(heart.motion.length[0] / 2)
    offset_mm = float(integer(-half - 6, half + 4))
    offsets = {BASAL: offset_mm - step_mm, APICAL: offset_mm + step_mm}
    slices = {mm: _slice(heart.chest, heart.motion, mm) for mm in (offset_mm, *offsets.values())}
    for channel in range(CHANNELS):
        one = slices[offsets.get(channel, offset_mm)]
        t = frames.get(channel, frame) % FRAMES
        _write(section, contours, (scene, channel), one, t)
    section.slope[scene] = _slope(slices[offsets[BASAL]], slices[offsets[APICAL]], frame, step_mm)


def _write(
    section: Section, contours: Contours, place: tuple[int, int], one: _Slice, frame: int
) -> None:
    """Write one channel; there are no trabeculae in these hearts."""
    cavity, outer, rv = (_tensor(x[frame]) for x in (one.cavity, one.outer, one.rv))
    contours.lumen[place] = contours.cavity[place] = cavity
    contours.outer[place], contours.rv[place] = outer, rv
    contours.rv_wall[place] = rv + _RV_WALL_MM * (rv - outer).div(2).clamp(0, 1)
    # Above the base both are left without a label by the cohort's own masks.
    contours.atrial[place] = float(one.depth_mm[frame] < 0)
    contours.rv_atrial[place] = 0.0
    section.depth[place] = float(one.depth_mm[frame] / one.length[frame])
    section.length[place] = float(one.length[frame])
    section.radius[place] = float(one.radius[frame])
    section.outer[place] = float(one.radius[frame] + one.wall[frame])
    section.rv_reach[place] = float(one.reach[frame])


def _slice(chest: Chest, motion: Motion, offset_mm: float) -> _Slice:
    """Cut a simulated heart at an offset from its middle, positive towards the apex."""
    here = motion_at(motion, offset_mm)
    drift = (here.drift, np.cos(TURN - chest.septum))
    muscle = [*outer_contour(chest, here), drift]
    cavity = [*inner_contour(chest, here, inner_shape(chest, TURN)), drift]
    inner, outer = _radii(cavity), _radii(muscle)
    rv = _radii([*muscle, (here.rv_reach, crescent_shape(chest, TURN))])
    outer = np.maximum(outer, inner)
    return _Slice(
        inner, outer, np.maximum(rv, outer), here.radius, here.wall, here.rv_reach,
        offset_mm + motion.length / 2, motion.length,
    )  # fmt: skip


def _radii(contour: Contour) -> np.ndarray:
    curves = np.stack([curve for curve, _ in contour], 1)
    shapes = np.stack([shape[::_EVERY] for _, shape in contour])
    return cast(np.ndarray, np.maximum(curves @ shapes, 0))


def _slope(basal: _Slice, apical: _Slice, frame: int, step_mm: float) -> float:
    """Return the change of the radius along the axis, mm a mm."""
    slope = abs(float(basal.radius[frame] - apical.radius[frame])) / (2 * step_mm)
    return slope if math.isfinite(slope) else 0.0


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))
