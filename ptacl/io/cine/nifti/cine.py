"""NIfTI cines: (x, y, slices, time) in one file, or end-diastole and end-systole in two."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.series_description import says_short_axis
from ptacl.io.cine.nifti.axes import beat_ms
from ptacl.io.cine.nifti.ed_es_pair import open_pair
from ptacl.io.cine.nifti.image import NiftiImage, open_nifti
from ptacl.io.cine.options import BY_THE_RULES, CineReading, told_of_given
from ptacl.io.cine.slice_selection import CineStack
from ptacl.io.containers.archive import StoredFiles
from ptacl.types import Caveat, Cine

_SEGMENTATION = {"gt", "seg", "segmentation", "mask", "label", "labels", "contour", "contours"}
_LONG_AXIS = {"la", "lax", "2ch", "3ch", "4ch"}


_SAME_SPACING = 0.02
"""Relative; matrices are rounded, and sheared by less in the making of a file."""


def open_nifti_stack(
    where: str,
    files: StoredFiles,
    names: Sequence[str],
    reading: CineReading = BY_THE_RULES,
) -> CineStack:
    """The slices of the one cine among the named files.

    Segmentations (``_gt`` and the like) and long-axis images are left out by their names. A 4D
    image stands above the pictures of single phases that lie beside it.

    Raises:
        BadInput: a still image, or several cines.
    """
    rr_ms = reading.rr_ms
    images = [open_nifti(name, files) for name in names if len(names) == 1 or not _other(name)]
    cines = [image for image in images if len(image.shape) > 3 and image.shape[3] > 1]
    if len(cines) == 1:
        return _stack(cines[0], rr_ms)
    if not cines and len(images) == 2:
        return open_pair(where, (images[0], images[1]), files, rr_ms)
    if len(images) == 1:
        raise _still(images[0])
    raise BadInput(
        where,
        f"it holds {len(images)} NIfTI images",
        "give one cine at a time",
        code="cine.several",
    )


def _other(name: str) -> bool:
    return bool(_words(name) & _SEGMENTATION) or _is_long_axis(name)


def _is_long_axis(name: str) -> bool:
    return bool(_words(name) & _LONG_AXIS) and not says_short_axis(PurePosixPath(name).name)


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", PurePosixPath(name).name.lower()))


def _still(image: NiftiImage) -> BadInput:
    return BadInput(
        image.where,
        f"it is a still image of {' × '.join(map(str, image.shape))}, one phase of the heartbeat",
        "give a 4D NIfTI with the whole cine, time last",
        code="cine.still_image",
    )


def _stack(image: NiftiImage, rr_ms: float | None) -> CineStack:
    """The frames are even over one R–R interval: ``pixdim[4]`` times their number, unless the
    caller gives ``rr_ms``.
    """
    if len(image.shape) != 4:
        found = f"it is an image of {' × '.join(map(str, image.shape))}"
        raise BadInput(image.where, found, "give a 4D NIfTI, time last", code="cine.not_4d")
    count, frames = image.shape[2:]
    rr, caveats = _rr_ms(image, rr_ms)
    caveats = (*_spacing_told(image), *_name_told(image), *caveats)
    times = np.arange(frames) * (rr / frames)

    def read(position: int) -> Cine:
        """Decode one slice; all others stay as they lie in their files."""
        pixels = image.slice_frames(position)
        return Cine(pixels, image.spacing_mm, times, rr, "nifti", position, count, caveats=caveats)

    return CineStack(count, read)


def _rr_ms(image: NiftiImage, given_ms: float | None) -> tuple[float, tuple[Caveat, ...]]:
    found = beat_ms(image.form)
    if given_ms is not None:
        return given_ms, told_of_given(given_ms, None if found is None else found[0])
    if found is not None:
        return found
    step, unit = image.form.steps[0], image.form.unit
    raise BadInput(
        image.where,
        f"its header gives a frame time of {step:g} {unit} for {image.shape[3]} frames, no "
        "heartbeat",
        "write the frame time into pixdim[4], or give the R–R interval (--rr-ms, column "
        "cine_rr_ms)",
        code="cine.implausible_times",
    )


def _spacing_told(image: NiftiImage) -> list[Caveat]:
    """That the two places where a header gives the size of a pixel differ."""
    if int(image.header["sform_code"]) <= 0:
        return []
    by_matrix = np.linalg.norm(image.affine_lps[:3, :2], axis=0) * image.form.mm_per_unit
    if np.allclose(by_matrix, image.form.spacing_mm[:2], rtol=_SAME_SPACING):
        return []
    ours, other = (
        " × ".join(f"{side:.3g}" for side in sides)
        for sides in (image.form.spacing_mm[:2], by_matrix)
    )
    text = (
        f"The header gives pixels of {ours} mm, and of {other} mm in its matrix; the first count."
    )
    return [Caveat("spacing_contradicted", text)]


def _name_told(image: NiftiImage) -> list[Caveat]:
    if not _is_long_axis(image.where):
        return []
    text = "The file is named like a long-axis cine; it was read as a short-axis one."
    return [Caveat("series_name", text)]
