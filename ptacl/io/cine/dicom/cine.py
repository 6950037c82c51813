"""A DICOM cine: one file a frame in any order, or many frames in a file; one slice or a stack."""

from collections.abc import Sequence

from ptacl.io.cine.dicom.pixels import decode
from ptacl.io.cine.dicom.series import read_headers
from ptacl.io.cine.dicom.stack import short_axis_slices
from ptacl.io.cine.options import BY_THE_RULES, CineReading
from ptacl.io.cine.slice_selection import CineStack
from ptacl.io.containers.archive import StoredFiles
from ptacl.types import Cine


def open_dicom_stack(
    where: str,
    files: StoredFiles,
    names: Sequence[str],
    reading: CineReading = BY_THE_RULES,
) -> CineStack:
    """The short-axis slices among the named files (`dicom_stack` states which), by their headers.

    A series of end-diastole and end-systole alone is read: its cines have two frames.
    """
    headers = read_headers(files, names, any_series=reading.any_series)
    slices = short_axis_slices(where, headers, reading)

    def read(position: int) -> Cine:
        """Decode one slice; all others stay as they lie in their files."""
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
        )

    return CineStack(len(slices), read)
