"""Patches hold what lay together, in the order of the tokens."""

import pytest
import torch

from ptacl.encoders.patches import from_patches, to_patches

SHAPES = [((12, 100), (1, 50)), ((12, 100), (3, 20)), ((10, 16, 24), (5, 8, 8))]


@pytest.mark.parametrize(("axes", "patch"), SHAPES)
def test_patches_are_put_together_again(axes: tuple[int, ...], patch: tuple[int, ...]) -> None:
    x = torch.randn(2, *axes, generator=torch.Generator().manual_seed(0))
    grid = tuple(size // step for size, step in zip(axes, patch, strict=True))
    assert torch.equal(from_patches(to_patches(x, patch), grid, patch), x)


def test_a_patch_is_a_block_and_patches_lie_in_rows() -> None:
    x = torch.arange(2 * 10 * 16 * 24).view(2, 10, 16, 24)
    patches = to_patches(x, (5, 8, 8))
    assert torch.equal(patches[1, 3 + 1], x[1, :5, 8:16, 8:16].flatten())
    assert torch.equal(patches[0, 6], x[0, 5:, :8, :8].flatten())
