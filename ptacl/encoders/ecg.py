"""The published ECG encoder: a masked-autoencoder vision transformer over leads × time.

The ECG is a one-channel image of 12 rows; each patch is 100 ms of one lead, so a token belongs to
one lead and one step of time (Turgut et al., Medical Image Analysis 2025; Selivanov et al.,
MICCAI 2025).
"""

from dataclasses import dataclass, field
from typing import Literal

import torch
from einops import rearrange, reduce
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ptacl.encoders.blocks import Tokens
from ptacl.encoders.masking import MASK_RATIO, MaskedTokens, random_mask
from ptacl.encoders.output import EncoderOutput
from ptacl.encoders.patches import to_patches
from ptacl.encoders.transformer import Transformer, TransformerConfig
from ptacl.encoders.windows import encode_windows
from ptacl.errors import PtaclError

EcgBatch = Float[Tensor, "batch leads time"]


@dataclass(frozen=True)
class EcgViTConfig:
    """Input, patches and trunk of the published ECG encoder."""

    kind: Literal["vit"] = "vit"
    """Distinguishes this config from that of the light encoder."""
    leads: int = 12
    """Rows of the input, in the canonical order of the leads."""
    samples: int = 2500
    """Samples of a lead: 5 s at 500 Hz."""
    patch_leads: int = 1
    """Leads that a patch spans; divides ``leads``."""
    patch_samples: int = 50
    """Samples that a patch spans, 100 ms at 500 Hz; divides ``samples``."""
    pooling: Literal["mean", "cls"] = "mean"
    """Pooling: the mean of the patch tokens, or the CLS token."""
    trunk: TransformerConfig = field(default_factory=TransformerConfig)
    """Size and variant of the transformer."""

    def __post_init__(self) -> None:
        if self.leads % self.patch_leads or self.samples % self.patch_samples:
            raise PtaclError(
                f"EcgViTConfig: patches of {self.patch_leads} × {self.patch_samples} do not tile "
                f"{self.leads} leads × {self.samples} samples. Choose sizes that divide evenly.",
                code="config.invalid",
            )
        if self.pooling == "cls" and not self.trunk.cls_token:
            raise PtaclError(
                "EcgViTConfig.pooling: 'cls' needs trunk.cls_token. Choose 'mean' or add the "
                "token.",
                code="config.invalid",
            )

    @property
    def patch(self) -> tuple[int, int]:
        """Leads and samples of one patch."""
        return self.patch_leads, self.patch_samples

    @property
    def grid(self) -> tuple[int, int]:
        """Patches along the leads and along time."""
        return self.leads // self.patch_leads, self.samples // self.patch_samples


class EcgViT(nn.Module):
    """Encoder of ECGs: one token per time step and one vector per recording.

    Args:
        config: input, patches and trunk.

    Example:
        >>> encoder = EcgViT(EcgViTConfig(trunk=TransformerConfig(width=24, depth=1)))
        >>> tuple(encoder(torch.zeros(1, 12, 2500)).tokens.shape)
        (1, 50, 24)
    """

    def __init__(self, config: EcgViTConfig) -> None:
        super().__init__()
        self.config = config
        self.patches = nn.Conv2d(1, config.trunk.width, config.patch, stride=config.patch)
        self.trunk = Transformer(config.grid, config.trunk)

    @property
    def width(self) -> int:
        """Channels of every token."""
        return self.config.trunk.width

    @property
    def segment_samples(self) -> int:
        """Samples per step of ``EncoderOutput.tokens``; step i starts at i times this number."""
        return self.config.patch_samples

    def forward(self, x: EcgBatch) -> EncoderOutput:
        """Encode a batch of ECGs.

        Args:
            x: (batch, leads, samples), scaled by the recipe of the checkpoint.

        Returns:
            ``tokens`` (batch, samples / patch_samples, width), the mean over the leads of each
            step; ``pooled`` (batch, width), by ``config.pooling``; ``reads`` is the same.

        Raises:
            PtaclError: the number of leads or samples differs from that of the config.
        """
        hidden = self.forward_tokens(x)
        patches = hidden[:, self.trunk.cls_tokens :]
        steps = reduce(patches, "b (leads t) w -> b t w", "mean", t=self.config.grid[1])
        pooled = hidden[:, 0] if self.config.pooling == "cls" else patches.mean(dim=1)
        return EncoderOutput(steps, pooled, reads=pooled)

    def encode(
        self, ecg: EcgBatch, valid: Bool[Tensor, "batch segments"] | None = None
    ) -> EncoderOutput:
        """Encode ECGs of any length, in windows (`encode_windows`)."""
        config = self.config
        return encode_windows(self, ecg, valid, config.samples, config.patch_samples)

    def spread(self, pooled: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """Return the pooled vectors unchanged: this encoder normalises nothing across a batch."""
        return pooled

    def forward_tokens(self, x: EcgBatch) -> Tokens:
        """Return all tokens after the final norm, CLS first (originally ``last_hidden_state``)."""
        return self.trunk(self._embed(x))

    def forward_masked(
        self, x: EcgBatch, generator: torch.Generator, mask_ratio: float = MASK_RATIO
    ) -> MaskedTokens:
        """Encode a random part of the patches, as in masked pretraining.

        Args:
            x: (batch, leads, samples).
            generator: source of randomness of the mask.
            mask_ratio: share of the patches to hide, in [0, 1).
        """
        patches = self._embed(x)
        mask = random_mask(patches.shape[0], patches.shape[1], mask_ratio, generator)
        return MaskedTokens(self.trunk(patches, mask), mask)

    def patch_values(self, x: EcgBatch) -> Float[Tensor, "batch patches values"]:
        """Return the samples of each patch in the order of the tokens: the decoder's targets."""
        return to_patches(x, self.config.patch)

    def _embed(self, x: EcgBatch) -> Tokens:
        expected = (self.config.leads, self.config.samples)
        if tuple(x.shape[1:]) != expected:
            raise PtaclError(
                f"ECG encoder: expected {expected[0]} leads × {expected[1]} samples, "
                f"got {x.shape[1]} × {x.shape[2]}. Crop or resample the ECG first.",
                code="model.wrong_shape",
            )
        return rearrange(self.patches(x[:, None]), "b w leads time -> b (leads time) w")
