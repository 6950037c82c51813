"""Closure over the beat: points followed from frame to frame, by motion and images.

The fitted motion closes by construction, so its closure says nothing. Here points of the wall are
carried along by the motion's step from each frame to the next and then corrected by the images of
the two frames alone (Lucas and Kanade, 1981: the shift that explains the difference within a
window). A motion that follows the muscle needs small corrections that add up to nothing over the
beat; one that does not leaves jumps that no correction catches.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.motion.sampling import sample_mm

_WINDOW_MM, _WINDOW_STEP_MM = 6.0, 2.0
"""Half of the side of the window, and the distance of its samples."""
_ITERATIONS = 3
_SIGNAL = 0.05
"""Added to the gradients' energy (images have the variance 1): where a window shows nothing, no
correction is made."""

Moving = Float[Tensor, "frames points 2"]


def closure_mm(
    images: Float[Tensor, "frames 1 rows columns"], path: Moving, half_mm: Float[Tensor, "2"]
) -> float:
    """Return the mean distance of points from their start after one beat.

    Args:
        images: on the grid of `slice_data`.
        path: positions of material points by the motion.
        half_mm: of the grid.
    """
    following = torch.roll(path, -1, dims=0) - path
    gradients = _gradients(images, half_mm)
    point = path[0]
    for frame in range(len(images)):
        point = _next(images, gradients, frame, point, following[frame], half_mm)
    return float((point - path[0]).norm(dim=-1).mean())


def _next(
    images: Tensor, gradients: Tensor, frame: int, point: Tensor, step: Tensor, half_mm: Tensor
) -> Float[Tensor, "points 2"]:
    """Return where points of a frame are in the next one."""
    after = (frame + 1) % len(images)
    window = _window(point.dtype)
    places = (point[:, None] + window).reshape(1, -1, 2)
    here = sample_mm(images[frame : frame + 1], places, half_mm)[0, 0]
    slope = sample_mm(gradients[frame : frame + 1], places, half_mm)[0]
    slope = slope.view(2, len(point), len(window)).permute(1, 2, 0)
    energy = slope.transpose(1, 2) @ slope / len(window)
    energy = energy + _SIGNAL * torch.eye(2)
    target = point + step
    for _ in range(_ITERATIONS):
        there = sample_mm(
            images[after : after + 1], (target[:, None] + window).reshape(1, -1, 2), half_mm
        )[0, 0]
        lacking = (here - there).view(len(point), 1, len(window))
        target = target + torch.linalg.solve(energy, (lacking @ slope / len(window))[:, 0])
    return target


def _gradients(
    images: Float[Tensor, "frames 1 rows columns"], half_mm: Tensor
) -> Float[Tensor, "frames axes=2 rows columns"]:
    """Return the derivatives of images along x and y per mm."""
    spacing = float(2 * half_mm[0] / (images.shape[-1] - 1))  # the pixels are square
    down, across = torch.gradient(images[:, 0], spacing=spacing, dim=(1, 2))
    return torch.stack([across, down], dim=1)


def _window(dtype: torch.dtype) -> Float[Tensor, "samples 2"]:
    line = torch.tensor(np.arange(-_WINDOW_MM, _WINDOW_MM + 0.1, _WINDOW_STEP_MM), dtype=dtype)
    return torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1).view(-1, 2)
