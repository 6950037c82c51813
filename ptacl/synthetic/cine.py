"""The cine of one subject: a short-axis slice drawn frame by frame.

All contours are radii about the left ventricle's centre. Each is a sum of a few shapes of the
angle (fixed, one value a pixel) times a few numbers of time, so the distance of every pixel to
a contour in all frames is one small matrix product, and coverage is that distance, clipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float32, Float64, Int, UInt8

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
    outer_shape,
    wall_shape,
)
from ptacl.synthetic.mechanics import contraction, septal_motion_mm
from ptacl.synthetic.scar import StillWall, still_wall, territory_of

FRAMES = 50
_MUSCLE_DENSITY_G_ML = 1.05
_RV_WALL_MM = 3.0
_RV_SLICE_SHARE = 0.78
"""Area of the right ventricle here over volume / length: more of it lies nearer to the base."""
_EDGE_PIXELS = 1.3
"""Width of an edge: the slice's thickness and the scanner's point spread blur it."""
_TURN = np.linspace(0, 2 * np.pi, 720, endpoint=False)
"""Directions at which shapes are tabulated: half a degree is 0.3 mm at the heart's edge."""

Curve = Float64[np.ndarray, " frames"]
Shape = Float64[np.ndarray, " sectors"]
Contour = list[tuple[Curve, Shape]]
"""Terms of a radius, each a curve of time times a shape of the angle."""
Stack = Float32[np.ndarray, "frames pixels"]


@dataclass(frozen=True, slots=True)
class Motion:
    """The slice's sizes in each frame, in mm."""

    radius: Curve
    """Mean radius of the left ventricle's cavity."""
    wall: Curve
    """Mean thickness of its wall."""
    rv_reach: Curve
    """From the septum's outer side to the right ventricle's free wall."""
    drift: Curve
    """How far the centre moves towards the septum."""
    length: Curve
    """Of the left ventricle's cavity, from its base to its apex."""
    septal: Curve
    """How far the septum bulges to the right, out of step with the free wall."""
    still: StillWall | None = None
    """What an infarct left."""


def spacing_mm(size: int) -> float:
    """Pixel spacing of a cine of ``size`` × ``size``: 2.4 mm at 64."""
    return FIELD_OF_VIEW_MM / size


def slice_motion(
    chest: Chest, truth: Mapping[str, float], phenotypes: Mapping[str, float]
) -> Motion:
    """Volumes turned into the contours of a mid-ventricular slice.

    The left ventricle is a bullet, V = 5/6·A·L, that shortens along its axis; its wall keeps the
    volume of the muscle, so it thickens; the crescent's area follows the right ventricle.
    """
    times_ms = np.arange(FRAMES) * truth["rr_scan_ms"] / FRAMES
    share = contraction(truth, times_ms)
    length_cm = chest.length_factor * np.cbrt(phenotypes["lvedv_ml"])
    length_cm = length_cm * (1 - 0.16 * share * min(phenotypes["lvef_pct"] / 60, 1.2))
    volume_ml = phenotypes["lvedv_ml"] - phenotypes["lvsv_ml"] * share
    radius = np.sqrt(volume_ml * 1.2 / length_cm / np.pi)
    wall = _wall_thickness(radius, length_cm, phenotypes["lvm_g"] / _MUSCLE_DENSITY_G_ML)
    rv_ml = phenotypes["rvedv_ml"] - phenotypes["rvsv_ml"] * share
    territory = territory_of(truth["scar_territory"])
    motion = Motion(
        10 * radius, 10 * wall, np.zeros(FRAMES), 2.0 * share, 10 * length_cm,
        septal_motion_mm(truth, times_ms),
        still_wall(territory, truth["scar_size"], chest.septum, _TURN) if territory else None,
    )  # fmt: skip
    area_mm2 = _RV_SLICE_SHARE * 100 * rv_ml / length_cm
    return replace(motion, rv_reach=_crescent_reach(chest, _muscle(chest, motion), area_mm2))


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
    crescent = crescent_shape(chest, _TURN)
    one = np.ones(FRAMES)
    drift = (motion.drift, np.cos(_TURN - chest.septum))
    cavity = [*_inner(chest, motion, inner_shape(chest, _TURN)), drift]
    muscle = [*_muscle(chest, motion), drift]
    rv = [*muscle, (motion.rv_reach, crescent)]
    rv_wall = [*rv, (_RV_WALL_MM * one, np.minimum(4 * crescent, 1))]
    patches = 1 + 0.6 * np.cos(_TURN - chest.septum - 1.3) + 0.4 * np.cos(3 * _TURN)
    fat = [*rv_wall, (chest.fat_mm * one, patches)]

    sector = (np.arctan2(y, x) * (_TURN.size / (2 * np.pi))).astype(np.intp) % _TURN.size
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


def _inner(chest: Chest, motion: Motion, shape: Shape) -> Contour:
    """The inner contour: the mean radius in ``shape``, but for what is out of step or still.

    Its area stays that of a circle of the mean radius: what a still wall keeps out, the others
    make good.
    """
    bulge = np.exp(3 * (np.cos(_TURN - chest.septum) - 1))
    radius, terms = motion.radius, []
    if motion.septal.any():
        terms.append((motion.septal, bulge - bulge.mean()))
    if motion.still:
        held = motion.still.stillness / (1 - motion.still.stillness.mean())
        held = held - held.mean()
        behind = np.maximum(motion.radius[0] - motion.radius, 0)
        radius = np.sqrt(radius**2 - behind**2 * np.mean(held**2))
        terms.append((behind, held))
    return [(radius, shape), *terms]


def _muscle(chest: Chest, motion: Motion) -> Contour:
    """The outer contour: the inner one without trabeculae, and the wall about it.

    A still wall keeps its diastolic thickness; the others thicken by what it does not.
    """
    inner, shape = _inner(chest, motion, outer_shape(chest, _TURN)), wall_shape(chest, _TURN)
    if not motion.still:
        return [*inner, (motion.wall, shape)]
    still = shape * motion.still.stillness * (1 - motion.still.thinning)
    moving = shape * (1 - motion.still.stillness)
    diastole = np.full(FRAMES, motion.wall[0])
    thickness = (motion.wall - diastole * still.mean()) / moving.mean()
    return [*inner, (thickness, moving), (diastole, still)]


def _cover(
    contour: Contour,
    sector: Int[np.ndarray, " pixels"],
    rho: Float32[np.ndarray, " pixels"],
    soft_mm: float,
) -> Stack:
    """How much of each pixel lies inside a contour, in each frame: 0 to 1.

    Args:
        contour: its terms.
        sector: of each pixel, an index into ``_TURN``.
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


def _wall_thickness(radius_cm: Curve, length_cm: Curve, muscle_ml: float) -> Curve:
    """Thickness t in cm with 5/6·π·[(r + t)²(L + t) − r²L] = muscle volume, by Newton's method."""
    constant = muscle_ml * 1.2 / np.pi
    b = length_cm + 2 * radius_cm
    c = 2 * radius_cm * length_cm + radius_cm**2
    t = constant / c
    for _ in range(6):
        t = t - (((t + b) * t + c) * t - constant) / ((3 * t + 2 * b) * t + c)
    return t


def _crescent_reach(chest: Chest, muscle: Contour, area_mm2: Curve) -> Curve:
    """Reach d of the crescent from its area ½∫[(R + d·g)² − R²]dθ, a quadratic in d."""
    g = crescent_shape(chest, _TURN)
    turn = 2 * np.pi
    linear = turn * sum(curve * np.mean(shape * g) for curve, shape in muscle)
    square = turn * np.mean(g * g)
    return (np.sqrt(linear**2 + 2 * square * area_mm2) - linear) / square
