"""Division of an array into patches along every axis, and its inverse.

Patches are in row-major order of their grid, and values in row-major order within a patch: the
order of the tokens of the published encoders.
"""

import math

from jaxtyping import Shaped
from torch import Tensor

Sizes = tuple[int, ...]


def to_patches(
    x: Shaped[Tensor, "batch *axes"], patch: Sizes
) -> Shaped[Tensor, "batch patches values"]:
    """Divide recordings into patches.

    Args:
        x: (batch, *axes), each axis a multiple of its size in `patch`.
        patch: size along each axis.

    Example:
        >>> import torch
        >>> to_patches(torch.arange(8).view(1, 2, 4), (1, 2)).tolist()
        [[[0, 1], [2, 3], [4, 5], [6, 7]]]
    """
    grid = tuple(size // step for size, step in zip(x.shape[1:], patch, strict=True))
    pairs = [size for pair in zip(grid, patch, strict=True) for size in pair]
    split = x.reshape(len(x), *pairs)
    # The axes of the grid first, then those within a patch.
    order = [0, *range(1, split.ndim, 2), *range(2, split.ndim, 2)]
    return split.permute(order).reshape(len(x), math.prod(grid), math.prod(patch))


def from_patches(
    patches: Shaped[Tensor, "batch patches values"], grid: Sizes, patch: Sizes
) -> Shaped[Tensor, "batch *axes"]:
    """Assemble recordings from patches, the inverse of `to_patches`.

    Args:
        patches: in row-major order of the grid.
        grid: patches along each axis.
        patch: size of a patch along each axis.
    """
    split = patches.reshape(len(patches), *grid, *patch)
    axes = len(grid)
    order = [0, *(index for axis in range(1, axes + 1) for index in (axis, axis + axes))]
    sizes = (count * step for count, step in zip(grid, patch, strict=True))
    return split.permute(order).reshape(len(patches), *sizes)
