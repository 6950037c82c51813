"""The image side of MMCL: a residual network on three frames of a cine as channels.

End diastole, mid-systole and end systole of one slice are the channels of one image (Turgut et al.,
Medical Image Analysis 2025); the network is the ResNet-18 of He et al. (CVPR 2016). Groups of
channels are normalised instead of the batch (Wu and He, ECCV 2018), as the output of a subject must
not depend on the others. There is one token a cine, hence nothing for a temporal loss.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn

from ptacl.encoders.output import EncoderOutput
from ptacl.errors import PtaclError
from ptacl.signal.systole import end_systole_frames
from ptacl.tensors.precision import in_float32

STAGES = 4
GROUP_CHANNELS = 8
"""Channels that are normalised together."""


@dataclass(frozen=True)
class ThreeFrameConfig:
    """Input and size of the encoder of three frames."""

    kind: Literal["three_frames"] = "three_frames"
    """Distinguishes this config from those of the other CMR encoders."""
    frames: int = 50
    """Frames of a cine, evenly spaced over one R–R interval from the R wave on."""
    width: int = 64
    """Channels of the first stage, a multiple of 8; each of the other three doubles them."""
    blocks: int = 2
    """Residual blocks of a stage; 2 give the ResNet-18."""

    def __post_init__(self) -> None:
        if self.width < GROUP_CHANNELS or self.width % GROUP_CHANNELS:
            raise PtaclError(
                f"ThreeFrameConfig.width is {self.width}. Give a multiple of {GROUP_CHANNELS}.",
                code="config.invalid",
            )


class ThreeFrameEncoder(nn.Module):
    """ResNet-18 on end diastole, mid-systole and end systole.

    Args:
        config: input and size.

    Example:
        >>> encoder = ThreeFrameEncoder(ThreeFrameConfig(frames=10, width=8))
        >>> tuple(encoder(torch.zeros(2, 3, 64, 64)).tokens.shape)
        (2, 1, 64)
    """

    def __init__(self, config: ThreeFrameConfig) -> None:
        super().__init__()
        self.config = config
        widths = [config.width * 2**stage for stage in range(STAGES)]
        self.width = widths[-1]
        self.stem = nn.Conv2d(3, config.width, 7, stride=2, padding=3, bias=False)
        self.norm = GroupNorm(config.width)
        self.blocks = nn.Sequential(
            *(
                ResidualBlock(
                    widths[max(stage - 1, 0)] if block == 0 else width,
                    width,
                    stride=2 if stage and block == 0 else 1,
                )
                for stage, width in enumerate(widths)
                for block in range(config.blocks)
            )
        )

    @property
    def frames_per_step(self) -> int:
        """Frames that the one token stands for: all of them."""
        return self.config.frames

    def draw_frames(
        self, batch: int, frames: int, picked: int, generator: torch.Generator
    ) -> Int[Tensor, "batch frames"]:
        """Return all frames, since the three are found among them; `picked` has no effect."""
        return torch.arange(frames).expand(batch, frames)

    @torch.compiler.disable
    def images(
        self,
        cine: UInt8[Tensor, "batch frames rows columns"],
        picked: Int[Tensor, "batch picked"] | None = None,
    ) -> Float[Tensor, "batch 1 3 rows columns"]:
        """Take the three frames of 8-bit cines, scaled to 0 … 1; `picked` has no effect.

        Raises:
            PtaclError: the number of frames differs from that of the config.
        """
        if cine.shape[1] != self.config.frames:
            raise PtaclError(
                f"CMR encoder: expected a cine of {self.config.frames} frames, got "
                f"{cine.shape[1]}. Bring it to the recipe's grid first.",
                code="model.wrong_shape",
            )
        index = torch.from_numpy(three_frames(cine.cpu().numpy())).to(cine.device)
        row = torch.arange(len(cine), device=cine.device)[:, None]
        return cine[row, index][:, None].float().mul_(1 / 255)

    def forward(self, x: Float[Tensor, "batch 3 rows columns"]) -> EncoderOutput:
        """Encode the three frames as channels; `pooled` and `reads` are the one token."""
        hidden = F.max_pool2d(F.relu(self.norm(self.stem(x))), 3, stride=2, padding=1)
        pooled = self.blocks(hidden).mean(dim=(2, 3))
        return EncoderOutput(pooled[:, None], pooled, reads=pooled)

    def encode(
        self,
        images: Float[Tensor, "batch 1 3 rows columns"],
        phase: Float[Tensor, "batch 1"],
    ) -> EncoderOutput:
        """Encode the output of `images`; `phase` has no effect."""
        return self(images[:, 0])

    def spread(self, pooled: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """Return the pooled vectors unchanged: this encoder normalises nothing across a batch."""
        return pooled


class ResidualBlock(nn.Module):
    """Two 3 × 3 convolutions beside the identity, or a 1 × 1 one where the shape changes."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, width, 3, stride=stride, padding=1, bias=False)
        self.first_norm = GroupNorm(width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_norm = GroupNorm(width)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or before != width:
            self.shortcut = nn.Sequential(
                nn.Conv2d(before, width, 1, stride=stride, bias=False), GroupNorm(width)
            )

    def forward(self, x: Float[Tensor, "batch before y x"]) -> Float[Tensor, "batch width y2 x2"]:
        """Apply the block."""
        hidden = F.relu(self.first_norm(self.first(x)))
        return F.relu(self.second_norm(self.second(hidden)) + self.shortcut(x))


class GroupNorm(nn.GroupNorm):
    """Normalisation of groups of channels, in float32 under mixed precision."""

    def __init__(self, width: int) -> None:
        super().__init__(width // GROUP_CHANNELS, width)

    forward = in_float32(nn.GroupNorm.forward)


def three_frames(
    cines: UInt8[np.ndarray, "batch frames rows columns"],
) -> Int[np.ndarray, "batch 3"]:
    """Find end diastole, mid-systole and end systole of prepared cines.

    End diastole is at the R wave, the first frame; mid-systole is halfway to end systole.
    """
    batch, frames = cines.shape[:2]
    phases = np.broadcast_to(np.arange(frames) / frames, (batch, frames))
    end_systole = end_systole_frames(cines, phases)
    return np.stack([np.zeros_like(end_systole), (end_systole + 1) // 2, end_systole], axis=1)
