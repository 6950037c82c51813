"""Batches of scenes: images of random hearts in five views, and the labels of the middle one.

The one recipe of appearance randomisation. A segmenter that is trained on it has seen no real
image; what it may rely on is what all scenes share: the order of the layers, and how they move.
"""

from dataclasses import dataclass
from math import pi

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from ptacl.segmentation.scenes.acquisition import acquire, scale
from ptacl.segmentation.scenes.background import draw_background
from ptacl.segmentation.scenes.contours import draw_contours
from ptacl.segmentation.scenes.draws import Draws
from ptacl.segmentation.scenes.fields import pixel_grid_mm, smooth_field
from ptacl.segmentation.scenes.heart import draw_heart as draw_dimensions
from ptacl.segmentation.scenes.heart import section_of
from ptacl.segmentation.scenes.raster import labels_of, polar
from ptacl.segmentation.scenes.simulated import with_simulated_hearts
from ptacl.segmentation.scenes.tissue import draw_heart
from ptacl.segmentation.scenes.tissues import draw_tissues
from ptacl.segmentation.scenes.views import CHANNELS, MIDDLE, draw_views


@dataclass(frozen=True)
class SceneConfig:
    """What the scenes of a training look like."""

    size: int = 112
    """Rows and columns of a window."""
    spacing_mm: float = 1.6
    randomised: bool = True
    """False fixes the appearance to that of the simulated cohort: the control of this recipe."""
    simulated_share: float = 0.25
    """Share of scenes whose shapes are those of simulated subjects (`scenes.simulated`)."""


@dataclass(frozen=True)
class SceneBatch:
    """Images and labels of a batch of scenes."""

    images: Float[Tensor, "scenes channels=5 rows columns"]
    """Scaled intensities, about -0.5 to 0.5; the channels are those of `scenes.views`."""
    labels: UInt8[Tensor, "scenes rows columns"]
    """Labels of the middle channel (`ptacl.signal.heart_labels`)."""


def draw_scenes(generator: torch.Generator, scenes: int, config: SceneConfig) -> SceneBatch:
    """Draw a batch of scenes.

    Args:
        generator: of all random numbers.
        scenes: how many.
        config: size and recipe.
    """
    draws = Draws(generator, scenes)
    heart = draw_dimensions(draws)
    views = draw_views(draws, heart.length)
    section = section_of(heart, views.depth, views.contraction)
    thickness_mm = draws.uniform(5, 10)
    contours = draw_contours(draws, section, thickness_mm)
    section, contours = with_simulated_hearts(draws, section, contours, config.simulated_share)
    x, y = _heart_frame(draws, config)
    places = polar(x, y)
    soft_mm = draws.logarithmic(1.2, 4.0)[:, None] * torch.ones(1, CHANNELS)
    plain = torch.full_like(x, 0.15)
    background = draw_background(draws, x, y) if config.randomised else plain
    tissues = draw_tissues(draws, CHANNELS, config.randomised)
    images = draw_heart(
        draws, background, contours, section, places, tissues, soft_mm, config.randomised
    )
    labels = labels_of(contours, places, MIDDLE)
    images = _moved(images, views.shift_mm / config.spacing_mm)
    if config.randomised:
        images = acquire(draws, images, config.spacing_mm)
    else:
        images = images + 0.02 * draws.normal(*images.shape[1:])
    index = views.source[..., None, None].expand_as(images)
    return SceneBatch(scale(images.gather(1, index)), labels)


def _heart_frame(draws: Draws, config: SceneConfig) -> tuple[Tensor, Tensor]:
    """Place the hearts in their windows: shift, rotation, mirror, size and elastic deformation.

    Returns:
        Position of each pixel in the frame of its heart in mm, x and y, (scenes, rows, columns).
    """
    x, y = pixel_grid_mm(config.size, config.spacing_mm)
    reach = 26.0
    x = x - draws.uniform(-reach, reach)[:, None, None]
    y = y - draws.uniform(-reach, reach)[:, None, None]
    turn = draws.uniform(0, 2 * pi)[:, None, None]
    x, y = x * torch.cos(turn) - y * torch.sin(turn), x * torch.sin(turn) + y * torch.cos(turn)
    y = y * draws.sign()[:, None, None]
    if config.randomised:
        amount = draws.uniform(0, 4.5)[:, None, None]
        bend = smooth_field(draws, 2, 4, config.size)
        fine = smooth_field(draws, 2, 9, config.size)
        x = x + amount * bend[:, 0] + 0.25 * amount * fine[:, 0]
        y = y + amount * bend[:, 1] + 0.25 * amount * fine[:, 1]
    return x, y


def _moved(images: Tensor, shift_pixels: Tensor) -> Tensor:
    """Shift each image by whole pixels, (scenes, channels, 2)."""
    moved = images.clone()
    for scene, channel in (shift_pixels.abs().amax(-1) >= 0.5).nonzero().tolist():
        rows, columns = shift_pixels[scene, channel].round().int().tolist()
        moved[scene, channel] = images[scene, channel].roll((rows, columns), (0, 1))
    return moved
