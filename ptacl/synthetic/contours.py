"""Volumes turned into the contours of a mid-ventricular slice.

All contours are radii about the left ventricle's centre. Each is a sum of a few shapes of the
angle times a few numbers of time, so that a scar and a septum out of step are terms like others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ptacl.synthetic.chest import Chest, crescent_shape, outer_shape, wall_shape
from ptacl.synthetic.mechanics import contraction, septal_motion_mm
from ptacl.synthetic.scar import StillWall, still_wall, territory_of

FRAMES = 50
_MUSCLE_DENSITY_G_ML = 1.05
_RV_SLICE_SHARE = 0.78
"""Area of the right ventricle here over volume / length: more of it lies nearer to the base."""
TURN = np.linspace(0, 2 * np.pi, 720, endpoint=False)
"""Directions at which shapes are tabulated: half a degree is 0.3 mm at the heart's edge."""

Curve = Float64[np.ndarray, " frames"]
Shape = Float64[np.ndarray, " sectors"]
Contour = list[tuple[Curve, Shape]]
"""Terms of a radius, each a curve of time times a shape of the angle."""


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
        still_wall(territory, truth["scar_size"], chest.septum, TURN) if territory else None,
    )  # fmt: skip
    area_mm2 = _RV_SLICE_SHARE * 100 * rv_ml / length_cm
    return replace(motion, rv_reach=_crescent_reach(chest, outer_contour(chest, motion), area_mm2))


def inner_contour(chest: Chest, motion: Motion, shape: Shape) -> Contour:
    """The inner contour: the mean radius in ``shape``, but for what is out of step or still.

    Its area stays that of a circle of the mean radius: what a still wall keeps out, the others
    make good.
    """
    bulge = np.exp(3 * (np.cos(TURN - chest.septum) - 1))
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


def outer_contour(chest: Chest, motion: Motion) -> Contour:
    """The outer contour: the inner one without trabeculae, and the wall about it.

    A still wall keeps its diastolic thickness; the others thicken by what it does not.
    """
    inner, shape = inner_contour(chest, motion, outer_shape(chest, TURN)), wall_shape(chest, TURN)
    if not motion.still:
        return [*inner, (motion.wall, shape)]
    still = shape * motion.still.stillness * (1 - motion.still.thinning)
    moving = shape * (1 - motion.still.stillness)
    diastole = np.full(FRAMES, motion.wall[0])
    thickness = (motion.wall - diastole * still.mean()) / moving.mean()
    return [*inner, (thickness, moving), (diastole, still)]


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
    g = crescent_shape(chest, TURN)
    turn = 2 * np.pi
    linear = turn * sum(curve * np.mean(shape * g) for curve, shape in muscle)
    square = turn * np.mean(g * g)
    return (np.sqrt(linear**2 + 2 * square * area_mm2) - linear) / square
