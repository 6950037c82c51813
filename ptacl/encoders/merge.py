"""Patch merging: convolutions with a stride equal to their size, as matrix products.

On a CPU these take half the time of overlapping convolutions.
"""

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn


class PatchMerge(nn.Module):
    """Linear layer and GELU on squares of pixels, which become one pixel each."""

    def __init__(self, channels: int, width: int, patch: int) -> None:
        super().__init__()
        self.patch = patch
        self.linear = nn.Linear(channels * patch * patch, width)

    def forward(
        self, x: Float[Tensor, "images rows columns channels"]
    ) -> Float[Tensor, "images fewer_rows fewer_columns width"]:
        """Reduce a map by the factor `patch` along each axis."""
        squares = rearrange(x, "n (y a) (x b) c -> n y x (a b c)", a=self.patch, b=self.patch)
        return F.gelu(self.linear(squares))


class PlaneMerge(PatchMerge):
    """Patch merging of images with the channels first."""

    def forward(
        self, x: Float[Tensor, "images channels rows columns"]
    ) -> Float[Tensor, "images fewer_rows fewer_columns width"]:
        """Reduce a map by the factor `patch` along each axis."""
        squares = _plane_squares(x, self.patch)
        weight = rearrange(self.linear.weight, "w (a b c) -> w (c a b)", a=self.patch, b=self.patch)
        return F.gelu(F.linear(squares, weight, self.linear.bias))


def _plane_squares(
    x: Float[Tensor, "images channels rows columns"], patch: int
) -> Float[Tensor, "images fewer_rows fewer_columns values"]:
    """Collect the pixels of each square, plane by plane.

    On a CPU, moving single pixels takes longer than multiplying them. A row of a square that has
    the size of a wider type is therefore moved as one element; this view has no gradient.
    """
    wide = {8: torch.int64, 16: torch.complex128}.get(patch * x.element_size())
    if wide is None or x.requires_grad or x.device.type != "cpu":
        return rearrange(x, "n c (y a) (x b) -> n y x (c a b)", a=patch, b=patch)
    rows = x.contiguous().view(wide)
    return rearrange(rows, "n c (y a) x -> n y x (c a)", a=patch).view(x.dtype)
