"""Exact labels of the simulated cine: the contours that `cine` draws, without edges or noise."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float, Int

from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV, Labels
from ptacl.synthetic.chest import Chest, crescent_shape, inner_shape
from ptacl.synthetic.cine import spacing_mm
from ptacl.synthetic.contours import (
    FRAMES,
    TURN,
    Contour,
    Motion,
    inner_contour,
    outer_contour,
)
from ptacl.synthetic.stack import SLICE_STEP_MM, motion_at
from ptacl.synthetic.wall.material import Material


def label_stack(chest: Chest, motion: Motion, *, size: int, count: int) -> Iterator[Labels]:
    """Label the slices of `stack.render_stack`, from base to apex.

    Above the base, which comes down in systole, a slice shows the left atrium, which has no label.

    Args:
        chest: static geometry.
        motion: contours of the middle slice.
        size: rows and columns; the field of view is always 154 mm.
        count: number of slices.
    """
    for position in range(count):
        offset_mm = (position - count // 2) * SLICE_STEP_MM
        labels = label_cine(chest, motion_at(motion, offset_mm), size=size)
        atrial = -offset_mm > motion.length / 2
        left = (labels == LV) | (labels == MYOCARDIUM)
        labels[left & atrial[:, None, None]] = 0
        yield labels


def label_cine(
    chest: Chest, motion: Motion, *, size: int = 64, material: Material | None = None
) -> Labels:
    """Label the pixels of a slice by where their centres lie.

    The cavity includes the papillary muscles.

    Args:
        chest: static geometry.
        motion: contours in each frame.
        size: rows and columns; the field of view is always 154 mm.
        material: twist of the slice; by default it is not rotated.
    """
    line = (np.arange(size, dtype=np.float32) - (size - 1) / 2) * np.float32(spacing_mm(size))
    x, y = np.meshgrid(line - chest.centre_mm[0], line - chest.centre_mm[1])
    x, y = x.ravel(), y.ravel()
    if material:
        x, y = material.unrotated(x, y)
        motion = replace(motion, drift=np.zeros(FRAMES))
    rho = np.hypot(x, y)
    sector = (np.arctan2(y, x) * (TURN.size / (2 * np.pi))).astype(np.intp) % TURN.size
    drift = (motion.drift, np.cos(TURN - chest.septum))
    muscle = [*outer_contour(chest, motion), drift]
    cavity = [*inner_contour(chest, motion, inner_shape(chest, TURN)), drift]
    labels = np.zeros((FRAMES, size * size), np.uint8)
    labels[_inside([*muscle, (motion.rv_reach, crescent_shape(chest, TURN))], sector, rho)] = RV
    labels[_inside(muscle, sector, rho)] = MYOCARDIUM
    labels[_inside(cavity, sector, rho)] = LV
    return labels.reshape(FRAMES, size, size)


def _inside(
    contour: Contour,
    sector: Int[np.ndarray, "*frames pixels"],
    rho: Float[np.ndarray, "*frames pixels"],
) -> Bool[np.ndarray, "frames pixels"]:
    curves = np.stack([curve for curve, _ in contour], 1)
    shapes = np.stack([shape for _, shape in contour])
    if sector.ndim > 1:
        return rho < np.take_along_axis(curves @ shapes, sector, axis=1)
    return rho < curves @ shapes[:, sector]
