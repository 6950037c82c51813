"""Rendering of the simulated cine: a short-axis slice, frame by frame.

All contours are radii about the centre of the left ventricle. Each is a sum of products of a shape
(a function of the angle, one value per pixel) and a curve (a function of time), so that the
distance of all pixels to a contour in all frames is a small matrix product, and coverage is the
clipped distance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from ptacl.synthetic.wall.texture import WallMaterial

_RV_WALL_MM = 3.0
_EDGE_PIXELS = 1.3
"""Width of an edge, blurred by slice thickness and point spread function."""

Stack = Float32[np.ndarray, "frames pixels"]
Sectors = Int[np.ndarray, "*frames pixels"]
"""Direction of each pixel from the centre as an index into `TURN`; one, or one for each frame."""


@dataclass(frozen=True, slots=True)
class HeartContours:
    """Contours of the heart from the outside in, about the centre of the first frame."""

    fat: Contour
    rv_wall: Contour
    rv: Contour
    muscle: Contour
    cavity: Contour
    """Its last term is the drift of the centre."""


def spacing_mm(size: int) -> float:
    """Return the pixel spacing of a cine of ``size`` × ``size`` in mm: 2.4 mm at 64."""
    return FIELD_OF_VIEW_MM / size


def pixel_line_mm(size: int) -> Float32[np.ndarray, " size"]:
    """Return the positions of the pixels of a side from the centre of the image in mm."""
    return (np.arange(size, dtype=np.float32) - (size - 1) / 2) * np.float32(spacing_mm(size))


def ghosting_of(truth: Mapping[str, float]) -> float:
    """Return the strength of ghosts: in atrial fibrillation the beats of a scan differ."""
    return 0.06 * truth["af_scan"]


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
    grid_mm = pixel_line_mm(size)
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
    if material:
        x, y = material.motion.unrotated(x, y)
        motion = replace(motion, drift=np.zeros(FRAMES))  # the coordinates have it
    contours = heart_contours(chest, motion)
    sector, rho = sectors_of(x, y), np.hypot(x, y)
    soft = _EDGE_PIXELS * step
    image = coverage(contours.fat, sector, rho, soft)
    image *= FAT - static
    image += static
    for contour, change in (
        (contours.rv_wall, MUSCLE - FAT),
        (contours.rv, 0.96 * BLOOD - MUSCLE),
        (contours.muscle, MUSCLE - 0.96 * BLOOD),
        (contours.cavity, BLOOD - MUSCLE),
    ):
        layer = coverage(contour, sector, rho, soft)
        layer *= np.float32(change)
        image += layer
    if material:
        outer, inner = (
            coverage(contour, sector, rho, soft) for contour in (contours.muscle, contours.cavity)
        )
        image += (outer - inner) * material.texture(sector, rho)
    add_papillaries(image, chest, motion, x, y, soft, MUSCLE + 0.04)
    return image


def heart_contours(
    chest: Chest, motion: Motion, *, rv_wall_mm: float = _RV_WALL_MM
) -> HeartContours:
    """Return the contours of the layers of the heart.

    Args:
        chest: static geometry.
        motion: contours in each frame.
        rv_wall_mm: thickness of the right ventricle's free wall.
    """
    crescent = crescent_shape(chest, TURN)
    constant = np.ones(len(motion.radius))
    drift = (motion.drift, np.cos(TURN - chest.septum))
    muscle = [*outer_contour(chest, motion), drift]
    rv = [*muscle, (motion.rv_reach, crescent)]
    rv_wall = [*rv, (rv_wall_mm * constant, np.minimum(4 * crescent, 1))]
    patches = 1 + 0.6 * np.cos(TURN - chest.septum - 1.3) + 0.4 * np.cos(3 * TURN)
    return HeartContours(
        fat=[*rv_wall, (chest.fat_mm * constant, patches)],
        rv_wall=rv_wall,
        rv=rv,
        muscle=muscle,
        cavity=[*inner_contour(chest, motion, inner_shape(chest, TURN)), drift],
    )


def sectors_of(
    x_mm: Float[np.ndarray, "*frames pixels"], y_mm: Float[np.ndarray, "*frames pixels"]
) -> Sectors:
    """Return the direction of each pixel as an index into `TURN`."""
    return (np.arctan2(y_mm, x_mm) * (TURN.size / (2 * np.pi))).astype(np.intp) % TURN.size


def coverage(
    contour: Contour,
    sector: Sectors,
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


def add_papillaries(
    image: Stack,
    chest: Chest,
    motion: Motion,
    x: Float[np.ndarray, "*frames pixels"],
    y: Float[np.ndarray, "*frames pixels"],
    soft_mm: float,
    value: float,
    share: float = 0.70,
) -> None:
    """Draw the papillary muscles, which move with the wall and merge with it in systole.

    Args:
        image: changed in place.
        chest: static geometry.
        motion: contours in each frame.
        x: pixel positions relative to the ventricle's centre in mm.
        y: see ``x``.
        soft_mm: width of an edge.
        value: brightness.
        share: distance from the centre relative to the cavity's radius.
    """
    near = np.atleast_2d(np.hypot(x, y) < motion.radius.max() * 1.05)
    inside = np.flatnonzero(near.any(axis=0))
    x, y = x[..., inside], y[..., inside]
    shift = motion.drift[:, None] * np.array([np.cos(chest.septum), np.sin(chest.septum)])
    for angle, size_mm in zip(chest.papillary_angle, chest.papillary_mm, strict=True):
        if not size_mm:
            continue
        distance_mm = share * motion.radius
        px = (distance_mm * np.cos(angle) + shift[:, 0]).astype(np.float32)[:, None]
        py = (distance_mm * np.sin(angle) + shift[:, 1]).astype(np.float32)[:, None]
        distance = np.sqrt((x - px) ** 2 + (y - py) ** 2)
        cover = np.clip(0.5 + (np.float32(size_mm) - distance) / np.float32(soft_mm), 0, 1)
        image[:, inside] += cover * (np.float32(value) - image[:, inside])


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
