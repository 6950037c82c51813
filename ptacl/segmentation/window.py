"""The window of a cine that a network sees: the heart at the spacing of the training."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from ptacl.segmentation.scenes.batch import SceneConfig
from ptacl.types import Cine


@dataclass(frozen=True)
class Grid:
    """Pixels of the resampled slices: one common spacing, the field of view of the cine."""

    rows: int
    columns: int
    window: int
    """Rows and columns of the window."""


def grid_of(cine: Cine, scenes: SceneConfig) -> Grid:
    """Return the resampled grid of a cine."""
    rows, columns = cine.frames.shape[1:]
    height, width = rows * cine.spacing_mm[0], columns * cine.spacing_mm[1]
    return Grid(
        max(1, round(height / scenes.spacing_mm)),
        max(1, round(width / scenes.spacing_mm)),
        scenes.size,
    )


def resampled(cine: Cine, grid: Grid) -> Float[Tensor, "frames rows columns"]:
    """Resample the frames of a slice, averaging where the grid is coarser than the cine."""
    frames = torch.from_numpy(np.ascontiguousarray(cine.frames, dtype=np.float32))[:, None]
    size = (grid.rows, grid.columns)
    return F.interpolate(frames, size, mode="bilinear", antialias=True, align_corners=False)[:, 0]


def cut(
    frames: Float[Tensor, "frames rows columns"], grid: Grid, centre: tuple[float, float]
) -> Float[Tensor, "frames window window"]:
    """Cut the window around a centre (row, column); nothing is beyond the field of view."""
    top, left = _corner(grid, centre)
    right, bottom = left + grid.window, top + grid.window
    padding = (
        max(0, -left), max(0, right - grid.columns), max(0, -top), max(0, bottom - grid.rows)
    )  # fmt: skip
    inside = frames[:, max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    return F.pad(inside, padding)


def labels_on_cine(
    probabilities: Float[Tensor, "frames classes window window"],
    grid: Grid,
    centre: tuple[float, float],
    cine: Cine,
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Return the most probable class of each pixel of the cine, background outside of the window.

    Args:
        probabilities: of the window.
        grid: from which it was cut.
        centre: of the window.
        cine: whose pixels are labelled.
    """
    top, left = _corner(grid, centre)
    rows, columns = cine.frames.shape[1:]
    row_at = (np.arange(rows) + 0.5) * grid.rows / rows - top
    column_at = (np.arange(columns) + 0.5) * grid.columns / columns - left
    inside_rows = np.flatnonzero((row_at >= 0) & (row_at <= grid.window))
    inside_columns = np.flatnonzero((column_at >= 0) & (column_at <= grid.window))
    labels = np.zeros(cine.frames.shape, np.uint8)
    if not inside_rows.size or not inside_columns.size:
        return labels
    y = torch.from_numpy(row_at[inside_rows] * 2 / grid.window - 1).float()
    x = torch.from_numpy(column_at[inside_columns] * 2 / grid.window - 1).float()
    places = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], -1)[None]
    for frame, shares in enumerate(probabilities):
        fine = F.grid_sample(shares[None], places, padding_mode="border", align_corners=False)
        labels[frame][np.ix_(inside_rows, inside_columns)] = fine[0].argmax(0).numpy()
    return labels


def _corner(grid: Grid, centre: tuple[float, float]) -> tuple[int, int]:
    return round(centre[0] - grid.window / 2), round(centre[1] - grid.window / 2)
