"""One vector of many in time: attention with a few learned queries, each reading its own wave."""

import torch
from einops import rearrange, reduce
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ptacl.tensors.precision import in_float32


class AttentionPool(nn.Module):
    """Pool tokens over time with learned queries, beside their plain mean."""

    def __init__(self, width: int, queries: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, queries, bias=False)
        self.mix = nn.Linear(width * (queries + 1), width)
        # Hearts are more alike than different: without this, all pooled vectors start almost
        # parallel and the patient loss stands still for its first two epochs. It looks across
        # the batch, so whoever holds the whole batch applies it: forward reads each subject alone.
        self.spread = nn.BatchNorm1d(width, affine=False)

    # Pooled hearts differ by little: rounded to half precision, what the spreading enlarges would
    # be the rounding.
    @in_float32
    def forward(
        self,
        tokens: Float[Tensor, "batch time width"],
        valid: Bool[Tensor, "batch time"] | None,
    ) -> tuple[Float[Tensor, "batch width"], Float[Tensor, "batch reads"]]:
        """One vector a subject, not yet spread, and what it was mixed from."""
        reads = self.read(tokens, valid)
        return self.mix(reads), reads

    def read(
        self,
        tokens: Float[Tensor, "batch time width"],
        valid: Bool[Tensor, "batch time"] | None,
    ) -> Float[Tensor, "batch reads"]:
        """The mean of the tokens and what each query finds in them, side by side."""
        scores = self.score(tokens)
        if valid is None:
            mean = reduce(tokens, "b t w -> b 1 w", "mean")
        else:
            scores = scores.masked_fill(~valid[..., None], -torch.inf)
            weight = valid / valid.sum(dim=1, keepdim=True)
            mean = torch.einsum("btw,bt->bw", tokens, weight.to(tokens.dtype))[:, None]
        read = torch.einsum("btq,btw->bqw", scores.softmax(dim=1), tokens)
        return rearrange(torch.cat([mean, read], dim=1), "b q w -> b (q w)")
