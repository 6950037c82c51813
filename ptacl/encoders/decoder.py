"""Decoder of a masked autoencoder: predicts hidden patches from visible ones.

It is used in pretraining only (He et al., CVPR 2022; Tong et al., NeurIPS 2022). The released
folders hold encoders without decoders.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ptacl.encoders.blocks import Block
from ptacl.encoders.masking import MaskedTokens
from ptacl.encoders.positions import sine_cosine_positions
from ptacl.errors import PtaclError

PatchValues = Float[Tensor, "batch patches values"]


@dataclass(frozen=True)
class DecoderConfig:
    """Size of a decoder."""

    width: int = 512
    """Channels of a token, a multiple of ``heads`` and of twice the axes of the grid."""
    depth: int = 8
    """Number of blocks."""
    heads: int = 16
    """Attention heads a block."""
    mlp_width: int = 2048
    """Hidden channels of each block's MLP."""
    qv_bias: bool = True
    """Whether queries and values have a bias."""
    layer_scale: float = 1e-5
    """First value of the factors on the residual branches."""
    norm_eps: float = 1e-12
    """Added to the variance by every LayerNorm."""

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise PtaclError(
                f"DecoderConfig.width: {self.width} channels cannot be shared by {self.heads} "
                f"heads. Choose a multiple of {self.heads}.",
                code="config.invalid",
            )


ECG_DECODER = DecoderConfig()
"""The decoder that the ECG reference configuration names."""

CMR_DECODER = DecoderConfig(width=384, depth=4, heads=6, mlp_width=1536)
"""The decoder that the CMR reference configuration names."""


class MaskedDecoder(nn.Module):
    """Transformer that predicts every patch from the visible tokens.

    Args:
        grid: patches along each axis, as the encoder's ``config.grid``.
        encoder_width: channels of the tokens it receives.
        patch_values: samples or pixels of one patch.
        config: size of the decoder.
    """

    positions: Tensor

    def __init__(
        self, grid: tuple[int, ...], encoder_width: int, patch_values: int, config: DecoderConfig
    ) -> None:
        super().__init__()
        self.embed = nn.Linear(encoder_width, config.width)
        self.hidden_token = nn.Parameter(torch.empty(1, 1, config.width))
        self.register_buffer("positions", sine_cosine_positions(grid, config.width)[None])
        self.blocks = nn.ModuleList(
            Block(
                config.width,
                config.heads,
                config.mlp_width,
                qv_bias=config.qv_bias,
                layer_scale=config.layer_scale,
                norm_eps=config.norm_eps,
            )
            for _ in range(config.depth)
        )
        self.norm = nn.LayerNorm(config.width, eps=config.norm_eps)
        self.predict = nn.Linear(config.width, patch_values)
        nn.init.trunc_normal_(self.hidden_token, std=0.02)

    def forward(self, masked: MaskedTokens) -> PatchValues:
        """Predict the values of every patch, in the order of the grid.

        A CLS token, where the encoder has one, takes part in the attention and predicts nothing.

        Args:
            masked: encoder output for the visible patches.
        """
        x = self.embed(masked.last_hidden_state)
        cls, visible = x.tensor_split([x.shape[1] - masked.mask.kept.shape[1]], dim=1)
        x = torch.cat([cls, self._fill(visible, masked) + self.positions], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.predict(self.norm(x[:, cls.shape[1] :]))

    def _fill(
        self, visible: Float[Tensor, "batch kept width"], masked: MaskedTokens
    ) -> Float[Tensor, "batch patches width"]:
        restore = masked.mask.restore.to(visible.device)
        hidden = restore.shape[1] - visible.shape[1]
        shuffled = torch.cat([visible, self.hidden_token.expand(len(visible), hidden, -1)], dim=1)
        return torch.take_along_dim(shuffled, restore[..., None], dim=1)


def reconstruction_loss(
    predicted: PatchValues,
    patches: PatchValues,
    hidden: Bool[Tensor, "batch patches"],
    normalise: bool = False,
) -> Float[Tensor, ""]:
    """Compute the mean squared error over the hidden patches.

    Args:
        predicted: from ``MaskedDecoder``.
        patches: the true values, from the encoder's ``patch_values``.
        hidden: True where a patch was hidden (``TokenMask.hidden``); at least one.
        normalise: standardise each true patch by its own mean and standard deviation, so that the
            loss depends on its shape and not on its level.
    """
    if normalise:
        variance, mean = torch.var_mean(patches, dim=-1, keepdim=True)
        patches = (patches - mean) / (variance + 1e-6).sqrt()
    errors = (predicted - patches).square().mean(dim=-1)
    return errors[hidden.to(errors.device)].mean()


def hidden_correlation(
    predicted: PatchValues, patches: PatchValues, hidden: Bool[Tensor, "batch patches"]
) -> Float[Tensor, ""]:
    """Compute the normalised cross-correlation of prediction and truth over the hidden values.

    It is computed per recording and then averaged, and depends on the shape of the hidden part, not
    on its level and scale (used with the squared error in MMCL; Turgut et al., 2025).

    Args:
        predicted: from a decoder.
        patches: the true values.
        hidden: True where a patch was hidden.

    Returns:
        The mean correlation, −1 to 1.
    """
    weight = hidden.to(predicted.device)[..., None].expand(patches.shape).to(patches.dtype)
    count = weight.sum(dim=(1, 2), keepdim=True).clamp(min=1)

    def centred(values: PatchValues) -> PatchValues:
        mean = (values * weight).sum(dim=(1, 2), keepdim=True) / count
        return (values - mean) * weight

    return F.cosine_similarity(
        centred(predicted).flatten(1), centred(patches).flatten(1), dim=1
    ).mean()
