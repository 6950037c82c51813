"""Terms of the fit: pure functions of images, displacements and fields."""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.motion.network import Coefficients

_LEAST_VARIANCE = 0.004
"""Added to local variances (images have the variance 1): windows of mere noise do not count."""
Images = Float[Tensor, "_frames 1 rows columns"]
Plane = Float[Tensor, "_frames rows columns"]


def local_correlation(first: Images, second: Images, window: int) -> Plane:
    """Return the correlation of two images within the window around each pixel, −1 to 1.

    Args:
        first: images; one image is compared with all of the others.
        second: images.
        window: side in pixels, odd.
    """

    def mean(values: Tensor) -> Tensor:
        return F.avg_pool2d(values, window, 1, window // 2, count_include_pad=False)

    a, b = mean(first), mean(second)
    covariance = mean(first * second) - a * b
    variances = [
        (mean(own * own) - average**2).clamp(min=0) + _LEAST_VARIANCE
        for own, average in ((first, a), (second, b))
    ]
    return (covariance / (variances[0] * variances[1]).sqrt())[:, 0]


def dissimilarity(
    first: Images, second: Images, window: int, region: Bool[Tensor, "rows columns"]
) -> Float[Tensor, ""]:
    """Return 1 minus the mean local correlation over the region."""
    return 1 - local_correlation(first, second, window)[:, region].mean()


def bending(fields: Float[Tensor, "channels rows columns"], spacing_mm: float) -> Float[Tensor, ""]:
    """Return the mean square of the second derivatives of fields on a grid, per 10 mm.

    Args:
        fields: in mm.
        spacing_mm: of the grid.
    """
    xx = fields[:, :, 2:] - 2 * fields[:, :, 1:-1] + fields[:, :, :-2]
    yy = fields[:, 2:] - 2 * fields[:, 1:-1] + fields[:, :-2]
    xy = fields[:, 1:, 1:] - fields[:, 1:, :-1] - fields[:, :-1, 1:] + fields[:, :-1, :-1]
    unit = (10 / spacing_mm**2) ** 2
    return unit * (xx.square().mean() + yy.square().mean() + 2 * xy.square().mean())


def area_ratio(
    moved: Float[Tensor, "frames rows columns 2"], spacing_mm: float
) -> Float[Tensor, "frames rows-1 columns-1"]:
    """Return the area of each cell of a moved grid relative to that at rest; negative if folded.

    Args:
        moved: positions of the grid's pixels in mm.
        spacing_mm: of the grid at rest.
    """
    across = moved[:, :-1, 1:] - moved[:, :-1, :-1]
    down = moved[:, 1:, :-1] - moved[:, :-1, :-1]
    return (across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]) / spacing_mm**2


def uneven_area(
    moved: Float[Tensor, "frames rows columns 2"],
    spacing_mm: float,
    wall: Bool[Tensor, "rows columns"],
) -> Float[Tensor, ""]:
    """Return how unevenly the area of the wall changes: the variance of log ratios in each frame.

    The mean change of a frame is free: muscle enters or leaves the slice through its plane.
    """
    ratio = area_ratio(moved, spacing_mm)[:, wall[:-1, :-1]]
    change = ratio.clamp(min=0.1).log()
    folds = (0.1 - ratio).clamp(min=0).mean()
    return (change - change.mean(dim=1, keepdim=True)).square().mean() + folds


def distance_to_borders(
    distances: Float[Tensor, "frames points"], at_rest: Float[Tensor, " points"]
) -> Float[Tensor, ""]:
    """Return the mean distance in mm of moved border points from the border, robustly.

    Args:
        distances: signed, at the moved points.
        at_rest: the same in the first frame: what the rounding of pixels left.
    """
    return F.smooth_l1_loss(distances, at_rest.expand_as(distances), beta=2.0)


def fields_on_grid(coefficients: Coefficients, rows: int) -> Float[Tensor, "channels rows columns"]:
    """Return fields of grid points as images."""
    return coefficients.flatten(1).T.reshape(-1, rows, len(coefficients) // rows)


def mean_distance(points: Float[Tensor, "... 2"]) -> Float[Tensor, ""]:
    """Return the mean length of vectors, smooth at 0."""
    return torch.sqrt(points.square().sum(-1) + 1e-4).mean()
