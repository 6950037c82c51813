"""NIfTI cines: (x, y, slices, time) in one file, or end-diastole and end-systole in two."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.archive import StoredFiles
from ptacl.io.nifti_file import NiftiImage, open_nifti
from ptacl.io.nifti_pair import open_pair
from ptacl.io.plausible import RR_MS
from ptacl.io.slices import CineStack
from ptacl.types import Cine

_MS_PER_UNIT = {"sec": (1000.0,), "msec": (1.0,), "usec": (0.001,), "unknown": (1000.0, 1.0)}
_SEGMENTATION = {"gt", "seg", "segmentation", "mask", "label", "labels", "contour", "contours"}
_LONG_AXIS = {"la", "lax", "2ch", "3ch", "4ch"}


def open_nifti_stack(
    where: str, files: StoredFiles, names: Sequence[str], rr_ms: float | None = None
) -> CineStack:
    """The slices of the one cine among the named files.

    Segmentations (``_gt`` and the like) and long-axis images are left out by their names. A 4D
    image stands above the pictures of single phases that lie beside it.

    Raises:
        BadInput: a still image, or several cines.
    """
    images = [open_nifti(name, files) for name in names if len(names) == 1 or not _other(name)]
    cines = [image for image in images if len(image.shape) > 3 and image.shape[3] > 1]
    if len(cines) == 1:
        return _stack(cines[0], rr_ms)
    if not cines and len(images) == 2:
        return open_pair(where, (images[0], images[1]), files, rr_ms)
    if len(images) == 1:
        raise _still(images[0])
    raise BadInput(where, f"it holds {len(images)} NIfTI images", "give one cine at a time")


def _other(name: str) -> bool:
    words = set(re.split(r"[^a-z0-9]+", PurePosixPath(name).name.lower()))
    return bool(words & (_SEGMENTATION | _LONG_AXIS))


def _still(image: NiftiImage) -> BadInput:
    return BadInput(
        image.where,
        f"it is a still image of {' × '.join(map(str, image.shape))}, one phase of the heartbeat",
        "give a 4D NIfTI with the whole cine, time last",
    )


def _stack(image: NiftiImage, rr_ms: float | None) -> CineStack:
    """The frames are even over one R–R interval: ``pixdim[4]`` times their number, unless the
    caller gives ``rr_ms``.
    """
    if len(image.shape) != 4:
        found = f"it is an image of {' × '.join(map(str, image.shape))}"
        raise BadInput(image.where, found, "give a 4D NIfTI, time last")
    count, frames = image.shape[2:]
    rr = rr_ms if rr_ms is not None else _rr_ms(image, frames)
    times = np.arange(frames) * (rr / frames)

    def read(position: int) -> Cine:
        """Decode one slice; all others stay as they lie in their files."""
        pixels = image.slice_frames(position)
        return Cine(pixels, image.spacing_mm, times, rr, "nifti", position, count)

    return CineStack(count, read)


def _rr_ms(image: NiftiImage, count: int) -> float:
    unit = image.header.get_xyzt_units()[1]
    step = image.zooms[3]
    spans = [step * factor * count for factor in _MS_PER_UNIT.get(unit, (1000.0, 1.0))]
    # Where the header gives no unit of time, only one of them makes a heartbeat.
    possible = [span for span in spans if RR_MS[0] <= span <= RR_MS[1]]
    if len(possible) != 1:
        raise BadInput(
            image.where,
            f"its header gives a frame time of {step:g} {unit} for {count} frames, no heartbeat",
            "write the frame time into pixdim[4], or give the R–R interval",
        )
    return possible[0]
