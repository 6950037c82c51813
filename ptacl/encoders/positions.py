"""Fixed sine-cosine position encodings on a grid of any number of axes."""

import math

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from ptacl.errors import PtaclError

BASE = 10_000.0
"""The longest wavelength is 2π times this many steps (Vaswani et al., NeurIPS 2017)."""


def sine_cosine_positions(grid: tuple[int, ...], width: int) -> Float[Tensor, "positions channels"]:
    """Compute the position encoding of each position of a grid.

    The width is divided evenly among the axes. The d channels of an axis at step p are sin(p · fᵢ),
    then cos(p · fᵢ), with fᵢ = 1 / 10000^(i / (d/2)) for i = 0 … d/2 − 1.

    Args:
        grid: steps along each axis, slowest first, for example (leads, time).
        width: channels, a multiple of twice the number of axes.

    Returns:
        (positions, width), positions in row-major order of the grid, values in [−1, 1].

    Raises:
        PtaclError: the width cannot be divided evenly.

    Example:
        >>> sine_cosine_positions((3,), 2)[0].tolist()
        [0.0, 1.0]
    """
    axes = len(grid)
    if width % (2 * axes):
        raise PtaclError(
            f"sine-cosine positions: a width of {width} cannot be shared by {axes} axes. "
            f"Choose a multiple of {2 * axes}.",
            code="config.invalid",
        )
    # In double precision, then rounded once: the table must not depend on the device.
    half = width // axes // 2
    frequencies = torch.exp(-math.log(BASE) * torch.arange(half, dtype=torch.float64) / half)
    steps = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in grid), indexing="ij")
    angles = torch.stack(steps, dim=-1)[..., None] * frequencies
    waves = torch.cat([angles.sin(), angles.cos()], dim=-1)
    return rearrange(waves, "... axes channels -> (...) (axes channels)").float()
