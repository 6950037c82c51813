"""End-diastole and end-systole in two NIfTI files, the layout of segmentation challenges.

Layouts: ACDC (Bernard et al., 2018): ``patient005_frame01``, ``_frame13`` and ``Info.cfg`` with the
numbers of both frames; M&Ms (Campello et al., 2021): ``sax_ed``, ``sax_es``.
"""

import math
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.cine.nifti.image import NiftiImage
from ptacl.io.cine.slice_selection import CineStack
from ptacl.io.containers.archive import StoredFiles
from ptacl.types import Cine

_INFO_BYTES = 2**16
_INFO = re.compile(r"^\s*(ED|ES|NbFrame)\s*:\s*(\d{1,4})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Pair:
    diastole: NiftiImage
    systole: NiftiImage
    phase: float
    """Phase of end-systole after end-diastole; NaN if unknown."""


def open_pair(
    where: str, images: tuple[NiftiImage, NiftiImage], files: StoredFiles, rr_ms: float | None
) -> CineStack:
    """Open a pair as cines of two frames, end-diastole first.

    End-diastole is placed at the R wave. The R–R interval is NaN unless the caller gives it, and so
    is the time of end-systole unless ``Info.cfg`` contains the frame numbers as well.

    Args:
        where: name for messages.
        images: the two images, in any order.
        files: all files, for ``Info.cfg``.
        rr_ms: R–R interval in ms, if known.

    Raises:
        BadInput: the names do not identify the phases, or the images differ in size.
    """
    pair = _identify_phases(where, images, files)
    first, second = pair.diastole, pair.systole
    same_spacing = np.allclose(first.form.spacing_mm, second.form.spacing_mm, rtol=1e-3)
    if first.shape != second.shape or not same_spacing:
        message = "its two phases differ in size"
        raise BadInput(
            where,
            message,
            "give end-diastole and end-systole of one heart",
            code="cine.unequal_frames",
        )
    rr = math.nan if rr_ms is None else rr_ms
    times = np.array([0.0, pair.phase * rr])

    def read(position: int) -> Cine:
        """Decode the slice at a position."""
        frames = np.concatenate([image.slice_frames(position) for image in (first, second)])
        return Cine(
            frames,
            first.spacing_mm,
            times,
            rr,
            "nifti",
            position,
            first.shape[2],
            two_phases=True,
            slice_offset_mm=first.slice_offset_mm(position),
            affine_lps=first.slice_affine_lps(position),
        )

    return CineStack(first.shape[2], read)


def _identify_phases(
    where: str, images: tuple[NiftiImage, NiftiImage], files: StoredFiles
) -> _Pair:
    words = [re.split(r"[^a-z0-9]+", PurePosixPath(i.where).name.lower()) for i in images]
    for first, second in ((0, 1), (1, 0)):
        if "ed" in words[first] and "es" in words[second]:
            return _Pair(images[first], images[second], math.nan)
    numbers = [_frame_number(PurePosixPath(image.where).name) for image in images]
    if None in numbers or numbers[0] == numbers[1]:
        message = "the names of its two images do not identify end-diastole"
        raise BadInput(
            where,
            message,
            "name them ..._ed and ..._es, or give the whole cine",
            code="cine.phases_unnamed",
        )
    by_number = dict(zip(numbers, images, strict=True))
    info = _info(files)
    if {info.get("ED"), info.get("ES")} == set(numbers):
        diastole, systole = info["ED"], info["ES"]
    else:  # recordings start at the R wave
        diastole, systole = sorted(number for number in numbers if number is not None)
        info = {}
    frames = info.get("NbFrame", 0)
    phase = (systole - diastole) % frames / frames if frames > 0 else math.nan
    return _Pair(by_number[diastole], by_number[systole], phase)


def _frame_number(name: str) -> int | None:
    match = re.search(r"frame_?(\d{1,4})(?!\d)", name.lower())
    return int(match[1]) if match else None


def _info(files: StoredFiles) -> dict[str, int]:
    """Read the numbers of both phases and of all frames from ``Info.cfg``."""
    name = next((n for n in files if PurePosixPath(n).name.lower() == "info.cfg"), None)
    if name is None:
        return {}
    text = files.head(name, _INFO_BYTES).decode("latin-1")
    return {key: int(number) for key, number in _INFO.findall(text)}
