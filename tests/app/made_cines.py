"""Cines for the pages: stacks of known hearts, and sessions that hold them."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nibabel
import numpy as np
from scipy.ndimage import binary_dilation

from ptacl.segmentation.inspection import inspect_labels
from ptacl.segmentation.labeller import ProgressShare
from ptacl.segmentation.records import CineInspection
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine, ModelInfo
from tests.segmentation.made_hearts import EXPERT, Bullet, stack_of


def inspected(
    bullet: Bullet | None = None, chosen: slice = slice(None), name: str = "heart"
) -> CineInspection:
    """The measured cine of a heart whose labels are exact."""
    cines, labels = stack_of(bullet or Bullet())
    return inspect_labels(cines[chosen], labels[chosen], EXPERT, name=name)


def nifti_bytes(
    bullet: Bullet | None = None,
    chosen: slice = slice(None),
    frame: int | None = None,
    *,
    timed: bool = True,
) -> bytes:
    """A 4D NIfTI of the slices of a heart, whose intensities are its labels.

    3D for one frame; not timed, its header states no time between frames.
    """
    bullet = bullet or Bullet()
    cines, _ = stack_of(bullet)
    frames = np.stack([cine.frames for cine in cines[chosen]])  # slices, frames, rows, columns
    voxels = frames.transpose(3, 2, 0, 1)
    if frame is not None:
        voxels = voxels[..., frame]
    image = nibabel.Nifti1Image(voxels, np.diag([-1.5, -1.5, 10.0, 1.0]))
    step_s = bullet.rr_ms / bullet.frames / 1000 if timed else 0.0
    image.header.set_zooms((1.5, 1.5, 10.0, step_s)[: voxels.ndim])
    image.header.set_xyzt_units("mm", "sec")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heart.nii.gz"
        nibabel.save(image, path)
        return io.BytesIO(path.read_bytes()).getvalue()


class DiscLabeller:
    """Labels the bright disc of a `FakeGallery` as cavity, and two pixels around it as wall."""

    info = ModelInfo("disc", "test", synthetic=True)

    def __init__(self) -> None:
        self.labelled = 0

    def label(
        self, slices: Sequence[Cine], progress: ProgressShare | None = None
    ) -> tuple[Labels, ...]:
        """The labels of the slices, which are counted."""
        self.labelled += len(slices)
        found = []
        for cine in slices:
            cavity = cine.frames > 128
            around = binary_dilation(cavity, np.ones((1, 3, 3), bool), iterations=2)
            found.append(np.where(cavity, 3, np.where(around, 2, 0)).astype(np.uint8))
        return tuple(found)
