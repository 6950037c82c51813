"""Values of images between their pixels."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def sample(
    images: Float[Tensor, "frames channels rows columns"],
    places: Float[Tensor, "frames points 1 2"],
) -> Float[Tensor, "frames channels points"]:
    """Interpolate images linearly; beyond their edges the value of the edge continues.

    Args:
        images: one for each frame.
        places: (x, y), −1 to 1 from edge to edge of the image.
    """
    found = F.grid_sample(images, places, padding_mode="border", align_corners=False)
    return found[..., 0]


def sample_mm(
    images: Float[Tensor, "frames channels rows columns"],
    points_mm: Float[Tensor, "frames points 2"],
    half_mm: Float[Tensor, "2"],
) -> Float[Tensor, "frames channels points"]:
    """Interpolate images on the grid of `slice_data` at positions in mm.

    Args:
        images: on the grid.
        points_mm: (x, y) from the centre.
        half_mm: distance from the centre to the centres of the outermost pixels.
    """
    found = F.grid_sample(
        images, points_mm[:, :, None] / half_mm, padding_mode="border", align_corners=True
    )
    return found[..., 0]
