"""Attention pooling over time with a few learned queries."""

import torch
from einops import rearrange, reduce
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ptacl.tensors.precision import in_float32


class AttentionPool(nn.Module):
    """Pooling of tokens over time: their mean and one weighted mean per learned query."""

    def __init__(self, width: int, queries: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, queries, bias=False)
        self.mix = nn.Linear(width * (queries + 1), width)
        # Hearts are similar: without batch normalisation all pooled vectors are nearly parallel at
        # first, and the patient loss does not decrease for two epochs. It needs the whole batch, so
        # it is applied by the caller; forward treats each subject independently.
        self.spread = nn.BatchNorm1d(width, affine=False)

    # In float32: pooled vectors differ by so little that batch normalisation would amplify the
    # rounding of half precision.
    @in_float32
    def forward(
        self,
        tokens: Float[Tensor, "batch time width"],
        valid: Bool[Tensor, "batch time"] | None,
    ) -> tuple[Float[Tensor, "batch width"], Float[Tensor, "batch reads"]]:
        """Return one vector per subject, before batch normalisation, and the output of `read`."""
        reads = self.read(tokens, valid)
        return self.mix(reads), reads

    def read(
        self,
        tokens: Float[Tensor, "batch time width"],
        valid: Bool[Tensor, "batch time"] | None,
    ) -> Float[Tensor, "batch reads"]:
        """Concatenate the mean of the tokens and their attention-weighted mean for each query."""
        scores = self.score(tokens)
        if valid is None:
            mean = reduce(tokens, "b t w -> b 1 w", "mean")
        else:
            scores = scores.masked_fill(~valid[..., None], -torch.inf)
            weight = valid / valid.sum(dim=1, keepdim=True)
            mean = torch.einsum("btw,bt->bw", tokens, weight.to(tokens.dtype))[:, None]
        read = torch.einsum("btq,btw->bqw", scores.softmax(dim=1), tokens)
        return rearrange(torch.cat([mean, read], dim=1), "b q w -> b (q w)")
