"""The scar that an infarct leaves: where it lies, what the ECG loses by it, which wall is still.

A scar is known to both signals by its territory (the artery that was shut) and its size (its share
of the left ventricle's muscle). The ECG loses the forces of that wall early in the QRS, which is
what a pathological Q wave is, and repolarises away from it; the wall there is thin and still.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

Angles = Float64[np.ndarray, " angles"]
Vector = Float64[np.ndarray, "3"]


@dataclass(frozen=True, slots=True)
class Territory:
    """What one coronary artery feeds."""

    name: str
    share: float
    """Of all infarcts."""
    outward: tuple[float, float, float]
    """From the ventricle's middle to this wall: left, inferior, posterior."""
    lost_mv: float
    """How much of the heart vector a large scar takes away."""
    lost_at_s: float
    """When this wall would have been activated, after R."""
    wall_angle: float
    """The middle of the wall in a short-axis slice, in rad from the septum's over the anterior."""


TERRITORIES = (
    Territory("anterior", 0.45, (0.45, 0.10, -0.88), 0.75, -0.012, 0.9),
    Territory("inferior", 0.37, (0.05, 0.96, 0.28), 0.70, -0.016, -1.3),
    Territory("lateral", 0.18, (0.86, 0.22, 0.46), 0.55, -0.012, 2.9),
)
"""Left anterior descending (anterior wall and septum), right and circumflex coronary artery."""

_LOST_WIDTH_S = 0.011
_HALF_SEEN = 0.055
"""Of the muscle: a scar of this size takes half of what a large one takes from the ECG. The QRS of
smaller ones is mostly unremarkable: ECG and history missed 78 % of scars (Turkbey et al., 2015)."""
_TRANSMURAL = 0.12
"""Of the muscle: a scar of this size goes through the wall's whole thickness."""
_THINNED = 0.40
"""How much thinner than its neighbours a transmural scar is in diastole."""


def territory_of(number: float) -> Territory | None:
    """The territory that ``Pair.truth`` numbers from 1; None for 0, no scar."""
    return TERRITORIES[int(number) - 1] if number else None


def ecg_severity(size: float) -> float:
    """How much of its territory's forces a scar of this share of the muscle takes: 0 to 1."""
    return size**2 / (size**2 + _HALF_SEEN**2)


def lost_forces(territory: Territory, size: float) -> tuple[float, float, Vector]:
    """Centre (s after R), width (s) and vector (mV) of what the QRS is short of."""
    lost = -territory.lost_mv * ecg_severity(size) * np.array(territory.outward)
    return territory.lost_at_s, _LOST_WIDTH_S, lost


@dataclass(frozen=True, slots=True)
class StillWall:
    """How a scar changes the slice, as shapes of the angle."""

    stillness: Angles
    """0 where the wall moves as it would, 1 where it stays where it is at end diastole."""
    thinning: Angles
    """Share of the diastolic thickness that is gone."""


def still_wall(territory: Territory, size: float, septum: float, angles: Angles) -> StillWall:
    """The part of the wall that a scar holds still.

    Args:
        territory: where it lies.
        size: share of the left ventricle's muscle.
        septum: direction of the septum in the image, y downwards.
        angles: directions in which the wall is asked for, in rad.
    """
    transmural = min(size / _TRANSMURAL, 1.0)
    # A larger infarct reaches further around, from a sixth of the turn to less than a half.
    sharpness = 1.2 / (0.35 + 2.0 * size)
    away = angles - septum - territory.wall_angle
    reach = np.exp(sharpness * (np.cos(away) - 1))
    return StillWall(transmural * reach, _THINNED * transmural * reach)
