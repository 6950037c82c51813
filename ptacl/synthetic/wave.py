"""Waves of one beat in the eight independent leads, as sums of Gaussians (Sameni et al., 2007)."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Float64

from ptacl.synthetic.torso import lead_normals

Terms = Float64[np.ndarray, " terms"]
Bumps = tuple[tuple[float, float, float], ...]
Template = Float32[np.ndarray, "leads=8 fine"]

_BUMP_SHARE = 0.8 * np.array([0.6, 0.6, 0.8, 1.3, 1.3, 1.2, 0.9, 0.7])
"""Relative amplitude of the independent bumps of each lead."""
TEMPLATE_START_S, TEMPLATE_STOP_S, TEMPLATE_RATE_HZ = -0.42, 0.78, 2000
_GRID = np.arange(
    round(TEMPLATE_START_S * TEMPLATE_RATE_HZ), round(TEMPLATE_STOP_S * TEMPLATE_RATE_HZ)
).astype(np.float32) / np.float32(TEMPLATE_RATE_HZ)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wave:
    """Sum of Gaussians with the same centres and widths in all leads."""

    centre_s: Terms
    width_s: Terms
    lead_mv: Float64[np.ndarray, "leads=8 terms"]

    def render(self) -> Template:
        """Sample the wave at ``TEMPLATE_RATE_HZ``, starting at ``TEMPLATE_START_S``."""
        z = (_GRID - self.centre_s[:, None].astype(np.float32)) / self.width_s[:, None].astype(
            np.float32
        )
        np.square(z, out=z)
        z *= -0.5
        return self.lead_mv.astype(np.float32) @ np.exp(z, out=z)

    def __add__(self, other: "Wave") -> "Wave":
        return Wave(
            np.append(self.centre_s, other.centre_s),
            np.append(self.width_s, other.width_s),
            np.hstack([self.lead_mv, other.lead_mv]),
        )

    def and_bumps(self, rng: np.random.Generator, bumps: Bumps, stretch: float = 1.0) -> "Wave":
        """Add bumps of random amplitude, correlated between adjacent chest leads."""
        centre, width, sd = np.array(bumps).T
        size = _BUMP_SHARE[:, None] * sd * lead_normals(rng, len(bumps))
        return self + Wave(stretch * centre, stretch * width, size)
