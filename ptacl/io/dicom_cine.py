"""A DICOM cine series: one file a frame, in any order, one slice or a whole stack.

Standard: DICOM PS3.3 C.7.6.2 (image plane) and C.7.6.18.1 (cardiac synchronisation).
"""

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.dicom_file import open_dicom
from ptacl.io.dicom_series import FrameHeader, read_headers
from ptacl.io.plausible import RR_MS
from ptacl.io.slices import mid_ventricular, runs_to_apex
from ptacl.types import Cine

_SAME_PLACE_MM = 0.5
"""Frames closer than this along the normal are of one slice."""
_WHOLE = 0.9
"""A slice with fewer of the frames that the best slice has is not read."""
_MOST_PIXELS = 4096**2


def read_dicom_cine(name: str, files: Mapping[str, bytes], rr_ms: float | None = None) -> Cine:
    """Read the mid-ventricular slice (`slices`) of the stack that the files hold.

    Frames are sorted by ``TriggerTime`` within a slice position and slices along the normal.
    Series that are no short-axis cine by their name are left out, and refused when alone. Where a
    slice was taken twice, the series with more frames counts, or else the later one.

    A series of end-diastole and end-systole alone is read: its cine has two frames.
    """
    headers = _short_axis(name, read_headers(files))
    slices = _slices(headers)
    most = max(map(len, slices))
    whole = [frames for frames in slices if len(frames) >= _WHOLE * most]
    place = mid_ventricular(len(whole))
    frames = whole[place]
    if most < 2:
        raise BadInput(
            name, "it holds still images, one frame a slice", "give the folder of the whole series"
        )
    times = _times_ms(name, frames)
    rr = rr_ms if rr_ms is not None else _rr_ms(name, frames, times)
    _expect_one_beat(name, times, rr)
    pixels = np.stack([_pixels(frame, files[frame.file]) for frame in frames])
    return Cine(pixels, frames[0].spacing_mm, times, rr, "dicom", place, len(whole))


def _short_axis(where: str, headers: list[FrameHeader]) -> list[FrameHeader]:
    cines = [header for header in headers if header.not_cine is None]
    if cines:
        return cines
    what = sorted({header.not_cine for header in headers if header.not_cine})
    raise BadInput(
        where, f"it is {' and '.join(what)}, not a short-axis cine", "give the short-axis cine"
    )


def _slices(headers: list[FrameHeader]) -> list[list[FrameHeader]]:
    """Frames by slice, from base to apex, each sorted in time; other orientations are left out."""
    stack = _largest_parallel(headers)
    normal = stack[0].normal * (1.0 if runs_to_apex(stack[0].normal) else -1.0)
    depths = np.array([header.position @ normal for header in stack])
    slices: list[list[FrameHeader]] = []
    last = -np.inf
    for index in np.argsort(depths, kind="stable"):
        if depths[index] - last > _SAME_PLACE_MM:
            slices.append([])
        slices[-1].append(stack[index])
        last = depths[index]
    return [sorted(_one_series(frames), key=_trigger_ms) for frames in slices]


def _largest_parallel(headers: list[FrameHeader]) -> list[FrameHeader]:
    groups: list[list[FrameHeader]] = []
    for header in headers:
        alike = (g for g in groups if np.allclose(g[0].orientation, header.orientation, atol=0.02))
        group = next(alike, None)
        if group is None:
            groups.append([header])
        else:
            group.append(header)
    return max(groups, key=len)


def _one_series(frames: list[FrameHeader]) -> list[FrameHeader]:
    series: dict[str, list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        series[frame.series].append(frame)
    return max(series.values(), key=lambda taken: (len(taken), taken[0].series_number))


def _trigger_ms(frame: FrameHeader) -> float:
    return -1.0 if frame.trigger_ms is None else frame.trigger_ms


def _times_ms(where: str, frames: Sequence[FrameHeader]) -> Float64[np.ndarray, " frames"]:
    times = np.array([_trigger_ms(frame) for frame in frames])
    if (times < 0).any() or (np.diff(times) <= 0).any():
        raise BadInput(
            where,
            "its frames carry no trigger times, or the same one twice",
            "export the original series with TriggerTime",
        )
    return times


def _rr_ms(
    where: str, frames: Sequence[FrameHeader], times: Float64[np.ndarray, " frames"]
) -> float:
    said = [frame.rr_ms for frame in frames if frame.rr_ms]
    nominal = float(np.median(said)) if said else 0.0
    if nominal > times[-1]:
        return nominal
    if len(times) == 2:
        raise BadInput(
            where, "two frames do not tell the R–R interval", "export it with NominalInterval"
        )
    # A retrospectively gated cine covers the whole beat: one more step ends it.
    return float(times[-1] + np.median(np.diff(times)))


def _expect_one_beat(where: str, times: Float64[np.ndarray, " frames"], rr_ms: float) -> None:
    if max(rr_ms, times[-1]) > RR_MS[1]:
        raise BadInput(
            where,
            f"its frames span {times[-1] / 1000:.0f} s, many heartbeats (perfusion, real time?)",
            "give a cine of one heartbeat",
        )


def _pixels(frame: FrameHeader, content: bytes) -> np.ndarray:
    rows, columns = frame.shape
    if rows * columns > _MOST_PIXELS:
        raise BadInput(
            frame.file, f"its header claims {rows} × {columns} pixels", "export it again"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pixels = open_dicom(frame.file, content).pixel_array
        except Exception as error:  # damaged, or compressed in a way that is not installed
            found = "its pixels are cut short, or compressed in a way that is not read here"
            raise BadInput(frame.file, found, "export it again, uncompressed") from error
    if pixels.shape != frame.shape:
        raise BadInput(frame.file, "its pixels do not fit its header", "export it again")
    return pixels if pixels.dtype == np.uint8 else pixels.astype(np.float32)
