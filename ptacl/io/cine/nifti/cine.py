"""NIfTI cines: (x, y, slices, time) in one file, or end-diastole and end-systole in two files."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.series_description import says_short_axis
from ptacl.io.cine.nifti.axes import beat_ms
from ptacl.io.cine.nifti.ed_es_pair import open_pair
from ptacl.io.cine.nifti.image import NiftiImage, open_nifti
from ptacl.io.cine.options import DEFAULT_READING, CineReading, rr_given_caveats
from ptacl.io.cine.slice_selection import CineStack
from ptacl.io.containers.archive import StoredFiles
from ptacl.types import Caveat, Cine

_SEGMENTATION = {"gt", "seg", "segmentation", "mask", "label", "labels", "contour", "contours"}
_LONG_AXIS = {"la", "lax", "2ch", "3ch", "4ch"}


_SPACING_TOLERANCE = 0.02
"""Relative tolerance; matrices are rounded and slightly sheared by converters."""


def open_nifti_stack(
    where: str,
    files: StoredFiles,
    names: Sequence[str],
    reading: CineReading = DEFAULT_READING,
) -> CineStack:
    """Open the only cine among NIfTI files.

    Segmentations (``_gt`` and similar) and long-axis images are excluded by their names. A 4D image
    takes precedence over images of single phases.

    Args:
        where: name for messages.
        files: all files.
        names: names of the NIfTI files.
        reading: reading options.

    Raises:
        BadInput: a still image, or several cines.
    """
    rr_ms = reading.rr_ms
    images = [
        open_nifti(name, files) for name in names if len(names) == 1 or not _is_excluded(name)
    ]
    cines = [image for image in images if len(image.shape) > 3 and image.shape[3] > 1]
    if len(cines) == 1:
        return _stack(cines[0], rr_ms)
    if not cines and len(images) == 2:
        return open_pair(where, (images[0], images[1]), files, rr_ms)
    if len(images) == 1:
        raise _still(images[0])
    raise BadInput(
        where,
        f"it contains {len(images)} NIfTI images",
        "give one cine at a time",
        code="cine.several",
    )


def _is_excluded(name: str) -> bool:
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
    """Open an image with equidistant frames over one R–R interval.

    The interval is ``rr_ms`` if given, else ``pixdim[4]`` times the number of frames.
    """
    if len(image.shape) != 4:
        message = f"it is an image of {' × '.join(map(str, image.shape))}"
        raise BadInput(image.where, message, "give a 4D NIfTI, time last", code="cine.not_4d")
    count, frames = image.shape[2:]
    rr, caveats = _rr_ms(image, rr_ms)
    caveats = (*_spacing_caveats(image), *_order_caveats(image), *_name_caveats(image), *caveats)
    times = np.arange(frames) * (rr / frames)

    def read(position: int) -> Cine:
        """Decode the slice at a position."""
        pixels = image.slice_frames(position)
        return Cine(
            pixels,
            image.spacing_mm,
            times,
            rr,
            "nifti",
            position,
            count,
            caveats=caveats,
            slice_offset_mm=image.slice_offset_mm(position),
            affine_lps=image.slice_affine_lps(position),
        )

    return CineStack(count, read)


def _rr_ms(image: NiftiImage, given_ms: float | None) -> tuple[float, tuple[Caveat, ...]]:
    computed = beat_ms(image.form)
    if given_ms is not None:
        return given_ms, rr_given_caveats(given_ms, None if computed is None else computed[0])
    if computed is not None:
        return computed
    step, unit = image.form.steps[0], image.form.unit
    raise BadInput(
        image.where,
        f"its header gives a frame time of {step:g} {unit} for {image.shape[3]} frames, "
        "which is not a heartbeat",
        "write the frame time into pixdim[4], or give the R–R interval (--rr-ms, column "
        "cine_rr_ms)",
        code="cine.implausible_times",
    )


def _spacing_caveats(image: NiftiImage) -> list[Caveat]:
    """Return a caveat if pixdim and the affine matrix give different pixel sizes."""
    if int(image.header["sform_code"]) <= 0:
        return []
    by_matrix = np.linalg.norm(image.affine_lps[:3, :2], axis=0) * image.form.mm_per_unit
    if np.allclose(by_matrix, image.form.spacing_mm[:2], rtol=_SPACING_TOLERANCE):
        return []
    used, other = (
        " × ".join(f"{side:.3g}" for side in sides)
        for sides in (image.form.spacing_mm[:2], by_matrix)
    )
    text = f"The header gives pixels of {used} mm, its matrix {other} mm; the former was used."
    return [Caveat("spacing_contradicted", text)]


def _order_caveats(image: NiftiImage) -> list[Caveat]:
    """Return a caveat if the affine matrix puts all slices into one plane.

    dcm2niix writes such a matrix where it took frames of one slice for slices, and then the slices
    and the phases of the image are mixed.
    """
    together = image.shape[2] > 1 and not image.affine_lps[:3, 2].any()
    if int(image.header["sform_code"]) <= 0 or not together:
        return []
    text = (
        "The matrix of the header puts all slices into one plane: the converter may have taken "
        "phases for slices. Look at the cine, or give the DICOM files."
    )
    return [Caveat("slices_in_one_plane", text)]


def _name_caveats(image: NiftiImage) -> list[Caveat]:
    if not _is_long_axis(image.where):
        return []
    text = "The name of the file denotes a long-axis cine; it was read as a short-axis cine."
    return [Caveat("series_name", text)]
