"""Masked autoencoders: an encoder of a quarter of the patches, and a decoder of the others.

The published encoders drop the hidden patches, and a transformer decodes from the visible tokens
(He et al., CVPR 2022; Tong et al., NeurIPS 2022). A convolution cannot drop patches: the light
encoders get zeros in their place, and two linear layers decode each token, whose receptive field
covers its neighbours, into all patches of its time step.
"""

import math
from dataclasses import dataclass

import torch
from einops import rearrange
from jaxtyping import Bool, Float, UInt8
from torch import Tensor, nn

from ptacl.encoders.cmr import VideoMae
from ptacl.encoders.decoder import DecoderConfig, MaskedDecoder
from ptacl.encoders.ecg import EcgViT
from ptacl.encoders.light import LightCmrEncoder, LightEcgEncoder
from ptacl.encoders.masking import MASK_RATIO, random_mask
from ptacl.encoders.patches import Sizes, from_patches, to_patches
from ptacl.encoders.three_frames import ThreeFrameEncoder

TUBELET = (5, 8, 8)
"""Frames, rows and columns of a hidden tubelet of the light CMR encoder, as in VideoMAE here."""


@dataclass(frozen=True)
class Reconstruction:
    """Input, mask and prediction of a masked autoencoder."""

    truth: Float[Tensor, "batch patches values"]
    predicted: Float[Tensor, "batch patches values"]
    hidden: Bool[Tensor, "batch patches"]
    """True where a patch was hidden."""
    grid: Sizes
    """Patches along each axis."""
    patch: Sizes
    """Size of a patch along each axis."""

    def whole(self, patches: Tensor) -> Tensor:
        """Assemble patches of this reconstruction to recordings: (batch, *axes)."""
        return from_patches(patches, self.grid, self.patch)

    @property
    def hidden_values(self) -> Tensor:
        """Mask of the hidden values, in the shape of the recordings."""
        return self.whole(self.hidden[..., None].expand(self.truth.shape))


class TransformerAutoencoder(nn.Module):
    """Masked autoencoder of a published encoder, with a decoder of the published layout.

    Args:
        encoder: its visible tokens are decoded.
        decoder: size of the decoder.
        mask_ratio: share of the patches to hide, in [0, 1).
    """

    encoder: EcgViT | VideoMae

    def __init__(
        self, encoder: EcgViT | VideoMae, decoder: DecoderConfig, mask_ratio: float = MASK_RATIO
    ) -> None:
        super().__init__()
        config = encoder.config
        self.encoder = encoder
        self.mask_ratio = mask_ratio
        self.decoder = MaskedDecoder(config.grid, encoder.width, math.prod(config.patch), decoder)

    def forward(self, x: Tensor, generator: torch.Generator) -> Reconstruction:
        """Hide patches, drawn from `generator`, and predict all of them."""
        masked = self.encoder.forward_masked(x, generator, self.mask_ratio)
        config = self.encoder.config
        return Reconstruction(
            truth=self.encoder.patch_values(x),
            predicted=self.decoder(masked),
            hidden=masked.mask.hidden.to(x.device),
            grid=config.grid,
            patch=config.patch,
        )


class CineAutoencoder(TransformerAutoencoder):
    """Masked autoencoder of 8-bit cines."""

    encoder: VideoMae

    def forward(
        self, x: UInt8[Tensor, "batch frames rows columns"], generator: torch.Generator
    ) -> Reconstruction:
        """Hide tubelets of cines scaled to 0 … 1."""
        return super().forward(self.encoder.images(x)[:, :, 0], generator)


class LightEcgAutoencoder(nn.Module):
    """Masked autoencoder of the light ECG encoder; a patch is one lead of one segment (80 ms)."""

    def __init__(self, encoder: LightEcgEncoder, mask_ratio: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.mask_ratio = mask_ratio
        self.decoder = token_decoder(encoder.width, encoder.leads * encoder.segment_samples)

    def forward(
        self, x: Float[Tensor, "batch leads samples"], generator: torch.Generator
    ) -> Reconstruction:
        """Replace patches by zeros and predict all of them from the tokens of their segment."""
        patch = (1, self.encoder.segment_samples)
        grid = (x.shape[1], x.shape[2] // patch[1])
        truth = to_patches(x, patch)
        mask = random_mask(len(x), truth.shape[1], self.mask_ratio, generator)
        hidden = mask.hidden.to(x.device)
        visible = from_patches(truth.masked_fill(hidden[..., None], 0.0), grid, patch)
        decoded = self.decoder(self.encoder.forward_tokens(visible))
        predicted = rearrange(decoded, "b time (leads s) -> b (leads time) s", leads=grid[0])
        return Reconstruction(truth, predicted, hidden, grid, patch)


class LightCmrAutoencoder(nn.Module):
    """Masked autoencoder of the light CMR encoder; tubelets are hidden before motion is computed.

    Args:
        encoder: its token of a frame is decoded into that frame.
        mask_ratio: share of the tubelets to hide.
        frame_shape: rows and columns of a frame.
        frames: frames of each cine that are decoded in a training step; all in evaluation.
    """

    def __init__(
        self,
        encoder: LightCmrEncoder,
        mask_ratio: float,
        frame_shape: tuple[int, int],
        frames: int,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.mask_ratio = mask_ratio
        self.frames = frames
        self.decoder = token_decoder(encoder.width, math.prod(frame_shape))

    def forward(
        self, x: UInt8[Tensor, "batch frames rows columns"], generator: torch.Generator
    ) -> Reconstruction:
        """Replace tubelets by zeros and predict frames from their tokens."""
        hidden = self._hide(x, generator)
        batch, frames, rows, columns = x.shape
        picked = self.encoder.draw_frames(
            batch, frames, self.frames if self.training else frames, generator
        ).to(x.device)
        images = self.encoder.images(x.masked_fill(hidden, 0), picked)
        decoded = self.decoder(self.encoder.forward_tokens(images))
        predicted = rearrange(decoded, "b t (y x) -> b t y x", y=rows)
        patch = (1, *TUBELET[1:])
        row = torch.arange(batch, device=x.device)[:, None]
        return Reconstruction(
            truth=to_patches(x[row, picked].float().mul_(1 / 255), patch),
            predicted=to_patches(predicted, patch),
            hidden=to_patches(hidden[row, picked], patch)[..., 0],
            grid=(picked.shape[1], rows // patch[1], columns // patch[2]),
            patch=patch,
        )

    def _hide(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Draw the mask of hidden pixels."""
        grid = tuple(size // step for size, step in zip(x.shape[1:], TUBELET, strict=True))
        hidden = random_mask(len(x), math.prod(grid), self.mask_ratio, generator).hidden
        whole = hidden[..., None].expand(-1, -1, math.prod(TUBELET))
        return from_patches(whole, grid, TUBELET).to(x.device)


class ThreeFrameAutoencoder(nn.Module):
    """Masked autoencoder of the encoder of three frames; its one token is decoded into all three.

    Args:
        encoder: its weights are shared.
        mask_ratio: share of the patches of 8 × 8 pixels to hide.
        frame_shape: rows and columns of a frame.
    """

    def __init__(
        self, encoder: ThreeFrameEncoder, mask_ratio: float, frame_shape: tuple[int, int]
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.mask_ratio = mask_ratio
        self.decoder = token_decoder(encoder.width, 3 * math.prod(frame_shape))

    def forward(
        self, x: UInt8[Tensor, "batch frames rows columns"], generator: torch.Generator
    ) -> Reconstruction:
        """Replace patches of the three frames by zeros and predict all of them."""
        images = self.encoder.images(x)[:, 0]
        patch = (1, *TUBELET[1:])
        grid = (3, images.shape[2] // patch[1], images.shape[3] // patch[2])
        truth = to_patches(images, patch)
        hidden = random_mask(len(x), truth.shape[1], self.mask_ratio, generator).hidden.to(x.device)
        visible = from_patches(truth.masked_fill(hidden[..., None], 0.0), grid, patch)
        decoded = self.decoder(self.encoder(visible).pooled)
        predicted = rearrange(decoded, "b (t y x) -> b t y x", t=3, y=images.shape[2])
        return Reconstruction(truth, to_patches(predicted, patch), hidden, grid, patch)


def ecg_autoencoder(
    encoder: LightEcgEncoder | EcgViT, decoder: DecoderConfig, mask_ratio: float
) -> TransformerAutoencoder | LightEcgAutoencoder:
    """Make the autoencoder of an ECG encoder; the light one has a decoder of two linear layers.

    Args:
        encoder: its weights are shared.
        decoder: size of the decoder of a published encoder.
        mask_ratio: share of the patches to hide, in [0, 1).
    """
    if isinstance(encoder, EcgViT):
        return TransformerAutoencoder(encoder, decoder, mask_ratio)
    return LightEcgAutoencoder(encoder, mask_ratio)


def cmr_autoencoder(
    encoder: LightCmrEncoder | VideoMae | ThreeFrameEncoder,
    decoder: DecoderConfig,
    mask_ratio: float,
    frame_shape: tuple[int, int],
    frames: int,
) -> CineAutoencoder | LightCmrAutoencoder | ThreeFrameAutoencoder:
    """Make the autoencoder of a CMR encoder; all but VideoMAE have a decoder of two linear layers.

    Args:
        encoder: its weights are shared.
        decoder: size of the decoder of a published encoder.
        mask_ratio: share of the tubelets to hide, in [0, 1).
        frame_shape: rows and columns of a frame, for the others.
        frames: frames of each cine decoded per training step, for the light encoder.
    """
    if isinstance(encoder, VideoMae):
        return CineAutoencoder(encoder, decoder, mask_ratio)
    if isinstance(encoder, ThreeFrameEncoder):
        return ThreeFrameAutoencoder(encoder, mask_ratio, frame_shape)
    return LightCmrAutoencoder(encoder, mask_ratio, frame_shape, frames)


def token_decoder(width: int, values: int) -> nn.Sequential:
    """Make a decoder with one hidden layer, from a token to the values of its time step."""
    return nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, values))
