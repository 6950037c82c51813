"""The cine of one subject: a short-axis slice drawn frame by frame.

All contours are radii about the left ventricle's centre. Each is a sum of a few shapes of the
angle (fixed, one value a pixel) times a few numbers of time, so the distance of every pixel to
a contour in all frames is one small matrix product, and coverage is that distance, clipped.
"""

import numpy as np
from jaxtyping import Float32, Int, UInt8

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

_RV_WALL_MM = 3.0
_EDGE_PIXELS = 1.3
"""Width of an edge: the slice's thickness and the scanner's point spread blur it."""

Stack = Float32[np.ndarray, "frames pixels"]


def spacing_mm(size: int) -> float:
    """Pixel spacing of a cine of ``size`` × ``size``: 2.4 mm at 64."""
    return FIELD_OF_VIEW_MM / size


def render_cine(
    rng: np.random.Generator,
    chest: Chest,
    motion: Motion,
    *,
    size: int = 64,
    ghosting: float = 0.0,
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Draw the cine.

    Args:
        rng: for the noise alone.
        chest: what does not move.
        motion: what does.
        size: rows and columns; the field of view stays 154 mm.
        ghosting: how much of the image is repeated half a field away (arrhythmia).
    """
    step = spacing_mm(size)
    at = (np.arange(size, dtype=np.float32) - (size - 1) / 2) * np.float32(step)
    x, y = np.meshgrid(at - np.float32(chest.centre_mm[0]), at - np.float32(chest.centre_mm[1]))
    still = background(chest, x, y)
    sensitivity = bias_field(chest, *np.meshgrid(at, at))
    frames = np.broadcast_to(still.ravel(), (FRAMES, size * size)).copy()
    reach = motion.radius + 1.4 * motion.wall + motion.rv_reach
    near = np.flatnonzero(np.hypot(x, y) < reach.max() * 1.1 + _RV_WALL_MM + 2 * chest.fat_mm)
    frames[:, near] = _heart(
        chest, motion, x.ravel()[near], y.ravel()[near], still.ravel()[near], step
    )
    return _acquire(rng, chest, frames, sensitivity.ravel(), ghosting).reshape(FRAMES, size, size)


def _heart(
    chest: Chest,
    motion: Motion,
    x: Float32[np.ndarray, " pixels"],
    y: Float32[np.ndarray, " pixels"],
    still: Float32[np.ndarray, " pixels"],
    step: float,
) -> Stack:
    """Layers from the outside in, each covering part of the one before."""
    crescent = crescent_shape(chest, TURN)
    one = np.ones(FRAMES)
    drift = (motion.drift, np.cos(TURN - chest.septum))
    cavity = [*inner_contour(chest, motion, inner_shape(chest, TURN)), drift]
    muscle = [*outer_contour(chest, motion), drift]
    rv = [*muscle, (motion.rv_reach, crescent)]
    rv_wall = [*rv, (_RV_WALL_MM * one, np.minimum(4 * crescent, 1))]
    patches = 1 + 0.6 * np.cos(TURN - chest.septum - 1.3) + 0.4 * np.cos(3 * TURN)
    fat = [*rv_wall, (chest.fat_mm * one, patches)]

    sector = (np.arctan2(y, x) * (TURN.size / (2 * np.pi))).astype(np.intp) % TURN.size
    rho = np.hypot(x, y)
    soft = _EDGE_PIXELS * step
    image = _cover(fat, sector, rho, soft)
    image *= FAT - still
    image += still
    for contour, change in (
        (rv_wall, MUSCLE - FAT),
        (rv, 0.96 * BLOOD - MUSCLE),
        (muscle, MUSCLE - 0.96 * BLOOD),
        (cavity, BLOOD - MUSCLE),
    ):
        layer = _cover(contour, sector, rho, soft)
        layer *= np.float32(change)
        image += layer
    _add_papillaries(image, chest, motion, x, y, soft)
    return image


def _cover(
    contour: Contour,
    sector: Int[np.ndarray, " pixels"],
    rho: Float32[np.ndarray, " pixels"],
    soft_mm: float,
) -> Stack:
    """How much of each pixel lies inside a contour, in each frame: 0 to 1.

    Args:
        contour: its terms.
        sector: of each pixel, an index into ``TURN``.
        rho: distance of each pixel to the centre in mm.
        soft_mm: width of the edge.
    """
    curves = np.stack([curve for curve, _ in contour], 1) / soft_mm
    shapes = np.stack([shape for _, shape in contour]).astype(np.float32)
    cover = curves.astype(np.float32) @ shapes[:, sector]
    cover += 0.5 - rho / soft_mm
    return np.clip(cover, 0, 1, out=cover)


def _add_papillaries(
    image: Stack,
    chest: Chest,
    motion: Motion,
    x: Float32[np.ndarray, " pixels"],
    y: Float32[np.ndarray, " pixels"],
    soft_mm: float,
) -> None:
    """Two muscles in the cavity that ride on its wall and melt into it in systole."""
    inside = np.flatnonzero(np.hypot(x, y) < motion.radius.max() * 1.05)
    x, y = x[inside], y[inside]
    shift = motion.drift[:, None] * np.array([np.cos(chest.septum), np.sin(chest.septum)])
    for angle, size_mm in zip(chest.papillary_angle, chest.papillary_mm, strict=True):
        if not size_mm:
            continue
        ride = 0.70 * motion.radius
        px = (ride * np.cos(angle) + shift[:, 0]).astype(np.float32)[:, None]
        py = (ride * np.sin(angle) + shift[:, 1]).astype(np.float32)[:, None]
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
    """Coil, ghosts, noise of a magnitude image, 8 bits."""
    if ghosting:
        frames += np.float32(ghosting) * np.roll(frames, frames.shape[1] // 2, axis=1)
    frames *= np.float32(chest.gain) * sensitivity
    noise = rng.standard_normal(frames.shape, dtype=np.float32)
    noise *= np.float32(chest.gain * chest.noise)
    frames += noise
    np.abs(frames, out=frames)
    np.minimum(frames, 255, out=frames)
    return frames.astype(np.uint8)
