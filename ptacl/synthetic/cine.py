"""Rendering of the simulated cine: a short-axis slice, frame by frame.

All contours are radii about the centre of the left ventricle. Each is a sum of products of a shape
(a function of the angle, one value per pixel) and a curve (a function of time), so that the
distance of all pixels to a contour in all frames is a small matrix product, and coverage is the
clipped distance.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Float32, Int, UInt8

from ptacl.synthetic.chest import (
    BLOOD,
    FAT,
    FIELD_OF_VIEW_MM,
    MUSCLE,
    Chest,
    background,
    bias_field,
    crescent_shape,
    inner_shape,
)
from ptacl.synthetic.contours import (
    FRAMES,
    TURN,
    Contour,
    Motion,
    inner_contour,
    outer_contour,
)
from ptacl.synthetic.wall_material import WallMaterial

_RV_WALL_MM = 3.0
_EDGE_PIXELS = 1.3
"""Width of an edge, blurred by slice thickness and point spread function."""

Stack = Float32[np.ndarray, "frames pixels"]


def spacing_mm(size: int) -> float:
    """Return the pixel spacing of a cine of ``size`` × ``size`` in mm: 2.4 mm at 64."""
    return FIELD_OF_VIEW_MM / size


def render_cine(
    rng: np.random.Generator,
    chest: Chest,
    motion: Motion,
    *,
    size: int = 64,
    ghosting: float = 0.0,
    material: WallMaterial | None = None,
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Render the cine.

    Args:
        rng: random number generator of the noise.
        chest: static geometry.
        motion: contours in each frame.
        size: rows and columns; the field of view is always 154 mm.
        ghosting: amplitude of the ghost image, half a field of view away (arrhythmia).
        material: twist and texture of the wall; by default it is neither rotated nor textured.
    """
    step = spacing_mm(size)
    grid_mm = (np.arange(size, dtype=np.float32) - (size - 1) / 2) * np.float32(step)
    x, y = np.meshgrid(
        grid_mm - np.float32(chest.centre_mm[0]), grid_mm - np.float32(chest.centre_mm[1])
    )
    static = background(chest, x, y)
    sensitivity = bias_field(chest, *np.meshgrid(grid_mm, grid_mm))
    frames = np.broadcast_to(static.ravel(), (FRAMES, size * size)).copy()
    reach = motion.radius + 1.4 * motion.wall + motion.rv_reach
    near = np.flatnonzero(np.hypot(x, y) < reach.max() * 1.1 + _RV_WALL_MM + 2 * chest.fat_mm)
    frames[:, near] = _heart(
        chest, motion, x.ravel()[near], y.ravel()[near], static.ravel()[near], step, material
    )
    return _acquire(rng, chest, frames, sensitivity.ravel(), ghosting).reshape(FRAMES, size, size)


def _heart(
    chest: Chest,
    motion: Motion,
    x: Float32[np.ndarray, " pixels"],
    y: Float32[np.ndarray, " pixels"],
    static: Float32[np.ndarray, " pixels"],
    step: float,
    material: WallMaterial | None,
) -> Stack:
    """Draw the layers of the heart from the outside in, each over the previous one."""
    crescent = crescent_shape(chest, TURN)
    constant = np.ones(FRAMES)
    if material:
        x, y = material.motion.unrotated(x, y)
        motion = replace(motion, drift=np.zeros(FRAMES))  # the coordinates have it
    drift = (motion.drift, np.cos(TURN - chest.septum))
    cavity = [*inner_contour(chest, motion, inner_shape(chest, TURN)), drift]
    muscle = [*outer_contour(chest, motion), drift]
    rv = [*muscle, (motion.rv_reach, crescent)]
    rv_wall = [*rv, (_RV_WALL_MM * constant, np.minimum(4 * crescent, 1))]
    patches = 1 + 0.6 * np.cos(TURN - chest.septum - 1.3) + 0.4 * np.cos(3 * TURN)
    fat = [*rv_wall, (chest.fat_mm * constant, patches)]

    sector = (np.arctan2(y, x) * (TURN.size / (2 * np.pi))).astype(np.intp) % TURN.size
    rho = np.hypot(x, y)
    soft = _EDGE_PIXELS * step
    image = _cover(fat, sector, rho, soft)
    image *= FAT - static
    image += static
    for contour, change in (
        (rv_wall, MUSCLE - FAT),
        (rv, 0.96 * BLOOD - MUSCLE),
        (muscle, MUSCLE - 0.96 * BLOOD),
        (cavity, BLOOD - MUSCLE),
    ):
        layer = _cover(contour, sector, rho, soft)
        layer *= np.float32(change)
        image += layer
    if material:
        wall = _cover(muscle, sector, rho, soft) - _cover(cavity, sector, rho, soft)
        image += wall * material.texture(sector, rho)
    _add_papillaries(image, chest, motion, x, y, soft)
    return image


def _cover(
    contour: Contour,
    sector: Int[np.ndarray, "*frames pixels"],
    rho: Float[np.ndarray, "*frames pixels"],
    soft_mm: float,
) -> Stack:
    """Return the coverage of each pixel by a contour in each frame, 0 to 1.

    Args:
        contour: terms of the contour.
        sector: index into ``TURN`` of each pixel, the same in all frames or one for each.
        rho: distance of each pixel to the centre in mm, likewise.
        soft_mm: width of the edge.
    """
    curves = np.stack([curve for curve, _ in contour], 1) / soft_mm
    shapes = np.stack([shape for _, shape in contour]).astype(np.float32)
    if sector.ndim > 1:
        cover = np.take_along_axis(curves.astype(np.float32) @ shapes, sector, axis=1)
    else:
        cover = curves.astype(np.float32) @ shapes[:, sector]
    cover += 0.5 - rho / soft_mm
    return np.clip(cover, 0, 1, out=cover)


def _add_papillaries(
    image: Stack,
    chest: Chest,
    motion: Motion,
    x: Float[np.ndarray, "*frames pixels"],
    y: Float[np.ndarray, "*frames pixels"],
    soft_mm: float,
) -> None:
    """Draw the papillary muscles, which move with the wall and merge with it in systole."""
    near = np.atleast_2d(np.hypot(x, y) < motion.radius.max() * 1.05)
    inside = np.flatnonzero(near.any(axis=0))
    x, y = x[..., inside], y[..., inside]
    shift = motion.drift[:, None] * np.array([np.cos(chest.septum), np.sin(chest.septum)])
    for angle, size_mm in zip(chest.papillary_angle, chest.papillary_mm, strict=True):
        if not size_mm:
            continue
        distance_mm = 0.70 * motion.radius
        px = (distance_mm * np.cos(angle) + shift[:, 0]).astype(np.float32)[:, None]
        py = (distance_mm * np.sin(angle) + shift[:, 1]).astype(np.float32)[:, None]
        distance = np.sqrt((x - px) ** 2 + (y - py) ** 2)
        cover = np.clip(0.5 + (np.float32(size_mm) - distance) / np.float32(soft_mm), 0, 1)
        image[:, inside] += cover * (np.float32(MUSCLE + 0.04) - image[:, inside])


def _acquire(
    rng: np.random.Generator,
    chest: Chest,
    frames: Stack,
    sensitivity: Float32[np.ndarray, " pixels"],
    ghosting: float,
) -> UInt8[np.ndarray, "frames pixels"]:
    """Apply coil sensitivity, ghosts and the noise of a magnitude image; convert to 8 bits."""
    if ghosting:
        frames += np.float32(ghosting) * np.roll(frames, frames.shape[1] // 2, axis=1)
    frames *= np.float32(chest.gain) * sensitivity
    noise = rng.standard_normal(frames.shape, dtype=np.float32)
    noise *= np.float32(chest.gain * chest.noise)
    frames += noise
    np.abs(frames, out=frames)
    np.minimum(frames, 255, out=frames)
    return frames.astype(np.uint8)
