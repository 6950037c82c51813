"""Transformer block of the published encoders.

It differs from the standard vision transformer in four ways, each of which changes the result:
both residual branches are scaled per channel (LayerScale; Touvron et al., ICCV 2021),
queries and values have a bias and keys have none (Bao et al., BEiT, ICLR 2022), LayerNorm divides
with an epsilon of 1e-12, and GELU is the exact one. There is no dropout.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

Tokens = Float[Tensor, "batch tokens width"]
HeadTokens = Float[Tensor, "batch heads tokens head_width"]

AttentionKind = Literal["softmax", "cosine"]


class LayerScale(nn.Module):
    """Learned factor for each channel of a residual branch.

    Args:
        width: channels.
        start: initial value of every factor; small, so that a deep stack is initially close to the
            identity.
    """

    def __init__(self, width: int, start: float) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.full((width,), start))

    def forward(self, x: Tokens) -> Tokens:
        """Scale each channel."""
        return x * self.gain


class QueryValueBias(nn.Module):
    """Biases of an attention layer: for queries and values, not for keys.

    A key bias would add the same number to every logit of a query, which softmax cancels.
    """

    query_bias: nn.Parameter | None
    value_bias: nn.Parameter | None

    def __init__(self, width: int, bias: bool) -> None:
        super().__init__()
        self.query_bias = nn.Parameter(torch.zeros(width)) if bias else None
        self.value_bias = nn.Parameter(torch.zeros(width)) if bias else None


class SoftmaxAttention(QueryValueBias):
    """Multi-head attention over all tokens, logits divided by the square root of the head width.

    Args:
        width: channels in and out, a multiple of ``heads``.
        heads: number of heads.
        bias: whether queries and values have one.
    """

    def __init__(self, width: int, heads: int, bias: bool = True) -> None:
        super().__init__(width, bias)
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tokens) -> Tokens:
        """Let every token read from every token."""
        query = split_heads(F.linear(x, self.query.weight, self.query_bias), self.heads)
        key = split_heads(self.key(x), self.heads)
        value = split_heads(F.linear(x, self.value.weight, self.value_bias), self.heads)
        return self.out(merge_heads(F.scaled_dot_product_attention(query, key, value)))


class CosineAttention(QueryValueBias):
    """Attention with the cosines of queries and keys as logits, without a scale.

    The published code stores a ``scale`` for each head and does not apply it. It is a buffer here,
    so that such a file can be loaded and saved, and no optimiser has an unused parameter.

    Args:
        width: channels in and out, a multiple of ``heads``.
        heads: number of heads.
        bias: whether queries and values have one.
    """

    scale: Tensor

    def __init__(self, width: int, heads: int, bias: bool = True) -> None:
        super().__init__(width, bias)
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.register_buffer("scale", torch.full((heads, 1, 1), 10.0).log())

    def forward(self, x: Tokens) -> Tokens:
        """Let every token read from every token."""
        query, key, value = self.qkv(x).chunk(3, dim=-1)
        if self.query_bias is not None and self.value_bias is not None:
            query, value = query + self.query_bias, value + self.value_bias
        attended = F.scaled_dot_product_attention(
            F.normalize(split_heads(query, self.heads), dim=-1),
            F.normalize(split_heads(key, self.heads), dim=-1),
            split_heads(value, self.heads),
            scale=1.0,
        )
        return self.out(merge_heads(attended))


class Mlp(nn.Module):
    """Two linear layers with an exact GELU, on each token independently."""

    def __init__(self, width: int, hidden_width: int) -> None:
        super().__init__()
        self.widen = nn.Linear(width, hidden_width)
        self.narrow = nn.Linear(hidden_width, width)

    def forward(self, x: Tokens) -> Tokens:
        """Transform each token."""
        return self.narrow(F.gelu(self.widen(x)))


class Block(nn.Module):
    """Attention and MLP with pre-normalisation, LayerScale and residual connections.

    Args:
        width: channels.
        heads: attention heads.
        mlp_width: hidden channels of the MLP.
        attention: ``softmax`` or ``cosine``.
        qv_bias: whether queries and values have a bias.
        layer_scale: first value of both LayerScale factors.
        norm_eps: added to the variance by both LayerNorms.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        mlp_width: int,
        attention: AttentionKind = "softmax",
        qv_bias: bool = True,
        layer_scale: float = 1e-5,
        norm_eps: float = 1e-12,
    ) -> None:
        super().__init__()
        kind = CosineAttention if attention == "cosine" else SoftmaxAttention
        self.norm_attention = nn.LayerNorm(width, eps=norm_eps)
        self.attention = kind(width, heads, qv_bias)
        self.scale_attention = LayerScale(width, layer_scale)
        self.norm_mlp = nn.LayerNorm(width, eps=norm_eps)
        self.mlp = Mlp(width, mlp_width)
        self.scale_mlp = LayerScale(width, layer_scale)

    def forward(self, x: Tokens) -> Tokens:
        """Refine the tokens."""
        x = x + self.scale_attention(self.attention(self.norm_attention(x)))
        return x + self.scale_mlp(self.mlp(self.norm_mlp(x)))


def split_heads(x: Tokens, heads: int) -> HeadTokens:
    """Divide the channels among the heads."""
    return rearrange(x, "batch tokens (heads width) -> batch heads tokens width", heads=heads)


def merge_heads(x: HeadTokens) -> Tokens:
    """Concatenate the channels of the heads."""
    return rearrange(x, "batch heads tokens width -> batch tokens (heads width)")
