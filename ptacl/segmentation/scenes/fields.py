"""Smooth random fields over the window of a scene."""

from functools import lru_cache

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws


def smooth_field(draws: Draws, count: int, cells: int, size: int) -> Tensor:
    """Draw a cubic spline through noise on a coarse grid; unit variance.

    Args:
        draws: source of the random numbers.
        count: fields a scene.
        cells: cells of the coarse grid along a side; more give a finer field.
        size: rows and columns of the window.

    Returns:
        (scenes, count, size, size).
    """
    basis = _spline_basis(cells, size)
    return basis @ draws.normal(count, cells + 3, cells + 3) @ basis.T


@lru_cache
def _spline_basis(cells: int, size: int) -> Tensor:
    """Return the uniform cubic B-splines at the pixels of a side, (size, cells + 3), unit norm."""
    place = (torch.arange(size) + 0.5) * (cells / size)
    away = (place[:, None] + 1 - torch.arange(cells + 3)).abs()
    near = 2 / 3 - away**2 * (1 - away / 2)
    far = (2 - away).clamp_min(0) ** 3 / 6
    basis = torch.where(away < 1, near, far)
    return basis / basis.norm(dim=1, keepdim=True)


def fractal_field(draws: Draws, count: int, size: int, octaves: tuple[int, ...]) -> Tensor:
    """Sum smooth fields of several scales, each finer one weaker; unit variance.

    Args:
        draws: source of the random numbers.
        count: fields a scene.
        size: rows and columns of the window.
        octaves: cells along a side of each field, from coarse to fine.
    """
    weights = [0.7**index for index in range(len(octaves))]
    total = sum(
        weight * smooth_field(draws, count, cells, size)
        for weight, cells in zip(weights, octaves, strict=True)
    )
    assert isinstance(total, Tensor)
    return total / sum(weight**2 for weight in weights) ** 0.5


def pixel_grid_mm(size: int, spacing_mm: float) -> tuple[Tensor, Tensor]:
    """Return x (to the right) and y (down) of each pixel from the middle of the window, in mm."""
    line = (torch.arange(size) - (size - 1) / 2) * spacing_mm
    y, x = torch.meshgrid(line, line, indexing="ij")
    return x, y
