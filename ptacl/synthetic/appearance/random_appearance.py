"""Parameters of a random appearance, and how they are drawn."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ptacl.synthetic.appearance.acquisition import Acquisition, draw_acquisition
from ptacl.synthetic.appearance.fields import Coefficients, draw_field
from ptacl.synthetic.appearance.surroundings import Surroundings, draw_surroundings
from ptacl.synthetic.chest import Chest, Plane


@dataclass(frozen=True, slots=True)
class Orientation:
    """Place of the heart in the image, and how it is turned."""

    centre_mm: Float64[np.ndarray, "2"]
    """x, y of the left ventricle relative to the centre of the image."""
    turn_rad: float
    """Rotation about it, positive clockwise on the image."""
    mirrored: bool

    def chest_mm(self, x_mm: Plane, y_mm: Plane) -> tuple[Plane, Plane]:
        """Return positions in the upright chest, relative to the left ventricle's centre.

        Args:
            x_mm: positions in the image relative to its centre, to the right.
            y_mm: likewise, downwards.
        """
        x, y = x_mm - np.float32(self.centre_mm[0]), y_mm - np.float32(self.centre_mm[1])
        if self.mirrored:
            x = -x
        cos, sin = np.float32(np.cos(self.turn_rad)), np.float32(np.sin(self.turn_rad))
        return cos * x + sin * y, cos * y - sin * x


@dataclass(frozen=True, slots=True)
class Tissues:
    """Brightness of the heart's tissues."""

    blood: float
    rv_blood: float
    muscle: float
    fat: float
    pulse: tuple[float, float]
    """Relative change of the blood's brightness over the beat, and its phase in rad."""
    texture: tuple[Coefficients, ...]
    roughness: float
    """Standard deviation of the texture relative to the tissue."""
    flow: Coefficients
    flow_change: float
    """Relative change of the blood's brightness in jets and slow flow."""


@dataclass(frozen=True, slots=True)
class Walls:
    """Details of the walls that say nothing about the volumes."""

    rv_wall_mm: float
    fat_mm: float
    """Change of the thickness of the epicardial fat."""
    ripple: float
    """Size of the trabecular waves relative to those of the plain cine."""
    ring: float
    """Share of the cavity's radius that trabeculae take up; 0: they are not seen."""
    ring_blood: float
    """Share of blood in the trabecular ring."""
    streaks: Coefficients
    streak_strength: float
    """Trabeculae of the right ventricle: share of muscle, 0 to 1."""
    papillary_mm: Float64[np.ndarray, "2"]
    """Radius of the papillary muscles relative to the plain cine; 0: not in the slice."""
    papillary_turn: Float64[np.ndarray, "2"]
    papillary_share: float
    """Distance of the papillary muscles from the centre, relative to the cavity's radius."""
    edge_pixels: float
    """Width of an edge."""


@dataclass(frozen=True, slots=True)
class RandomAppearance:
    """Everything about a cine that is not the heart."""

    orientation: Orientation
    tissues: Tissues
    walls: Walls
    surroundings: Surroundings
    acquisition: Acquisition

    def chest(self, chest: Chest) -> Chest:
        """Return a chest with the details of the walls changed; volumes and wall remain."""
        walls = self.walls
        return replace(
            chest,
            wave_size=chest.wave_size * walls.ripple,
            fat_mm=max(chest.fat_mm + walls.fat_mm, 0.3),
            papillary_angle=chest.papillary_angle + walls.papillary_turn,
            papillary_mm=chest.papillary_mm * walls.papillary_mm,
        )


def draw_appearance(rng: np.random.Generator) -> RandomAppearance:
    """Draw the appearance of one cine.

    Args:
        rng: random number generator.

    Example:
        >>> 0.5 <= draw_appearance(np.random.default_rng(0)).tissues.blood <= 1
        True
    """
    return RandomAppearance(
        _draw_orientation(rng),
        _draw_tissues(rng),
        _draw_walls(rng),
        draw_surroundings(rng),
        draw_acquisition(rng),
    )


def _draw_orientation(rng: np.random.Generator) -> Orientation:
    upright, mirrored = rng.random() < 0.5, rng.random() < 0.5
    turn = np.radians(20) * rng.standard_normal() if upright else rng.uniform(0, 2 * np.pi)
    return Orientation(
        centre_mm=np.clip(8.0 * rng.standard_normal(2), -20, 20),
        turn_rad=float(turn),
        mirrored=bool(mirrored and not upright),
    )


def _draw_tissues(rng: np.random.Generator) -> Tissues:
    uniform = rng.uniform
    blood = uniform(0.5, 1.0)
    return Tissues(
        blood=float(blood),
        rv_blood=float(blood * uniform(0.7, 1.2)),
        muscle=float(blood * uniform(0.1, 0.62)),
        fat=float(blood * uniform(0.3, 1.4)),
        pulse=(float(uniform(0, 0.12)), float(uniform(0, 2 * np.pi))),
        texture=tuple(draw_field(rng, cells) for cells in (6, 14, 30)),
        roughness=float(uniform(0, 0.12)),
        flow=draw_field(rng, 6),
        flow_change=float(uniform(-0.45, 0.25)) * (rng.random() < 0.4),
    )


def _draw_walls(rng: np.random.Generator) -> Walls:
    uniform, seen = rng.uniform, rng.random(4)
    return Walls(
        rv_wall_mm=float(uniform(1.5, 4.5)),
        fat_mm=float(uniform(-3, 3)),
        ripple=float(uniform(0.3, 2.0)),
        ring=float(uniform(0.05, 0.25)) * (seen[0] < 0.5),
        ring_blood=float(uniform(0.2, 0.85)),
        streaks=draw_field(rng, 18),
        streak_strength=float(uniform(0, 0.9)) * (seen[1] < 0.6),
        papillary_mm=uniform(0.5, 1.3, 2) * (seen[2:] < 0.7),
        papillary_turn=np.radians(15) * rng.standard_normal(2),
        papillary_share=float(uniform(0.5, 0.85)),
        edge_pixels=float(uniform(0.7, 1.7)),
    )
