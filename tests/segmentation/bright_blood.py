"""A segmenter without a network: bright blood near the centre of simulated cines."""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from ptacl.segmentation.labeller import ProgressShare
from ptacl.signal.heart_labels import LV, MYOCARDIUM, Labels
from ptacl.types import Cine, ModelInfo

_REACH_MM = 36.0


class BrightBlood:
    """Labels bright pixels around the centre of the image as left ventricle."""

    def __init__(self, version: str = "1") -> None:
        self.info = ModelInfo("bright blood", version, synthetic=True)

    def label(
        self, slices: Sequence[Cine], progress: ProgressShare | None = None
    ) -> tuple[Labels, ...]:
        """Return the labels of the slices."""
        return tuple(_label(cine) for cine in slices)


def _label(cine: Cine) -> Labels:
    rows, columns = cine.frames.shape[1:]
    down = (np.arange(rows) - rows / 2)[:, None] * cine.spacing_mm[0]
    across = (np.arange(columns) - columns / 2)[None] * cine.spacing_mm[1]
    near = np.hypot(down, across) < _REACH_MM
    labels = np.zeros(cine.frames.shape, np.uint8)
    limit = 0.6 * float(np.percentile(cine.frames[:, near], 95))
    for frame, own in zip(cine.frames, labels, strict=True):
        parts, count = ndimage.label(ndimage.binary_opening((frame > limit) & near))
        if count:
            distance = np.where(parts > 0, np.hypot(down, across), np.inf)
            cavity = parts == parts[np.unravel_index(distance.argmin(), distance.shape)]
            wall = ndimage.binary_dilation(cavity, iterations=4)
            own[wall], own[cavity] = MYOCARDIUM, LV
    return labels
