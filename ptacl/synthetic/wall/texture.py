"""Twist and texture of a rendered wall: brightness that moves with the muscle."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Float64, Int

from ptacl.synthetic.contours import TURN
from ptacl.synthetic.wall.material import Material

_WAVES = 40
_WAVELENGTHS_MM = (5.0, 18.0)


@dataclass(frozen=True, slots=True)
class WallMaterial:
    """What `cine.render_cine` needs to draw a wall that can be followed."""

    motion: Material
    waves: Float64[np.ndarray, "waves 3"]
    """Plane waves in the first frame: x and y wave number in rad/mm, and phase."""
    amplitude: float
    """SD of the texture relative to the signal of blood; 0 for a homogeneous wall."""

    def texture(
        self,
        sector: Int[np.ndarray, "frames pixels"],
        rho_mm: Float[np.ndarray, "frames pixels"],
    ) -> Float32[np.ndarray, "frames pixels"]:
        """Return the brightness of each pixel's material; meaningless outside of the wall.

        Args:
            sector: direction of the material, index into ``TURN``.
            rho_mm: distance from the moving centre.
        """
        if not self.amplitude:
            return np.zeros(sector.shape, np.float32)
        inner, outer = (
            np.take_along_axis(table, sector, axis=1)
            for table in (self.motion.inner, self.motion.outer)
        )
        share = np.clip((rho_mm**2 - inner**2) / np.maximum(outer**2 - inner**2, 1e-6), 0, 1)
        inner, outer = self.motion.inner[0][sector], self.motion.outer[0][sector]
        radius = np.sqrt(inner**2 + share * (outer**2 - inner**2))
        x, y = radius * np.cos(TURN)[sector], radius * np.sin(TURN)[sector]
        texture = np.zeros(x.shape, np.float32)
        for across, down, phase in self.waves.tolist():
            texture += np.sin((across * x + down * y + phase).astype(np.float32))
        return texture * np.float32(self.amplitude * np.sqrt(2 / len(self.waves)))


def draw_texture(rng: np.random.Generator) -> Float64[np.ndarray, "waves 3"]:
    """Draw the plane waves of a wall's texture: 5 to 18 mm long, in all directions."""
    shortest, longest = np.log(_WAVELENGTHS_MM).tolist()
    length = np.exp(rng.uniform(shortest, longest, _WAVES))
    direction, phase = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    number = 2 * np.pi / length
    return np.stack([number * np.cos(direction), number * np.sin(direction), phase], axis=1)
