"""The published CMR encoder: VideoMAE over one single-channel cine slice.

Each patch is a tubelet, a small square over a few frames; attention is joint over space and time
(Tong et al., VideoMAE, NeurIPS 2022; Selivanov et al., MICCAI 2025).
"""

from dataclasses import dataclass, field
from typing import Literal

import torch
from einops import rearrange, reduce
from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn

from ptacl.encoders.blocks import Tokens
from ptacl.encoders.masking import MASK_RATIO, MaskedTokens, random_mask
from ptacl.encoders.output import EncoderOutput
from ptacl.encoders.patches import to_patches
from ptacl.encoders.transformer import Transformer, TransformerConfig
from ptacl.errors import PtaclError

CineBatch = Float[Tensor, "batch frames rows columns"]


@dataclass(frozen=True)
class VideoMaeConfig:
    """Input, tubelets and trunk of the published CMR encoder."""

    kind: Literal["video_mae"] = "video_mae"
    """Distinguishes this config from that of the light encoder."""
    frames: int = 50
    """Frames of a cine, over one R–R interval."""
    rows: int = 64
    """Rows of a frame."""
    columns: int = 64
    """Columns of a frame."""
    frames_per_step: int = 5
    """Frames that a tubelet spans; divides ``frames``."""
    patch_rows: int = 8
    """Rows that a tubelet spans; divides ``rows``."""
    patch_columns: int = 8
    """Columns that a tubelet spans; divides ``columns``."""
    pooling: Literal["mean", "cls"] = "mean"
    """Pooling: the mean of the tubelet tokens, or the CLS token."""
    trunk: TransformerConfig = field(default_factory=TransformerConfig)
    """Size and variant of the transformer; sine-cosine positions need a width divisible by 6."""

    def __post_init__(self) -> None:
        if any(size % step for size, step in zip(self.input_shape, self.patch, strict=True)):
            raise PtaclError(
                f"VideoMaeConfig: tubelets of {_times(self.patch)} do not tile a cine of "
                f"{_times(self.input_shape)}. Choose sizes that divide evenly.",
                code="config.invalid",
            )
        if self.pooling == "cls" and not self.trunk.cls_token:
            raise PtaclError(
                "VideoMaeConfig.pooling: 'cls' needs trunk.cls_token. "
                "Choose 'mean' or add the token.",
                code="config.invalid",
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Frames, rows, columns."""
        return self.frames, self.rows, self.columns

    @property
    def patch(self) -> tuple[int, int, int]:
        """Frames, rows and columns of one patch."""
        return self.frames_per_step, self.patch_rows, self.patch_columns

    @property
    def grid(self) -> tuple[int, int, int]:
        """Tubelets along time, rows and columns."""
        time, row, column = self.patch
        return self.frames // time, self.rows // row, self.columns // column


class VideoMae(nn.Module):
    """Encoder of cines: one token per time step and one vector per recording.

    Args:
        config: input, tubelets and trunk.

    Example:
        >>> encoder = VideoMae(VideoMaeConfig(trunk=TransformerConfig(width=24, depth=1)))
        >>> tuple(encoder(torch.zeros(1, 50, 64, 64)).tokens.shape)
        (1, 10, 24)
    """

    def __init__(self, config: VideoMaeConfig) -> None:
        super().__init__()
        self.config = config
        self.patches = nn.Conv3d(1, config.trunk.width, config.patch, stride=config.patch)
        self.trunk = Transformer(config.grid, config.trunk)

    @property
    def width(self) -> int:
        """Channels of every token."""
        return self.config.trunk.width

    @property
    def frames_per_step(self) -> int:
        """Frames per step of ``EncoderOutput.tokens``; step i starts at i times this number."""
        return self.config.frames_per_step

    def forward(self, x: CineBatch) -> EncoderOutput:
        """Encode a batch of cines.

        Args:
            x: (batch, frames, rows, columns), intensities scaled by the recipe.

        Returns:
            ``tokens`` (batch, frames / frames_per_step, width), the mean over space of each step;
            ``pooled`` (batch, width), by ``config.pooling``; ``reads`` is the same.

        Raises:
            PtaclError: the shape differs from that of the config.
        """
        hidden = self.forward_tokens(x)
        patches = hidden[:, self.trunk.cls_tokens :]
        steps = reduce(patches, "b (t space) w -> b t w", "mean", t=self.config.grid[0])
        pooled = hidden[:, 0] if self.config.pooling == "cls" else patches.mean(dim=1)
        return EncoderOutput(steps, pooled, reads=pooled)

    def draw_frames(
        self, batch: int, frames: int, picked: int, generator: torch.Generator
    ) -> Int[Tensor, "batch frames"]:
        """Return all frames, since a tubelet spans adjacent ones; `picked` has no effect."""
        return torch.arange(frames).expand(batch, frames)

    def images(
        self,
        cine: UInt8[Tensor, "batch frames rows columns"],
        picked: Int[Tensor, "batch frames"] | None = None,
    ) -> Float[Tensor, "batch frames 1 rows columns"]:
        """Scale all frames of 8-bit cines to 0 … 1, as one channel; `picked` has no effect."""
        return cine[:, :, None].float().mul_(1 / 255)

    def encode(
        self,
        images: Float[Tensor, "batch frames 1 rows columns"],
        phase: Float[Tensor, "batch steps"],
    ) -> EncoderOutput:
        """Encode the output of `images`; `phase` has no effect, positions encode time."""
        return self(images[:, :, 0])

    def spread(self, pooled: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """Return the pooled vectors unchanged: this encoder normalises nothing across a batch."""
        return pooled

    def forward_tokens(self, x: CineBatch) -> Tokens:
        """Return all tokens after the final norm, CLS first (originally ``last_hidden_state``)."""
        return self.trunk(self._embed(x))

    def forward_masked(
        self, x: CineBatch, generator: torch.Generator, mask_ratio: float = MASK_RATIO
    ) -> MaskedTokens:
        """Encode a random part of the tubelets, as in masked pretraining.

        Args:
            x: (batch, frames, rows, columns).
            generator: source of randomness of the mask.
            mask_ratio: share of the tubelets to hide, in [0, 1).
        """
        patches = self._embed(x)
        mask = random_mask(patches.shape[0], patches.shape[1], mask_ratio, generator)
        return MaskedTokens(self.trunk(patches, mask), mask)

    def patch_values(self, x: CineBatch) -> Float[Tensor, "batch patches values"]:
        """Return the pixels of each tubelet in the order of the tokens: the decoder's targets."""
        return to_patches(x, self.config.patch)

    def _embed(self, x: CineBatch) -> Tokens:
        shape = tuple(x.shape[1:])
        if shape != self.config.input_shape:
            raise PtaclError(
                f"CMR encoder: expected a cine of {_times(self.config.input_shape)}, "
                f"got {_times(shape)}. Bring it to the recipe's grid first.",
                code="model.wrong_shape",
            )
        patches = self.patches(x[:, None])
        return rearrange(patches, "b w time rows columns -> b (time rows columns) w")


def _times(sizes: tuple[int, ...]) -> str:
    return " × ".join(map(str, sizes))
