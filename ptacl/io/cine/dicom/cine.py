"""DICOM cines: single-frame files in any order or multi-frame files, one slice or a stack."""

from collections.abc import Sequence

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.pixels import decode
from ptacl.io.cine.dicom.series import read_headers
from ptacl.io.cine.dicom.stack import short_axis_slices, slice_affine_lps
from ptacl.io.cine.options import DEFAULT_READING, CineReading
from ptacl.io.cine.slice_selection import CineStack, UnreadableSlice
from ptacl.io.containers.archive import StoredFiles
from ptacl.types import Cine


def open_dicom_stack(
    where: str,
    files: StoredFiles,
    names: Sequence[str],
    reading: CineReading = DEFAULT_READING,
) -> CineStack:
    """Find the short-axis slices of DICOM files by their headers (rules: `dicom.stack`).

    A series of end-diastole and end-systole only gives cines of two frames.

    Args:
        where: name for messages.
        files: all files.
        names: names of the DICOM files.
        reading: reading options.

    Raises:
        BadInput: the files contain no short-axis cine.
    """
    damaged: list[BadInput] = []
    headers = read_headers(
        files,
        names,
        any_series=reading.any_series,
        damaged=damaged if reading.skip_damaged else None,
    )
    slices, excluded = short_axis_slices(where, headers, reading)

    def read(position: int) -> Cine:
        """Decode the slice at a position."""
        beat, repeated = slices[position].beat, slices[position].repeated
        frames, caveats = decode(where, files, beat.frames)
        return Cine(
            frames,
            beat.frames[0].spacing_mm,
            beat.times_ms,
            beat.rr_ms,
            "dicom",
            position,
            len(slices),
            two_phases=len(beat.frames) == 2,
            repeated_frames=repeated,
            caveats=(*beat.caveats, *caveats),
            slice_offset_mm=slices[position].offset_mm,
            affine_lps=slice_affine_lps(beat.frames[0]),
        )

    return CineStack(len(slices), read, (*excluded, *_damaged_files(damaged)))


def _damaged_files(errors: Sequence[BadInput]) -> list[UnreadableSlice]:
    """Return one entry for all files whose headers cannot be read, as their slice is unknown."""
    if not errors:
        return []
    first = errors[0].where
    reason = f"{first} is damaged"
    if len(errors) > 1:
        reason = f"{len(errors)} files are damaged, {first} among them"
    return [UnreadableSlice(reason, errors[0].code)]
