"""A DICOM cine: one file a frame in any order, or many frames in a file; one slice or a stack."""

from collections.abc import Sequence

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.archive import StoredFiles
from ptacl.io.dicom_pixels import decode
from ptacl.io.dicom_series import read_headers
from ptacl.io.dicom_stack import CineSlice, short_axis_slices
from ptacl.io.plausible import RR_MS
from ptacl.io.slices import CineStack
from ptacl.types import Cine

_WHOLE_NUMBER_MS = 1.0
"""NominalInterval is a whole number."""


def open_dicom_stack(
    where: str, files: StoredFiles, names: Sequence[str], rr_ms: float | None = None
) -> CineStack:
    """The short-axis slices among the named files (`dicom_stack` states which), by their headers.

    A series of end-diastole and end-systole alone is read: its cines have two frames.
    """
    slices = short_axis_slices(where, read_headers(files, names))

    def read(position: int) -> Cine:
        """Decode one slice; all others stay as they lie in their files."""
        chosen = slices[position]
        rr = rr_ms if rr_ms is not None else _rr_ms(where, chosen)
        _expect_one_beat(where, max(rr, float(chosen.times_ms[-1])))
        return Cine(
            decode(where, files, chosen.frames),
            chosen.frames[0].spacing_mm,
            chosen.times_ms,
            rr,
            "dicom",
            position,
            len(slices),
            two_phases=len(chosen.frames) == 2,
            repeated_frames=chosen.repeated,
        )

    return CineStack(len(slices), read)


def _rr_ms(where: str, chosen: CineSlice) -> float:
    said = [frame.rr_ms for frame in chosen.frames if frame.rr_ms]
    nominal = float(np.median(said)) if said else 0.0
    times = chosen.times_ms
    # A retrospectively gated cine covers the whole beat: one more step ends it.
    ended = float(times[-1] + np.median(np.diff(times)))
    if nominal > times[-1]:
        filled = len(times) > 2 and abs(nominal - ended) < _WHOLE_NUMBER_MS
        return ended if filled else nominal
    if len(times) == 2:
        raise BadInput(
            where, "two frames do not tell the R–R interval", "export it with NominalInterval"
        )
    return ended


def _expect_one_beat(where: str, span_ms: float) -> None:
    if span_ms > RR_MS[1]:
        raise BadInput(
            where,
            f"its frames span {span_ms / 1000:.0f} s, many heartbeats (perfusion, real time?)",
            "give a cine of one heartbeat",
        )
