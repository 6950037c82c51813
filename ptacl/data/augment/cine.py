"""Contrast, noise and place of the images of cines."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from ptacl.data.augment.config import AugmentConfig
from ptacl.tensors.subject_record import BySubject


@dataclass(frozen=True)
class CineParameters(BySubject):
    """What is done to the images of each cine of a batch; None is not done at all."""

    shared: ClassVar[frozenset[str]] = frozenset({"noise"})
    gain: Float[Tensor, " batch"]
    level: Float[Tensor, " batch"]
    noise: Float[Tensor, "time channels rows columns"]
    place: Float[Tensor, "batch 2 3"] | None = None
    """Where each pixel of the new image lies in the old one, both from −1 to 1 along each axis."""


def draw_cine(
    config: AugmentConfig, shape: torch.Size, generator: torch.Generator
) -> CineParameters:
    """Parameters for images of the shape (batch, time, channels, rows, columns)."""
    return CineParameters(
        gain=(config.cine_gain * torch.randn(shape[0], generator=generator)).exp(),
        level=config.cine_noise * torch.rand(shape[0], generator=generator),
        noise=torch.randn(shape[1:], generator=generator),
        place=_draw_place(config, shape[0], generator),
    )


def apply_cine(
    images: Float[Tensor, "batch time channels rows columns"], parameters: CineParameters
) -> Float[Tensor, "batch time channels rows columns"]:
    """Images with another place, contrast and noise."""
    if parameters.place is not None:
        images = move(images, parameters.place)
    gain, level = (
        values.to(images.device)[:, None, None, None, None]
        for values in (parameters.gain, parameters.level)
    )
    return torch.addcmul(images * gain, level, parameters.noise.to(images.device))


def move(
    images: Float[Tensor, "batch time channels rows columns"], place: Float[Tensor, "batch 2 3"]
) -> Float[Tensor, "batch time channels rows columns"]:
    """All images of a cine turned, mirrored and enlarged alike; the border repeats.

    Interpolation is linear, so what is linear in the frames (their motion) moves as they do.
    """
    flat = rearrange(images, "b t c y x -> b (t c) y x")
    grid = F.affine_grid(place.to(images), list(flat.shape), align_corners=False)
    moved = F.grid_sample(flat, grid, padding_mode="border", align_corners=False)
    return rearrange(moved, "b (t c) y x -> b t c y x", t=images.shape[1])


def _draw_place(
    config: AugmentConfig, batch: int, generator: torch.Generator
) -> Float[Tensor, "batch 2 3"] | None:
    if not (config.cine_rotation_deg or config.cine_flip or config.cine_zoom):
        return None
    turn, area, down, right = torch.rand(4, batch, generator=generator)
    angle = torch.deg2rad(config.cine_rotation_deg * (2 * turn - 1))
    scale = (1 - config.cine_zoom * area).sqrt()
    mirror = torch.where(torch.rand(batch, generator=generator) < config.cine_flip, -1.0, 1.0)
    across = torch.stack([scale * angle.cos() * mirror, -scale * angle.sin()], dim=1)
    along = torch.stack([scale * angle.sin() * mirror, scale * angle.cos()], dim=1)
    # The crop lies anywhere in the image.
    centre = (1 - scale)[:, None] * (2 * torch.stack([right, down], dim=1) - 1)
    return torch.cat([torch.stack([across, along], dim=1), centre[..., None]], dim=2)
