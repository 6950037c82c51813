"""Random surroundings of the heart: organs of any brightness, vessels, and regions without a name.

Organs lie where they lie in a chest; how bright they are, and where exactly their borders run,
differs between scanners, coils and people more than a simulation of one chest shows.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.synthetic.appearance.fields import Coefficients, draw_field, field
from ptacl.synthetic.chest import Plane

_SOFT_MM = 3.0
_BORDER_MM = 12.0
"""Standard deviation of the course of a border."""
_REGIONS, _VESSELS = 3, 6


@dataclass(frozen=True, slots=True)
class Layer:
    """An organ behind a border, at a distance from the heart's centre."""

    distance_mm: float
    value: float
    """Brightness relative to the brightest blood."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything around the heart. Brightness is relative to the brightest blood."""

    level: float
    """Brightness where there is nothing else."""
    regions: tuple[tuple[Coefficients, Layer], ...]
    """Regions without a name, where a field exceeds the distance in units of `_BORDER_MM`."""
    borders: tuple[Coefficients, ...]
    """Course of the borders of liver, chest wall and lung."""
    liver: Layer
    chest_wall: Layer
    slope: float
    """Slope of the chest wall."""
    subcutaneous: Layer
    """Beneath the skin; its distance is counted from the inside of the chest wall."""
    lung: Layer
    texture: tuple[Coefficients, ...]
    """From coarse to fine."""
    roughness: float
    """Standard deviation of the texture relative to the tissue."""
    vessels: Float64[np.ndarray, "vessels 7"]
    """x, y, direction of the long axis, its ratio to the short one, short radius, brightness of
    wall and blood; mm and rad."""


def draw_surroundings(rng: np.random.Generator) -> Surroundings:
    """Draw what surrounds a heart."""

    def layer(near: float, far: float, dark: float, bright: float) -> Layer:
        return Layer(float(rng.uniform(near, far)), float(rng.uniform(dark, bright)))

    return Surroundings(
        level=float(rng.uniform(0.02, 0.35)),
        regions=tuple((draw_field(rng, 5), layer(-0.3, 1.2, 0.02, 1.0)) for _ in range(_REGIONS)),
        borders=tuple(draw_field(rng, 4) for _ in range(3)),
        liver=layer(25, 95, 0.1, 0.7),
        chest_wall=layer(35, 95, 0.2, 1.2),
        slope=float(rng.uniform(-0.8, 0.8)),
        subcutaneous=layer(6, 25, 0.1, 1.2),
        lung=layer(25, 95, 0.0, 0.15),
        texture=tuple(draw_field(rng, cells) for cells in (8, 16, 30)),
        roughness=float(rng.uniform(0, 0.25)),
        vessels=_draw_vessels(rng),
    )


def _draw_vessels(rng: np.random.Generator) -> Float64[np.ndarray, "vessels 7"]:
    count = int(rng.binomial(_VESSELS, 0.7))
    distance, angle = rng.uniform(35, 100, count), rng.uniform(0, 2 * np.pi, count)
    bright = np.where(
        rng.random(count) < 0.8, rng.uniform(0.5, 1.1, count), rng.uniform(0, 0.5, count)
    )
    columns = (
        distance * np.cos(angle),
        distance * np.sin(angle),
        rng.uniform(0, np.pi, count),
        rng.uniform(1, 2, count),
        np.exp(rng.uniform(np.log(2), np.log(18), count)),
        rng.uniform(0, 0.4, count),
        bright,
    )
    return np.stack(columns, axis=1)


def paint_surroundings(around: Surroundings, across_mm: Plane, down_mm: Plane) -> Plane:
    """Paint the surroundings.

    Args:
        around: their parameters.
        across_mm: pixel positions relative to the ventricle's centre, away from the septum.
        down_mm: likewise, towards the diaphragm.
    """
    size = len(across_mm)
    image = np.full((size, size), around.level, np.float32)
    for coefficients, region in around.regions:
        depth_mm = np.float32(_BORDER_MM) * (field(coefficients, size) - region.distance_mm)
        _paint(image, depth_mm, region.value)
    liver, wall, lung = (_BORDER_MM * field(each, size) for each in around.borders)
    _paint(image, down_mm - around.liver.distance_mm + liver, around.liver.value)
    wall += around.slope * across_mm - down_mm - around.chest_wall.distance_mm
    _paint(image, wall, around.chest_wall.value)
    _paint(image, wall - around.subcutaneous.distance_mm, around.subcutaneous.value)
    _paint(image, across_mm - around.lung.distance_mm + lung, around.lung.value)
    image *= 1 + around.roughness * sum_fields(around.texture, size)
    for vessel in around.vessels.tolist():
        _paint_vessel(image, across_mm, down_mm, *vessel)
    return np.maximum(image, 0, out=image)


def sum_fields(octaves: tuple[Coefficients, ...], size: int) -> Plane:
    """Sum fields of several scales, each finer one weaker; unit variance.

    Args:
        octaves: coefficients, from coarse to fine.
        size: rows and columns.
    """
    weights = 0.7 ** np.arange(len(octaves), dtype=np.float32)
    weights /= np.linalg.norm(weights)
    total = np.zeros((size, size), np.float32)
    for weight, coefficients in zip(weights, octaves, strict=True):
        total += weight * field(coefficients, size)
    return total


def _paint(image: Plane, depth_mm: Plane, value: float) -> None:
    """Fill the inside of a border, given the depth beneath it."""
    cover = np.clip(depth_mm / np.float32(_SOFT_MM) + 0.5, 0, 1)
    image += cover * (np.float32(value) - image)


def _paint_vessel(
    image: Plane,
    across_mm: Plane,
    down_mm: Plane,
    x_mm: float,
    y_mm: float,
    direction: float,
    ratio: float,
    radius_mm: float,
    wall: float,
    blood: float,
) -> None:
    """Paint a vessel that is cut across: an ellipse with a wall."""
    x, y = across_mm - x_mm, down_mm - y_mm
    cos, sin = float(np.cos(direction)), float(np.sin(direction))
    depth_mm = radius_mm - np.hypot(x * cos + y * sin, (y * cos - x * sin) * ratio)
    _paint(image, depth_mm + 2, wall)
    _paint(image, depth_mm, blood)
