"""Light encoders of ECG and CMR: small enough to train in minutes on two CPU cores.

Design choices, each measured in the change log:

- The ECG is in millivolts (voltage carries mass) and is low-passed to 125 Hz in the network. Over
  many beats, tokens of 80 ms sample the cardiac phase finely enough.
- Blocks are convolutions over time: a token depends on its neighbourhood, not on its position in
  the recording, so a shifted recording gives shifted tokens.
- A frame has its motion as further channels, cyclic in time: the difference between the frames 2
  ahead and 2 behind, since a single frame does not distinguish filling from ejection; and the
  change up to 7 frames ahead and behind, since nothing moves in diastasis and only the distance to
  the next motion gives the time. Frames have no position encoding: the temporal loss must recover
  time from the images.
- Pooling over time is attention with a few learned queries. For the pooled vector only, each frame
  also gets its cardiac phase: the times of relaxation and atrial contraction are what an ECG
  predicts best about a cine.
"""

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor, nn

from ptacl.encoders.dropout import SubjectDropout
from ptacl.encoders.merge import PatchMerge, PlaneMerge
from ptacl.encoders.norm import LayerNorm
from ptacl.encoders.output import EncoderOutput
from ptacl.encoders.pooling import AttentionPool
from ptacl.encoders.time_steps import draw_frames

PHASE_HARMONICS = 6
IMAGE_CHANNELS = 4


@dataclass(frozen=True)
class LightEcgConfig:
    """Size of the light ECG encoder."""

    kind: Literal["light"] = "light"
    """Distinguishes this config from that of the published encoder."""
    width: int = 96
    """Channels of a token."""
    depth: int = 3
    """Convolution blocks."""
    kernel: int = 9
    """Kernel size of a block in tokens (9 tokens of 80 ms are 0.72 s)."""
    queries: int = 4
    """Learned queries of the pooling."""
    dropout: float = 0.1
    lead_flags: bool = False
    """Whether the stem also reads which leads are absent; for models of any lead set."""


@dataclass(frozen=True)
class LightCmrConfig:
    """Size of the light CMR encoder."""

    kind: Literal["light"] = "light"
    """Distinguishes this config from that of the published encoder."""
    width: int = 96
    queries: int = 4
    near_frames: int = 2
    """Distance ahead and behind of the two frames that give the motion at a frame."""
    far_frames: int = 7
    """Distance ahead, and behind, of the frames that give the slower changes."""
    dropout: float = 0.1


class LightEcgEncoder(nn.Module):
    """Strided convolutions to one token per 80 ms, then convolution blocks over time.

    Input: (batch, 12, samples) in mV at 500 Hz; samples a multiple of 40. A lead that is zero at
    every sample is absent. With lead flags, a linear map of the absent leads is added to the stem's
    output, so that the blocks tell an absent lead from a flat one; it is nothing for 12 leads.
    """

    leads = 12
    segment_samples = 40
    lowpass: Tensor
    sample_rate_hz = 500.0

    def __init__(self, config: LightEcgConfig) -> None:
        super().__init__()
        self.width = config.width
        half = config.width // 2
        self.register_buffer("lowpass", _hann_kernel(8), persistent=False)
        self.stem = nn.Sequential(
            nn.Conv1d(self.leads, half, kernel_size=7, stride=2, padding=3),
            nn.GELU(),
            nn.Conv1d(half, config.width, kernel_size=5, stride=5),
        )
        self.absence: nn.Linear | None = None
        if config.lead_flags:
            self.absence = nn.Linear(self.leads, config.width, bias=False)
        self.blocks = nn.Sequential(
            *(ConvBlock(config.width, config.kernel, config.dropout) for _ in range(config.depth))
        )
        self.norm = LayerNorm(config.width)
        self.pool = AttentionPool(config.width, config.queries)

    def forward(
        self,
        ecg: Float[Tensor, "batch leads samples"],
        valid: Bool[Tensor, "batch segments"] | None = None,
    ) -> EncoderOutput:
        """Encode ECGs; segments where `valid` is False are excluded from the pooling."""
        tokens = self.forward_tokens(ecg)
        return EncoderOutput(tokens, *self.pool(tokens, valid))

    def forward_tokens(
        self, ecg: Float[Tensor, "batch leads samples"]
    ) -> Float[Tensor, "batch segments width"]:
        """Compute one token per segment, without pooling."""
        leads = ecg.shape[1]
        slow = F.conv1d(ecg, self.lowpass.expand(leads, 1, -1), stride=4, padding=2, groups=leads)
        stem = self.stem(slow)
        if self.absence is not None:
            absent = ~ecg.any(dim=-1)
            stem = stem + self.absence(absent.to(self.absence.weight.dtype))[..., None]
        return self.norm(rearrange(self.blocks(stem), "b c t -> b t c"))

    def spread(self, pooled: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """Batch-normalise the pooled vectors of the whole batch."""
        return self.pool.spread(pooled)

    def encode(
        self,
        ecg: Float[Tensor, "batch leads samples"],
        valid: Bool[Tensor, "batch segments"] | None = None,
    ) -> EncoderOutput:
        """Encode ECGs; the interface that both kinds of ECG encoders share."""
        return self(ecg, valid)


class LightCmrEncoder(nn.Module):
    """Patches of each frame and of its motion, merged three times; no position in time.

    Input: 8-bit cines (batch, frames, rows, columns), rows and columns 64.
    """

    frames_per_step = 1

    def __init__(self, config: LightCmrConfig) -> None:
        super().__init__()
        self.width = config.width
        self.near_frames = config.near_frames
        self.far_frames = config.far_frames
        half = config.width // 2
        self.stem = nn.Sequential(
            PlaneMerge(IMAGE_CHANNELS, 32, patch=4),
            PatchMerge(32, half, patch=2),
            PatchMerge(half, config.width, patch=2),
        )
        self.mix = nn.Sequential(
            LayerNorm(config.width * 16),
            nn.Linear(config.width * 16, config.width),
            nn.GELU(),
            SubjectDropout(config.dropout),
            nn.Linear(config.width, config.width),
        )
        self.norm = LayerNorm(config.width)
        self.dated = nn.Sequential(
            nn.Linear(config.width + 2 * PHASE_HARMONICS, config.width), nn.GELU()
        )
        self.pool = AttentionPool(config.width, config.queries)

    def draw_frames(
        self, batch: int, frames: int, picked: int, generator: torch.Generator
    ) -> Int[Tensor, "batch picked"]:
        """Draw the frames of a training step, one from each part of the beat."""
        return draw_frames(batch, frames, picked, generator)

    def images(
        self,
        cine: UInt8[Tensor, "batch frames rows columns"],
        picked: Int[Tensor, "batch picked"] | None = None,
    ) -> Float[Tensor, "batch picked channels rows columns"]:
        """Compute the channels of selected frames: intensity, near motion, change ahead and behind.

        Args:
            cine: 8-bit cines.
            picked: indices of the frames; all by default.
        """
        batch, frames = cine.shape[:2]
        if picked is None:
            picked = torch.arange(frames, device=cine.device).expand(batch, frames)
        first = frames * torch.arange(batch, device=cine.device)[:, None]

        def at(shift: int) -> Float[Tensor, "batch picked rows columns"]:
            """Return the frames ``shift`` after the picked ones, round the beat, from 0 to 1."""
            # With one index, frames are copied as a whole; with two, pixel by pixel.
            index = (first + (picked + shift) % frames).flatten()
            images = cine.flatten(0, 1).index_select(0, index).float().mul_(1 / 255)
            return images.unflatten(0, picked.shape)

        here = at(0)
        near = at(self.near_frames).sub_(at(-self.near_frames))
        ahead = at(self.far_frames).sub_(here)
        behind = here - at(-self.far_frames)
        # Differences are several times smaller than intensities: scale all channels alike.
        return torch.stack([here - 0.4, near.mul_(3), ahead.mul_(3), behind.mul_(3)], dim=2)

    def forward(
        self,
        images: Float[Tensor, "batch time channels rows columns"],
        phase: Float[Tensor, "batch time"],
    ) -> EncoderOutput:
        """Encode the output of `images`.

        Args:
            images: from `images`.
            phase: cardiac phase of each image in [0, 1), used in the pooling only.
        """
        tokens = self.forward_tokens(images)
        dated = self.dated(torch.cat([tokens, harmonics(phase)], dim=-1))
        return EncoderOutput(tokens, *self.pool(dated, None))

    def forward_tokens(
        self, images: Float[Tensor, "batch time channels rows columns"]
    ) -> Float[Tensor, "batch time width"]:
        """Compute one token per image, without pooling."""
        maps = self.stem(images.flatten(0, 1))
        tokens = self.norm(self.mix(rearrange(maps, "n y x c -> n (y x c)")))
        return rearrange(tokens, "(b t) w -> b t w", b=len(images))

    def spread(self, pooled: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """Batch-normalise the pooled vectors of the whole batch."""
        return self.pool.spread(pooled)

    def encode(
        self,
        images: Float[Tensor, "batch time channels rows columns"],
        phase: Float[Tensor, "batch time"],
    ) -> EncoderOutput:
        """Encode images; the interface that both kinds of CMR encoders share."""
        return self(images, phase)


class ConvBlock(nn.Module):
    """Depthwise convolution over time and a pointwise MLP, residual (after Liu et al., 2022)."""

    def __init__(self, width: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = LayerNorm(width)
        self.expand = nn.Linear(width, 2 * width)
        self.contract = nn.Linear(2 * width, width)
        self.dropout = SubjectDropout(dropout)

    def forward(self, x: Float[Tensor, "batch width time"]) -> Float[Tensor, "batch width time"]:
        """Apply the block; the shape is unchanged."""
        update = self.norm(rearrange(self.depthwise(x), "b c t -> b t c"))
        update = self.dropout(self.contract(F.gelu(self.expand(update))))
        return x + rearrange(update, "b t c -> b c t")


def harmonics(phase: Float[Tensor, "batch time"]) -> Float[Tensor, "batch time waves"]:
    """Return sines and cosines of the harmonics of a phase in [0, 1)."""
    orders = torch.arange(1, PHASE_HARMONICS + 1, device=phase.device)
    angle = 2 * torch.pi * phase[..., None] * orders
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


def _hann_kernel(length: int) -> Float[Tensor, "1 1 length"]:
    """Return low-pass taps of unit gain, for decimation by 4."""
    taps = torch.hann_window(length + 2, periodic=False)[1:-1]
    return (taps / taps.sum())[None, None]
