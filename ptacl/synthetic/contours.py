"""Contours of a mid-ventricular slice, computed from volumes.

All contours are radii about the centre of the left ventricle. Each is a sum of products of a shape
(a function of the angle) and a curve (a function of time), so that a scar and a dyssynchronous
septum are further terms.
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
"""Right ventricular area of this slice over volume / length; most of the volume is more basal."""
TURN = np.linspace(0, 2 * np.pi, 720, endpoint=False)
"""Tabulated directions in rad; half a degree is 0.3 mm at the outer wall."""

Curve = Float64[np.ndarray, " frames"]
Shape = Float64[np.ndarray, " sectors"]
Contour = list[tuple[Curve, Shape]]
"""Terms of a radius, each a curve of time times a shape of the angle."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Dimensions of the slice in each frame, in mm."""

    radius: Curve
    """Mean radius of the left ventricle's cavity."""
    wall: Curve
    """Mean thickness of its wall."""
    rv_reach: Curve
    """Distance from the right side of the septum to the free wall of the right ventricle."""
    drift: Curve
    """Displacement of the centre towards the septum."""
    length: Curve
    """Length of the left ventricle's cavity, from base to apex."""
    septal: Curve
    """Displacement of the septum to the right by dyssynchrony."""
    still: StillWall | None = None
    """Akinetic wall of an infarct."""


def frame_times_ms(truth: Mapping[str, float]) -> Curve:
    """Return the time of each frame after the R wave, evenly spread over the beat of the scan."""
    return np.arange(FRAMES) * truth["rr_scan_ms"] / FRAMES


def slice_motion(
    chest: Chest, truth: Mapping[str, float], phenotypes: Mapping[str, float]
) -> Motion:
    """Compute the contours of a mid-ventricular slice from the volumes.

    The left ventricle is a bullet, V = 5/6·A·L, that shortens along its axis; its wall thickens at
    constant muscle volume; the area of the crescent follows the right ventricular volume.

    Args:
        chest: static geometry.
        truth: ground truth of the subject.
        phenotypes: its phenotypes.
    """
    times_ms = frame_times_ms(truth)
    share = contraction(truth, times_ms)
    length_cm = chest.length_factor * np.cbrt(phenotypes["lvedv_ml"])
    length_cm = length_cm * (1 - truth["lv_shortening_pct"] / 100 * share)
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


def motion_in_phases(motion: Motion, phases: int) -> Motion:
    """Return the contours in other, evenly spaced phases of the beat, by interpolation.

    Args:
        motion: contours in each frame.
        phases: their number.
    """
    count = len(motion.radius)
    if phases == count:
        return motion
    position, known = np.arange(phases) * count / phases, np.arange(count + 1)
    curves = ("radius", "wall", "rv_reach", "drift", "length", "septal")
    return replace(
        motion,
        **{
            name: np.interp(position, known, np.append(curve, curve[0]))
            for name in curves
            for curve in [getattr(motion, name)]
        },
    )


def inner_contour(chest: Chest, motion: Motion, shape: Shape) -> Contour:
    """Return the inner contour: mean radius times shape, plus dyssynchrony and akinesia.

    Its area is that of a circle of the mean radius: the other walls compensate for an akinetic one;
    near the apex, where they cannot, they meet.
    """
    bulge = np.exp(3 * (np.cos(TURN - chest.septum) - 1))
    radius, terms = motion.radius, []
    if motion.septal.any():
        terms.append((motion.septal, bulge - bulge.mean()))
    if motion.still:
        akinesia = motion.still.stillness / (1 - motion.still.stillness.mean())
        akinesia = akinesia - akinesia.mean()
        lag_mm = np.maximum(motion.radius[0] - motion.radius, 0)
        radius = np.sqrt(np.maximum(radius**2 - lag_mm**2 * np.mean(akinesia**2), 0))
        terms.append((lag_mm, akinesia))
    return [(radius, shape), *terms]


def outer_contour(chest: Chest, motion: Motion) -> Contour:
    """Return the outer contour: the inner one without trabeculae, plus the wall.

    An akinetic wall keeps its diastolic thickness; the other walls thicken more in compensation.
    """
    inner, shape = inner_contour(chest, motion, outer_shape(chest, TURN)), wall_shape(chest, TURN)
    if not motion.still:
        return [*inner, (motion.wall, shape)]
    still = shape * motion.still.stillness * (1 - motion.still.thinning)
    moving = shape * (1 - motion.still.stillness)
    diastole = np.full(len(motion.wall), motion.wall[0])
    thickness = (motion.wall - diastole * still.mean()) / moving.mean()
    return [*inner, (thickness, moving), (diastole, still)]


def _wall_thickness(radius_cm: Curve, length_cm: Curve, muscle_ml: float) -> Curve:
    """Solve 5/6·π·[(r + t)²(L + t) − r²L] = muscle volume for the thickness t in cm (Newton)."""
    constant = muscle_ml * 1.2 / np.pi
    b = length_cm + 2 * radius_cm
    c = 2 * radius_cm * length_cm + radius_cm**2
    t = constant / c
    for _ in range(6):
        t = t - (((t + b) * t + c) * t - constant) / ((3 * t + 2 * b) * t + c)
    return t


def _crescent_reach(chest: Chest, muscle: Contour, area_mm2: Curve) -> Curve:
    """Solve the area ½∫[(R + d·g)² − R²]dθ of the crescent, a quadratic in d, for its reach d."""
    g = crescent_shape(chest, TURN)
    turn = 2 * np.pi
    linear = turn * sum(curve * np.mean(shape * g) for curve, shape in muscle)
    square = turn * np.mean(g * g)
    return (np.sqrt(linear**2 + 2 * square * area_mm2) - linear) / square
