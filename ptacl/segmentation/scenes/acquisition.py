"""How a scanner and its coils change an image, and how a segmenter scales intensities."""

from math import pi

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.fields import pixel_grid_mm, smooth_field
from ptacl.segmentation.scenes.raster import Images


def acquire(draws: Draws, images: Images, spacing_mm: float) -> Images:
    """Apply gain, bands, contrast, resolution, ghosts, noise and the border of the field of view.

    Args:
        draws: source of the random numbers.
        images: intensities of the tissues.
        spacing_mm: spacing of the pixels.
    """
    images = images * _gain(draws, images.shape[-1], spacing_mm) * _bands(draws, images)
    images = images.clamp_min(0) ** draws.uniform(0.7, 1.4)[:, None, None, None]
    images = _ghost(draws, _resolve(draws, images, spacing_mm))
    sigma = draws.logarithmic(0.004, 0.09)[:, None, None, None]
    real = images + sigma * draws.normal(*images.shape[1:])
    imaginary = sigma * draws.normal(*images.shape[1:])
    images = torch.hypot(real, imaginary)
    return images * _field_of_view(draws, images.shape[-1], spacing_mm)


def scale(images: Tensor) -> Tensor:
    """Scale the intensities of each scene or window by its 2nd and 98th percentile to about ±0.5.

    Args:
        images: (batch, channels, rows, columns).
    """
    sample = images[..., ::4, ::4].flatten(1)
    low, high = torch.quantile(sample, torch.tensor([0.02, 0.98]), dim=1)
    shape = (-1, 1, 1, 1)
    scaled = (images - low.view(shape)) / (high - low).clamp_min(1e-6).view(shape)
    return scaled.clamp(-0.2, 1.6) - 0.5


def _gain(draws: Draws, size: int, spacing_mm: float) -> Tensor:
    """Draw the sensitivity of the coils: smooth, falling with the distance to the chest wall."""
    x, y = pixel_grid_mm(size, spacing_mm)
    angle, slope = draws.uniform(0, 2 * pi), draws.uniform(0, 0.008)
    along = x * torch.cos(angle)[:, None, None] + y * torch.sin(angle)[:, None, None]
    wavy = 0.25 * draws.uniform(0, 1)[:, None, None] * smooth_field(draws, 1, 2, size)[:, 0]
    return torch.exp(slope[:, None, None] * along + wavy)[:, None]


def _bands(draws: Draws, images: Images) -> Tensor:
    """Draw the dark bands that off-resonance leaves in balanced steady-state images."""
    strength = draws.chance(0.15).float() * draws.uniform(0.2, 0.8)
    phase = 2.5 * smooth_field(draws, 1, 2, images.shape[-1])
    band = torch.exp(-((torch.remainder(phase + 1, 2) - 1) ** 2) / 0.02)
    return 1 - strength[:, None, None, None] * band


def _resolve(draws: Draws, images: Images, spacing_mm: float) -> Images:
    """Limit the resolution as in k-space: 1.0 to 3 mm, anisotropic, with ringing."""
    size = images.shape[-1]
    frequency = torch.fft.fftfreq(size, spacing_mm)
    half = torch.fft.rfftfreq(size, spacing_mm)
    finest = draws.logarithmic(1.2, 2.8)
    rows, columns = finest * draws.uniform(1, 1.4), finest
    sharpness = draws.uniform(1, 6)[:, None]
    keep_rows = _window(frequency * 2 * rows[:, None], sharpness)
    keep_columns = _window(half * 2 * columns[:, None], sharpness)
    window = keep_rows[:, None, :, None] * keep_columns[:, None, None, :]
    return torch.fft.irfft2(torch.fft.rfft2(images) * window, s=(size, size)).clamp_min(0)


def _window(relative: Tensor, sharpness: Tensor) -> Tensor:
    """Return how much of a frequency is kept: half at the limit; sharp windows ring."""
    return torch.exp(-0.69 * relative.abs() ** (2 * sharpness))


def _ghost(draws: Draws, images: Images) -> Images:
    """Add ghosts along one axis, or the far side of the body wrapped around."""
    strength = (draws.chance(0.12).float() * draws.uniform(0.03, 0.25))[:, None, None, None]
    return images + strength * images.roll(images.shape[-1] // 2, dims=-1)


def _field_of_view(draws: Draws, size: int, spacing_mm: float) -> Tensor:
    """Draw where the image ends inside the window: nothing is beyond."""
    x, y = pixel_grid_mm(size, spacing_mm)
    seen = torch.ones(draws.scenes, size, size)
    for axis in (x, -x, y, -y):
        cut = draws.chance(0.1)[:, None, None]
        limit = draws.uniform(55, 90)[:, None, None]
        seen = seen * (~cut | (axis < limit))
    return seen[:, None]
