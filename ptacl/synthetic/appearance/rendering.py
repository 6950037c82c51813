"""Rendering of a simulated cine with a random appearance."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float32, UInt8

from ptacl.synthetic.appearance.acquisition import acquire
from ptacl.synthetic.appearance.fields import field
from ptacl.synthetic.appearance.random_appearance import (
    RandomAppearance,
    Tissues,
    Walls,
    draw_appearance,
)
from ptacl.synthetic.appearance.surroundings import paint_surroundings, sum_fields
from ptacl.synthetic.chest import Chest
from ptacl.synthetic.cine import (
    Stack,
    add_papillaries,
    coverage,
    ghosting_of,
    heart_contours,
    pixel_line_mm,
    sectors_of,
    spacing_mm,
)
from ptacl.synthetic.contours import FRAMES, Contour, Motion, motion_in_phases
from ptacl.synthetic.stack import motion_at
from ptacl.synthetic.streams import Stream, generator

Pixels = Float32[np.ndarray, " pixels"]


def draw_random_cine(
    seed: int,
    index: int,
    chest: Chest,
    motion: Motion,
    truth: Mapping[str, float],
    *,
    repeat: int = 0,
    spread_mm: float = 0.0,
    size: int = 64,
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Draw an appearance of a subject's slice and render it.

    Args:
        seed: seed of the cohort.
        index: index of the subject.
        chest: its chest.
        motion: contours of its middle slice.
        truth: its ground truth.
        repeat: number of the appearance, from 0.
        spread_mm: the slice is at most this far from the middle one.
        size: rows and columns.
    """
    rng = generator(seed, index, Stream.APPEARANCE, repeat)
    offset_mm = spread_mm * rng.uniform(-1, 1)
    appearance = draw_appearance(rng)
    if offset_mm:
        motion = motion_at(motion, offset_mm)
    ghosting = ghosting_of(truth)
    return render_random_cine(rng, chest, motion, appearance, size=size, ghosting=ghosting)


def render_random_cine(
    rng: np.random.Generator,
    chest: Chest,
    motion: Motion,
    appearance: RandomAppearance,
    *,
    size: int = 64,
    ghosting: float = 0.0,
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Render a cine with a random appearance.

    Args:
        rng: random number generator of the noise.
        chest: static geometry of the heart; its position and organs are not used.
        motion: contours in each of the 50 frames.
        appearance: from `draw_appearance`.
        size: rows and columns; the field of view is always 154 mm.
        ghosting: amplitude of the ghost image (arrhythmia).
    """
    chest = appearance.chest(chest)
    motion = motion_in_phases(motion, appearance.acquisition.phases)
    line = pixel_line_mm(size)
    x, y = appearance.orientation.chest_mm(*np.meshgrid(line, line))
    cos, sin = np.float32(-np.cos(chest.septum)), np.float32(-np.sin(chest.septum))
    static = paint_surroundings(
        appearance.surroundings, cos * x + sin * y, cos * y - sin * x
    ).ravel()
    frames = np.broadcast_to(static, (len(motion.radius), static.size)).copy()
    reach_mm = (motion.radius + 1.4 * motion.wall + motion.rv_reach).max()
    outside_mm = appearance.walls.rv_wall_mm + 2 * chest.fat_mm
    near = np.flatnonzero(np.hypot(x, y) < 1.1 * reach_mm + outside_mm)
    frames[:, near] = _heart(
        chest, motion, appearance, x.ravel()[near], y.ravel()[near], static[near], near, size
    )
    frames = frames.reshape(-1, size, size)
    return acquire(rng, appearance.acquisition, frames, FRAMES, ghosting)


def _heart(
    chest: Chest,
    motion: Motion,
    appearance: RandomAppearance,
    x: Pixels,
    y: Pixels,
    static: Pixels,
    near: np.ndarray,
    size: int,
) -> Stack:
    """Draw the layers of the heart from the outside in, each over the previous one."""
    tissues, walls = appearance.tissues, appearance.walls
    contours = heart_contours(chest, motion, rv_wall_mm=walls.rv_wall_mm)
    sector, rho = sectors_of(x, y), np.hypot(x, y)
    soft = walls.edge_pixels * spacing_mm(size)
    pulse = _pulse(tissues, len(motion.radius))
    flow = 1 + tissues.flow_change * np.clip(field(tissues.flow, size).ravel()[near] - 0.5, 0, 1)
    image = np.broadcast_to(static, (len(motion.radius), near.size)).copy()

    def paint(contour: Contour, value: float | Stack, width_mm: float = soft) -> None:
        cover = coverage(contour, sector, rho, width_mm)
        cover *= value - image
        np.add(image, cover, out=image)

    paint(contours.fat, tissues.fat, 1.5 * soft)
    paint(contours.rv_wall, tissues.muscle)
    paint(contours.rv, _rv_blood(tissues, walls, size)[near] * pulse)
    paint(contours.muscle, tissues.muscle)
    blood = np.float32(tissues.blood) * flow.astype(np.float32) * pulse
    lumen = contours.cavity
    if walls.ring:
        mixed = tissues.muscle + walls.ring_blood * (tissues.blood - tissues.muscle)
        paint(contours.cavity, mixed, 1.3 * soft)
        *shape, drift = contours.cavity
        lumen = [*((curve * (1 - walls.ring), at) for curve, at in shape), drift]
    paint(lumen, blood)
    add_papillaries(image, chest, motion, x, y, soft, tissues.muscle, share=walls.papillary_share)
    image *= 1 + np.float32(tissues.roughness) * sum_fields(tissues.texture, size).ravel()[near]
    return image


def _rv_blood(tissues: Tissues, walls: Walls, size: int) -> Pixels:
    """Return the brightness inside the right ventricle, with its trabeculae."""
    streaks = np.clip(3 * (field(walls.streaks, size) - 0.7), 0, 1)
    solid = np.float32(walls.streak_strength) * streaks
    return (tissues.rv_blood + solid * (tissues.muscle - tissues.rv_blood)).ravel()


def _pulse(tissues: Tissues, phases: int) -> Float32[np.ndarray, "phases 1"]:
    size, start = tissues.pulse
    turn = 2 * np.pi * np.arange(phases) / phases
    return (1 + size * np.cos(turn - start)).astype(np.float32)[:, None]
