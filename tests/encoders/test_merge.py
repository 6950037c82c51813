"""Merging planes is merging pixels, however the pixels are moved."""

import pytest
import torch
from einops import rearrange

from ptacl.encoders.merge import PatchMerge, PlaneMerge


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_planes_merge_like_pixels_with_their_channels_last(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    planes, pixels = PlaneMerge(3, 5, patch=4).to(dtype), PatchMerge(3, 5, patch=4).to(dtype)
    pixels.load_state_dict(planes.state_dict())
    x = torch.randn(2, 3, 8, 12, dtype=dtype)
    expected = pixels(rearrange(x, "n c y x -> n y x c"))
    tolerance = 0.02 if dtype == torch.bfloat16 else 1e-5
    torch.testing.assert_close(planes(x), expected, rtol=tolerance, atol=tolerance)
    learned = x.clone().requires_grad_()  # moved pixel by pixel
    torch.testing.assert_close(planes(learned), planes(x), rtol=0, atol=0)
    planes(learned).sum().backward()
    assert learned.grad is not None and learned.grad.any()
