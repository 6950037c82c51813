"""Displacement of a slice as a small network: implicit in space, periodic in time by construction.

u(x, t) = Σₖ aₖ(x)·(cos 2πkt − 1) + bₖ(x)·sin 2πkt, with t as a share of the beat and the fields aₖ,
bₖ given by one network of the position. So u is 0 in the first frame, the motion closes after a
beat, and no frame can move otherwise than its neighbours; the network is evaluated once for all
frames. A second set of fields leads back from frame t to the first one, v(y, t).

The form follows the implicit registration of cardiac cines (Arratia López et al., "WarpPINN", Med
Image Anal 2023; Wolterink et al., MIDL 2022), the periodic time is this project's.
"""

import math
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ptacl.motion.config import MotionConfig

Coefficients = Float[Tensor, "points directions=2 axes=2 waves"]
"""Fields of the points: forward and backward; x and y in mm; two waves for each harmonic."""


class MotionNetwork(nn.Module):
    """Fields of the displacement at any position.

    Args:
        config: sizes.
        generator: of the random features and weights.
    """

    def __init__(self, config: MotionConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.harmonics = config.harmonics
        numbers = torch.randn(2, config.features, generator=generator)
        self.register_buffer("numbers", numbers * (2 * math.pi / config.wavelength_mm))
        sizes = [2 * config.features + 2, *[config.width] * 3]
        layers: list[nn.Module] = []
        for before, after in pairwise(sizes):
            layers += [_linear(before, after, generator), nn.SiLU()]
        last = nn.Linear(config.width, 2 * 2 * 2 * config.harmonics)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.layers = nn.Sequential(*layers, last)

    def forward(self, points_mm: Float[Tensor, "points 2"]) -> Coefficients:
        """Return the fields at positions (x, y) in mm from the centre of the window."""
        phase = points_mm @ self.get_buffer("numbers")
        inputs = torch.cat([phase.cos(), phase.sin(), points_mm / 40], dim=1)
        # Five millimetres is the size of a displacement of the wall.
        return 5 * self.layers(inputs).view(len(points_mm), 2, 2, 2 * self.harmonics)


def waves(phases: Float[Tensor, " frames"], harmonics: int) -> Float[Tensor, "frames waves"]:
    """Return the values over time that multiply the fields: all 0 at phase 0.

    Args:
        phases: shares of the beat, 0 to 1.
        harmonics: of the beat.
    """
    order = torch.arange(1, harmonics + 1)
    angle = 2 * math.pi * phases[:, None] * order
    # Higher harmonics of a real beat are smaller; scaled alike they would be fitted too early.
    return torch.cat([angle.cos() - 1, angle.sin()], dim=1) / order.repeat(2)


def displacement(
    coefficients: Coefficients, time: Float[Tensor, "frames waves"], *, backward: bool = False
) -> Float[Tensor, "frames points 2"]:
    """Return the displacement in mm of points in each frame.

    Args:
        coefficients: fields at the points.
        time: see `waves`.
        backward: from the frame to the first one, at points of the frame.
    """
    return torch.einsum("pai,fi->fpa", coefficients[:, int(backward)], time)


def _linear(before: int, after: int, generator: torch.Generator) -> nn.Linear:
    layer = nn.Linear(before, after)
    with torch.no_grad():
        layer.weight.normal_(0, math.sqrt(2 / before), generator=generator)
        layer.bias.zero_()
    return layer
