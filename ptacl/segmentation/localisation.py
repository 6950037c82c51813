"""Where the heart is in a cine: what moves, confirmed by the network."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from ptacl.segmentation.scenes.batch import SceneConfig
from ptacl.segmentation.window import Grid
from ptacl.signal.heart_labels import LV, MYOCARDIUM

Centre = tuple[float, float]
Probabilities = Callable[[Centre], Tensor]
"""Class probabilities of the window around a centre, (images, classes, window, window)."""
_SMOOTH_MM = 12.0
_APART_MM = 28.0
_CANDIDATES = 5
_MOVES = 2


def locate(
    frames: Sequence[Tensor], grid: Grid, scenes: SceneConfig, probabilities: Probabilities
) -> Centre:
    """Return the centre of the left ventricle as (row, column) of the resampled grid.

    Candidates are the places that change most over the beat, and the middle of the image. The one
    around which the network finds most of a cavity inside a wall is taken, and the window is moved
    onto what it finds.

    Args:
        frames: resampled frames of some slices, each (frames, rows, columns).
        grid: of the frames.
        scenes: spacing of the grid.
        probabilities: the network.
    """
    candidates = _moving_places(frames, grid, scenes.spacing_mm)
    scored = [(probabilities(centre), centre) for centre in candidates]
    found, best = max(scored, key=lambda pair: _score(pair[0]))
    for _ in range(_MOVES):
        best = _recentred(found, grid, best)
        found = probabilities(best)
    return best


def _moving_places(frames: Sequence[Tensor], grid: Grid, spacing_mm: float) -> list[Centre]:
    """Return the places of largest change over time, the strongest first, then the middle."""
    change = np.zeros((grid.rows, grid.columns))
    for slice_ in frames:
        scale = float(slice_.mean()) or 1.0
        change += slice_.std(0, correction=0).numpy() / scale
    smooth = ndimage.gaussian_filter(change, _SMOOTH_MM / spacing_mm)
    rows, columns = np.indices(smooth.shape)
    places: list[Centre] = []
    for _ in range(_CANDIDATES):
        row, column = np.unravel_index(np.argmax(smooth), smooth.shape)
        places.append((float(row), float(column)))
        smooth[np.hypot(rows - row, columns - column) < _APART_MM / spacing_mm] = -1
    return [*places, (grid.rows / 2, grid.columns / 2)]


def _score(found: Tensor) -> float:
    """Return how much of a cavity and a wall was found: the geometric mean of their areas."""
    areas = found.sum((0, 2, 3))
    return float((areas[LV] * areas[MYOCARDIUM]).sqrt())


def _recentred(found: Tensor, grid: Grid, centre: Centre) -> Centre:
    """Move the centre onto the left ventricle that was found."""
    weight = (found[:, LV] + found[:, MYOCARDIUM]).clamp_min(0).pow(2).sum(0)
    total = float(weight.sum())
    if total < 1:
        return centre
    line = torch.arange(grid.window) + 0.5 - grid.window / 2
    row = float((weight.sum(1) * line).sum()) / total
    column = float((weight.sum(0) * line).sum()) / total
    return centre[0] + row, centre[1] + column
