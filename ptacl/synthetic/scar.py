"""Simulated infarct scars: location, lost forces of the ECG, and akinetic wall.

A scar has a territory (that of the occluded artery) and a size (its share of the left ventricular
muscle), common to both signals. The ECG loses the early QRS forces of that wall, which gives a
pathological Q wave, and T points away from it; the wall is thin and akinetic.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

Angles = Float64[np.ndarray, " angles"]
Vector = Float64[np.ndarray, "3"]


@dataclass(frozen=True, slots=True)
class Territory:
    """Territory of a coronary artery."""

    name: str
    share: float
    """Share of all infarcts."""
    outward: tuple[float, float, float]
    """Direction from the centre of the ventricle to this wall: left, inferior, posterior."""
    lost_mv: float
    """Loss of the heart vector by a large scar in mV."""
    lost_at_s: float
    """Normal activation time of this wall in s after R."""
    wall_angle: float
    """Centre of the wall in a short-axis slice, in rad from septum to anterior wall."""


TERRITORIES = (
    Territory("anterior", 0.45, (0.45, 0.10, -0.88), 0.75, -0.012, 0.9),
    Territory("inferior", 0.37, (0.05, 0.96, 0.28), 0.70, -0.016, -1.3),
    Territory("lateral", 0.18, (0.86, 0.22, 0.46), 0.55, -0.012, 2.9),
)
"""Left anterior descending (anterior wall and septum), right and circumflex coronary artery."""

_LOST_WIDTH_S = 0.011
_HALF_SEVERITY_SIZE = 0.055
"""Share of the muscle at which a scar has half of its maximum effect on the ECG. Smaller scars are
mostly silent: ECG and history missed 78 % of scars (Turkbey et al., 2015)."""
_TRANSMURAL_SIZE = 0.12
"""Share of the muscle at which a scar is transmural."""
_THINNING = 0.40
"""Diastolic thinning of a transmural scar relative to adjacent walls."""


def territory_of(number: float) -> Territory | None:
    """Return the territory by its number in ``Pair.truth``, from 1; None for 0, no scar."""
    return TERRITORIES[int(number) - 1] if number else None


def ecg_severity(size: float) -> float:
    """Return the share of lost forces for a scar of a given share of the muscle: 0 to 1."""
    return size**2 / (size**2 + _HALF_SEVERITY_SIZE**2)


def lost_forces(territory: Territory, size: float) -> tuple[float, float, Vector]:
    """Return centre (s after R), width (s) and vector (mV) of the lost QRS forces."""
    lost = -territory.lost_mv * ecg_severity(size) * np.array(territory.outward)
    return territory.lost_at_s, _LOST_WIDTH_S, lost


@dataclass(frozen=True, slots=True)
class StillWall:
    """Effect of a scar on the slice, as functions of the angle."""

    stillness: Angles
    """Degree of akinesia: 0 = normal motion, 1 = end-diastolic position."""
    thinning: Angles
    """Loss of diastolic thickness as a share."""


def still_wall(territory: Territory, size: float, septum: float, angles: Angles) -> StillWall:
    """Compute the akinetic wall of a scar.

    Args:
        territory: location of the scar.
        size: share of the left ventricular muscle.
        septum: direction of the septum in the image in rad, y downwards.
        angles: directions in rad.
    """
    transmural = min(size / _TRANSMURAL_SIZE, 1.0)
    # A larger infarct extends further, from a sixth to less than half of the circumference.
    sharpness = 1.2 / (0.35 + 2.0 * size)
    away = angles - septum - territory.wall_angle
    reach = np.exp(sharpness * (np.cos(away) - 1))
    return StillWall(transmural * reach, _THINNING * transmural * reach)
