"""Transformer of both published encoders: positions, CLS token, blocks, final norm."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ptacl.encoders.blocks import AttentionKind, Block, Tokens
from ptacl.encoders.masking import TokenMask, keep_visible
from ptacl.encoders.positions import sine_cosine_positions
from ptacl.errors import PtaclError

INITIAL_SD = 0.02
"""Standard deviation of new weights (Dosovitskiy et al., ICLR 2021)."""


@dataclass(frozen=True)
class TransformerConfig:
    """Size and variant of the transformer.

    The sizes of the published PTACL model are not known; the defaults are those of the ECG encoder
    of its predecessor MMCL (Turgut et al., Medical Image Analysis 2025).
    """

    width: int = 384
    """Channels of a token, a multiple of ``heads``."""
    depth: int = 3
    """Number of blocks."""
    heads: int = 6
    """Attention heads a block."""
    mlp_width: int = 1536
    """Hidden channels of each block's MLP."""
    attention: AttentionKind = "softmax"
    """``cosine`` is the variant with normalised queries and keys."""
    qv_bias: bool = True
    """Whether queries and values have a bias; keys never have one."""
    layer_scale: float = 1e-5
    """First value of the factors on the residual branches."""
    norm_eps: float = 1e-12
    """Added to the variance by every LayerNorm."""
    cls_token: bool = True
    """Whether a learned token precedes the patches."""
    learnable_positions: bool = True
    """Learned positions, or fixed sine-cosine ones."""
    final_norm: bool = True
    """Whether a LayerNorm follows the last block."""

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise PtaclError(
                f"TransformerConfig.width: {self.width} channels cannot be shared by "
                f"{self.heads} heads. Choose a multiple of {self.heads}.",
                code="config.invalid",
            )


class Transformer(nn.Module):
    """Transformer encoder of patches on a grid.

    Args:
        grid: patches along each axis, slowest first.
        config: size and variant.
    """

    cls_token: nn.Parameter | None
    positions: Tensor

    def __init__(self, grid: tuple[int, ...], config: TransformerConfig) -> None:
        super().__init__()
        self.cls_token = None
        if config.cls_token:
            first = torch.empty(1, 1, config.width)
            self.cls_token = nn.Parameter(nn.init.trunc_normal_(first, std=INITIAL_SD))
        positions = _first_positions(grid, config)
        if config.learnable_positions:
            self.positions = nn.Parameter(positions)
        else:
            self.register_buffer("positions", positions)
        self.blocks = nn.ModuleList(
            Block(
                config.width,
                config.heads,
                config.mlp_width,
                config.attention,
                config.qv_bias,
                config.layer_scale,
                config.norm_eps,
            )
            for _ in range(config.depth)
        )
        self.norm: nn.Module = nn.Identity()
        if config.final_norm:
            self.norm = nn.LayerNorm(config.width, eps=config.norm_eps)
        self.apply(_initialise)

    @property
    def cls_tokens(self) -> int:
        """Number of CLS tokens: 1 or 0."""
        return 0 if self.cls_token is None else 1

    def forward(
        self, patches: Float[Tensor, "batch patches width"], mask: TokenMask | None = None
    ) -> Tokens:
        """Encode the patches, or only the visible ones of a mask.

        Args:
            patches: (batch, patches, width), all of them, in row-major order of the grid.
            mask: the visible patches; None for all.

        Returns:
            (batch, CLS + visible patches, width), named ``last_hidden_state`` in the original.
        """
        x = patches + self.positions[:, self.cls_tokens :]
        if mask is not None:
            x = keep_visible(x, mask)
        if self.cls_token is not None:
            first = self.cls_token + self.positions[:, :1]
            x = torch.cat([first.expand(x.shape[0], -1, -1), x], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


def _first_positions(
    grid: tuple[int, ...], config: TransformerConfig
) -> Float[Tensor, "1 tokens width"]:
    rows = math.prod(grid) + config.cls_token
    if config.learnable_positions:
        return nn.init.trunc_normal_(torch.empty(1, rows, config.width), std=INITIAL_SD)
    fixed = torch.zeros(1, rows, config.width)  # CLS has no position on the grid: its row is zero
    fixed[:, int(config.cls_token) :] = sine_cosine_positions(grid, config.width)
    return fixed


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=INITIAL_SD)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
