"""Augmentation of cine images: affine transform, contrast, noise."""

from dataclasses import dataclass
from typing import ClassVar

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from ptacl.data.augment.config import AugmentConfig
from ptacl.tensors.subject_record import SubjectRecord


@dataclass(frozen=True)
class CineParameters(SubjectRecord):
    """Augmentation parameters of the images of each cine; None switches one off."""

    shared: ClassVar[frozenset[str]] = frozenset({"noise"})
    gain: Float[Tensor, " batch"]
    level: Float[Tensor, " batch"]
    noise: Float[Tensor, "time channels rows columns"]
    affine: Float[Tensor, "batch 2 3"] | None = None
    """Maps output to input coordinates, both from −1 to 1 along each axis."""


def draw_cine(
    config: AugmentConfig, shape: torch.Size, generator: torch.Generator
) -> CineParameters:
    """Draw the parameters of a batch of images.

    Args:
        config: ranges of the augmentation.
        shape: batch, time, channels, rows, columns.
        generator: source of randomness.
    """
    return CineParameters(
        gain=(config.cine_gain * torch.randn(shape[0], generator=generator)).exp(),
        level=config.cine_noise * torch.rand(shape[0], generator=generator),
        noise=torch.randn(shape[1:], generator=generator),
        affine=_draw_affine(config, shape[0], generator),
    )


def apply_cine(
    images: Float[Tensor, "batch time channels rows columns"], parameters: CineParameters
) -> Float[Tensor, "batch time channels rows columns"]:
    """Apply the affine transform, contrast and noise to images."""
    if parameters.affine is not None:
        images = move(images, parameters.affine)
    gain, level = (
        values.to(images.device)[:, None, None, None, None]
        for values in (parameters.gain, parameters.level)
    )
    return torch.addcmul(images * gain, level, parameters.noise.to(images.device))


def move(
    images: Float[Tensor, "batch time channels rows columns"], affine: Float[Tensor, "batch 2 3"]
) -> Float[Tensor, "batch time channels rows columns"]:
    """Apply the same affine transform to all images of a cine; the border is repeated.

    Interpolation is linear, so the motion channels, which are linear in the frames, are transformed
    consistently with them.
    """
    flat = rearrange(images, "b t c y x -> b (t c) y x")
    grid = F.affine_grid(affine.to(images), list(flat.shape), align_corners=False)
    moved = F.grid_sample(flat, grid, padding_mode="border", align_corners=False)
    return rearrange(moved, "b (t c) y x -> b t c y x", t=images.shape[1])


def _draw_affine(
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
    # The crop can be anywhere in the image.
    centre = (1 - scale)[:, None] * (2 * torch.stack([right, down], dim=1) - 1)
    return torch.cat([torch.stack([across, along], dim=1), centre[..., None]], dim=2)
