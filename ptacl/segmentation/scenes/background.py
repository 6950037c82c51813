"""What surrounds the heart: lungs, liver, chest wall, vessels, and regions of no name."""

from math import pi

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.fields import fractal_field, smooth_field

_SOFT_MM = 3.0


def draw_background(draws: Draws, x_mm: Tensor, y_mm: Tensor) -> Tensor:
    """Draw the intensities around the heart, (scenes, rows, columns), about 0 to 1.2.

    Organs lie where they lie in a chest relative to the heart (the septum faces -x, the anterior
    wall -y), before any rotation; their intensities and borders are drawn at random, because
    coils, fat suppression and breathing change them.

    Args:
        draws: source of the random numbers.
        x_mm: position relative to the heart's centre, (scenes, rows, columns).
        y_mm: see ``x_mm``.
    """
    size = x_mm.shape[-1]
    image = draws.uniform(0.02, 0.35)[:, None, None].expand_as(x_mm).clone()
    wobble = 12 * smooth_field(draws, 4, 4, size)
    # Regions without a name, some as bright as blood or as dark as muscle.
    for _ in range(3):
        region = smooth_field(draws, 1, 5, size)[:, 0] - draws.uniform(-0.3, 1.2)[:, None, None]
        image = _paint(image, region * 12, draws.uniform(0.02, 1.0))
    liver = y_mm - draws.uniform(25, 95)[:, None, None] + wobble[:, 0]
    image = _paint(image, liver, draws.uniform(0.1, 0.7))
    slope = draws.uniform(-0.8, 0.8)[:, None, None]
    chest = -y_mm + slope * x_mm - draws.uniform(35, 95)[:, None, None] + wobble[:, 1]
    image = _paint(image, chest, draws.uniform(0.2, 1.2))
    image = _paint(image, chest - draws.uniform(6, 25)[:, None, None], draws.uniform(0.1, 1.2))
    lung = x_mm - draws.uniform(25, 80)[:, None, None] + wobble[:, 2]
    lung = torch.where(draws.chance(0.85)[:, None, None], lung, lung - 500)
    image = _paint(image, lung, draws.uniform(0.0, 0.15))
    image = image * (1 + 0.25 * draws.uniform(0, 1)[:, None, None] * _texture(draws, size))
    for _ in range(5):
        image = _vessel(draws, image, x_mm, y_mm)
    return image.clamp_min(0)


def _texture(draws: Draws, size: int) -> Tensor:
    return fractal_field(draws, 1, size, (8, 16, 32))[:, 0]


def _paint(image: Tensor, inside_mm: Tensor, intensity: Tensor) -> Tensor:
    """Paint a region, given the distance to its border (positive inside)."""
    cover = (inside_mm / _SOFT_MM + 0.5).clamp(0, 1)
    return image + cover * (intensity[:, None, None] - image)


def _vessel(draws: Draws, image: Tensor, x_mm: Tensor, y_mm: Tensor) -> Tensor:
    """Paint a vessel cut across: a bright or dark ellipse with or without a wall."""
    distance, angle = draws.uniform(35, 100), draws.uniform(0, 2 * pi)
    x = x_mm - (distance * torch.cos(angle))[:, None, None]
    y = y_mm - (distance * torch.sin(angle))[:, None, None]
    turn = draws.uniform(0, pi)[:, None, None]
    long = x * torch.cos(turn) + y * torch.sin(turn)
    short = (y * torch.cos(turn) - x * torch.sin(turn)) * draws.uniform(1, 2)[:, None, None]
    inside = draws.logarithmic(2, 18)[:, None, None] - torch.hypot(long, short)
    present = draws.chance(0.7)[:, None, None]
    inside = torch.where(present, inside, inside - 500)
    walled = _paint(image, inside + 2, draws.uniform(0, 0.4))
    blood = torch.where(draws.chance(0.8), draws.uniform(0.5, 1.1), draws.uniform(0, 0.5))
    return _paint(walled, inside, blood)
