"""Static part of the simulated cine: shape of the heart's walls, and the surrounding organs."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

Plane = Float32[np.ndarray, "rows columns"]
Angles = Float64[np.ndarray, "*points"]

BLOOD, MUSCLE, FAT, LIVER, LUNG = 1.0, 0.34, 0.75, 0.50, 0.10
"""Balanced steady-state (bSSFP) intensities at 1.5 T relative to blood."""

FIELD_OF_VIEW_MM = 153.6

LENGTH_SPREAD = 0.068
"""Coefficient of variation of the ventricle's length at a given volume, as in 1,991 asymptomatic
people of MESA."""


@dataclass(frozen=True, slots=True)
class Chest:
    """Position, shape and acquisition of one subject's slice. Angles in rad, y points down."""

    centre_mm: Float64[np.ndarray, "2"]
    """x, y of the left ventricle relative to the centre of the image."""
    septum: float
    """Direction from the left to the right ventricle."""
    wave_size: Float64[np.ndarray, " waves"]
    """Trabeculae: relative amplitude of each angular wave of the inner contour."""
    wave_phase: Float64[np.ndarray, " waves"]
    ellipse: Float64[np.ndarray, "2"]
    """cos and sin part of the ventricle's eccentricity."""
    thickness: Float64[np.ndarray, "4"]
    """cos and sin parts of the first two harmonics of wall thickness."""
    flattening: float
    """Septal flattening by the right ventricle, relative to the radius."""
    rv_half_angle: float
    papillary_angle: Float64[np.ndarray, "2"]
    papillary_mm: Float64[np.ndarray, "2"]
    """Radius of the two papillary muscles at end diastole."""
    fat_mm: float
    organs: Float64[np.ndarray, "8"]
    """Standard normals that set position and intensity of liver, stomach, chest wall and aorta."""
    texture: Float64[np.ndarray, "waves=7 3"]
    """Texture of the tissue: x and y wave number (rad/mm) and phase of plane waves."""
    length_factor: float
    """Length of the ventricle relative to its volume's cube root."""
    gain: float
    noise: float
    """Standard deviation relative to blood."""
    bias: Float64[np.ndarray, "3"]
    """Coil sensitivity: slope along x, slope along y, curvature."""


def draw_chest(rng: np.random.Generator, *, length: float, rvl: float, adiposity: float) -> Chest:
    """Draw the chest of one subject.

    Args:
        rng: random number generator.
        length: standard normal, length of the ventricle relative to its volume.
        rvl: severity of right ventricular load, which flattens the septum.
        adiposity: standard normal; a larger value gives more pericardial fat.
    """
    n = rng.standard_normal
    septum = float(np.pi + 0.22 + np.radians(18) * n())
    return Chest(
        centre_mm=np.array([11.0, 2.0]) + np.clip(5.5 * n(2), -13, 13),
        septum=septum,
        wave_size=0.014 * (1 + 0.3 * n(6)),
        wave_phase=rng.uniform(0, 2 * np.pi, 6),
        ellipse=0.03 * n(2),
        thickness=np.array([0.07, 0.07, 0.04, 0.04]) * n(4),
        flattening=float(np.clip(0.02 + 0.05 * rvl + 0.01 * n(), 0, 0.16)),
        rv_half_angle=float(np.radians(np.clip(78 + 5 * n(), 66, 92))),
        papillary_angle=septum + np.radians([118, -118] + 9 * n(2)),
        papillary_mm=np.clip(5.2 + 0.7 * n(2), 3.5, 7),
        fat_mm=float(np.clip(3 + 1.2 * adiposity + 0.8 * n(), 0.8, 8)),
        organs=n(8),
        texture=n((7, 3)) * np.array([0.22, 0.22, 3.0]),
        length_factor=float(1.64 * np.exp(LENGTH_SPREAD * length)),
        gain=float(165 * np.exp(0.12 * n())),
        noise=float(0.030 * np.exp(0.35 * n())),
        bias=np.array([0.10, 0.14, 0.06]) * n(3) + np.array([0, -0.15, 0]),
    )


def inner_shape(chest: Chest, angle: Angles) -> Angles:
    """Return the radius of the cavity in each direction; its mean square over all angles is 1."""
    waves = np.arange(5, 5 + chest.wave_size.size)
    ripple = np.cos(angle[..., None] * waves + chest.wave_phase) @ chest.wave_size
    power = 0.5 * np.sum(chest.wave_size**2)
    return (outer_shape(chest, angle) + ripple) / np.sqrt(1 + power)


def outer_shape(chest: Chest, angle: Angles) -> Angles:
    """Return the radius of the outer wall in each direction, without trabeculae."""
    turned = angle - chest.septum
    dent = chest.flattening * (np.exp(2.5 * (np.cos(turned) - 1)) - 0.27)
    return 1 + chest.ellipse[0] * np.cos(2 * angle) + chest.ellipse[1] * np.sin(2 * angle) - dent


def wall_shape(chest: Chest, angle: Angles) -> Angles:
    """Return the wall thickness in each direction, with mean 1."""
    a, b, c, d = chest.thickness
    first = a * np.cos(angle) + b * np.sin(angle)
    return 1 + first + c * np.cos(2 * angle) + d * np.sin(2 * angle)


def crescent_shape(chest: Chest, angle: Angles) -> Angles:
    """Return the extent of the right ventricle from the septum: 1 at its centre, 0 outside."""
    turned = (angle - chest.septum + np.pi) % (2 * np.pi) - np.pi
    inside = np.abs(turned) < chest.rv_half_angle
    bow = np.cos(0.5 * np.pi * np.clip(turned / chest.rv_half_angle, -1, 1))
    # Wider towards the diaphragm, like the body of the right ventricle.
    return np.where(inside, np.maximum(bow, 0) ** 0.75 * (1 - 0.16 * np.sin(turned)), 0.0)


def background(chest: Chest, x_mm: Plane, y_mm: Plane) -> Plane:
    """Draw everything except the heart: lung, liver, stomach, aorta, chest wall.

    Args:
        chest: the subject's chest.
        x_mm: pixel positions relative to the ventricle's centre, to the right of the image (the
            patient's left).
        y_mm: pixel positions relative to the ventricle's centre, downwards.
    """
    n = chest.organs.tolist()
    cos, sin = -math.cos(chest.septum), -math.sin(chest.septum)
    across, down = cos * x_mm + sin * y_mm, cos * y_mm - sin * x_mm
    texture = sum(np.sin(a * x_mm + b * y_mm + c) for a, b, c in chest.texture.tolist()) / 3
    image = LUNG + 0.04 * texture
    diaphragm = down - (46 + 4 * n[2]) - 0.0035 * (across + 25) ** 2
    _paint(image, diaphragm, LIVER + 0.05 * n[3] + 0.06 * texture)
    stomach = 26 + 3 * n[4] - np.hypot(0.8 * (across - 42), down - 62)
    _paint(image, stomach, 0.45 + 0.12 * n[5] + 0.10 * texture)
    aorta = 11 + n[6] - np.hypot(across - 56 - 2 * n[7], down - 30)
    _paint(image, aorta + 2, MUSCLE)
    _paint(image, aorta, 0.95 * BLOOD)
    along = 0.84 * across - 0.55 * down
    wall = -0.55 * across - 0.84 * down - (63 + 3 * n[6]) + along**2 / 300
    _paint(image, wall, 0.28 + 0.05 * texture)
    _paint(image, wall - 7, FAT + 0.08 * texture)
    return image


def bias_field(chest: Chest, x_mm: Plane, y_mm: Plane) -> Plane:
    """Return the coil sensitivity over the image, about 1 at its centre."""
    x, y = x_mm / (FIELD_OF_VIEW_MM / 2), y_mm / (FIELD_OF_VIEW_MM / 2)
    a, b, c = chest.bias.tolist()
    return np.maximum(1 + a * x + b * y + c * (x * x + y * y - 0.6), 0.3)


def _paint(image: Plane, depth_mm: Plane, value: float | Plane) -> None:
    """Fill the inside of a boundary, with an edge of 2.5 mm."""
    cover = np.clip(0.5 + depth_mm / 2.5, 0, 1)
    image += cover * (value - image)
