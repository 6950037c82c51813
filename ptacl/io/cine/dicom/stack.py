"""Slices of a short-axis stack, from base to apex, from DICOM frames in any order.

Standard: DICOM PS3.3 C.7.6.2 (image plane).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.acquisitions import (
    COMPLETE,
    Acquisition,
    last_complete,
    split_acquisitions,
)
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.dicom.frame_times import Beat, place_in_beat
from ptacl.io.cine.dicom.series_choice import cine_frames
from ptacl.io.cine.missing_frames import fill_missing_frames
from ptacl.io.cine.options import DEFAULT_READING, CineReading
from ptacl.io.cine.slice_selection import APEX_LPS, UnreadableSlice, runs_to_apex
from ptacl.types import Caveat

_SAME_POSITION_MM = 0.5
"""Frames closer than this along the normal belong to the same slice."""
_DIRECTION_TOLERANCE = 0.02
"""Maximum difference of the direction cosines of parallel slices."""
_MAX_DEGREES = 50.0
"""Maximum angle between the typical axis of the left ventricle and the normal of a short axis that
is not named as such. Measured angles: short-axis stacks 12 to 20 degrees; axial, coronal and
sagittal planes 55; long axes 70 to 90."""

Frames = Sequence[FrameHeader]


@dataclass(frozen=True, slots=True)
class CineSlice:
    """One slice over one heartbeat."""

    beat: Beat
    repeated: tuple[int, ...]
    """Indices of missing frames, each a copy of the frame before it."""
    offset_mm: float = 0.0
    """Distance from the first slice towards the apex."""


def short_axis_slices(
    where: str, headers: Frames, reading: CineReading = DEFAULT_READING
) -> tuple[list[CineSlice], tuple[UnreadableSlice, ...]]:
    """Find the complete slices, from base to apex.

    The following are excluded in this order: series that are not short-axis cines by their elements
    or description; images with an orientation other than that of the stack; acquisitions that are
    not cines by their times. Of a repeated slice the last complete acquisition is used. Slices with
    fewer than nine tenths of the largest number of frames, or with too large a gap in the beat, are
    excluded.

    Args:
        where: name for messages.
        headers: all frames.
        reading: reading options.

    Returns:
        The complete slices, and those that lack frames.

    Raises:
        BadInput: no slice remains; the message names the kind of the files.
    """
    frames, caveats = cine_frames(where, headers)
    positions = _by_depth(_parallel(where, frames, reading.any_series))
    refused: list[_Refusal] = []
    beats = [
        beat for position in positions if (beat := _last_beat(where, position, reading, refused))
    ]
    max_frames = max((len(beat.frames) for beat in beats), default=0)
    complete = [beat for beat in beats if len(beat.frames) >= COMPLETE * max_frames]
    refused += [
        _Refusal(beat.frames, _too_few_frames(where, beat, max_frames))
        for beat in beats
        if len(beat.frames) < COMPLETE * max_frames
    ]
    slices = _fill(where, complete, refused)
    if not slices:
        raise max(refused, key=lambda refusal: len(refusal.frames)).error
    caveats += _note_excluded(len(beats) - len(slices), len(beats))
    normal, first = _towards_apex(slices[0].beat.frames[0]), slices[0].beat.frames[0].position
    placed = [
        replace(entry, offset_mm=float((entry.beat.frames[0].position - first) @ normal))
        for entry in slices
    ]
    excluded = [
        UnreadableSlice(
            refusal.error.found,
            refusal.error.code,
            offset_mm=float((refusal.frames[0].position - first) @ normal),
        )
        for refusal in refused
    ]
    return [_add_caveats(entry, caveats) for entry in placed], tuple(excluded)


def slice_affine_lps(frame: FrameHeader) -> Float64[np.ndarray, "4 4"]:
    """Return `Cine.affine_lps` of the slice of a frame (DICOM PS3.3 C.7.6.2.1.1)."""
    affine = np.eye(4)
    affine[:3, 0] = frame.orientation[:3] * frame.spacing_mm[1]
    affine[:3, 1] = frame.orientation[3:] * frame.spacing_mm[0]
    affine[:3, 2] = _towards_apex(frame)
    affine[:3, 3] = frame.position
    return affine


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The frames of a slice that cannot be used, and why."""

    frames: Frames
    error: BadInput


def _fill(where: str, beats: Sequence[Beat], refused: list[_Refusal]) -> list[CineSlice]:
    """Replace missing frames; slices with too many of them are added to `refused`."""
    counts = Counter(len(beat.frames) for beat in beats)
    typical_count = counts.most_common(1)[0][0] if len(beats) > 1 else 0
    slices: list[CineSlice] = []
    for beat in beats:
        expected = max(beat.frames[0].expected or 0, typical_count) or None
        try:
            slices.append(CineSlice(*fill_missing_frames(where, beat, expected)))
        except BadInput as error:
            refused.append(_Refusal(beat.frames, error))
    return slices


def _last_beat(
    where: str, frames: Frames, reading: CineReading, refused: list[_Refusal]
) -> Beat | None:
    """Return the last complete acquisition of a slice position; if none, add it to `refused`."""
    beats: list[tuple[Acquisition, Beat]] = []
    refusals: list[_Refusal] = []
    for acquisition in split_acquisitions(frames, reading.order):
        try:
            beats.append((acquisition, place_in_beat(where, acquisition, reading)))
        except BadInput as error:
            refusals.append(_Refusal(acquisition.frames, error))
    if not beats:
        refused.append(max(refusals, key=lambda refusal: len(refusal.frames)))
        return None
    last = last_complete([acquisition for acquisition, _ in beats])
    return next(beat for acquisition, beat in beats if acquisition is last)


def _too_few_frames(where: str, beat: Beat, most: int) -> BadInput:
    message = f"it has {len(beat.frames)} frames, other slices have {most}"
    return BadInput(where, message, "export all its frames", code="cine.missing_frames")


def _note_excluded(count: int, total: int) -> list[Caveat]:
    if not count:
        return []
    text = f"{count} of {total} slices lack frames and were excluded."
    return [Caveat("slices_left_out", text)]


def _add_caveats(cine_slice: CineSlice, caveats: list[Caveat]) -> CineSlice:
    beat = replace(cine_slice.beat, caveats=(*caveats, *cine_slice.beat.caveats))
    return replace(cine_slice, beat=beat)


def _parallel(where: str, headers: Frames, any_plane: bool) -> Frames:
    """Return the frames of the largest parallel stack that may be a short axis."""
    groups = _by_direction(headers)
    if len(groups) > 1 and all(len(group) == len(_by_depth(group)) for group in groups):
        message = "it contains still images in several orientations, as a localiser does"
        raise BadInput(where, message, "give the short-axis cine", code="cine.not_short_axis")
    candidates = [
        group
        for group in groups
        if any_plane or _named_short_axis(group) or _degrees_off(group[0]) < _MAX_DEGREES
    ]
    if not candidates:
        smallest = min(_degrees_off(group[0]) for group in groups)
        message = (
            f"its plane is {smallest:.0f}° off the short axis, as in a long axis or a localiser"
        )
        raise BadInput(where, message, "give the short-axis cine", code="cine.not_short_axis")
    return max(
        candidates,
        key=lambda group: (_named_short_axis(group), len(_by_depth(group)) > 1, len(group)),
    )


def _by_direction(headers: Frames) -> list[list[FrameHeader]]:
    directions = np.array([header.orientation for header in headers])
    remaining = np.arange(len(headers))
    groups: list[list[FrameHeader]] = []
    while len(remaining):
        parallel = (
            np.abs(directions[remaining] - directions[remaining[0]]).max(axis=1)
            < _DIRECTION_TOLERANCE
        )
        groups.append([headers[index] for index in remaining[parallel]])
        remaining = remaining[~parallel]
    return groups


def _named_short_axis(group: Frames) -> bool:
    return any(header.says_short_axis for header in group)


def _degrees_off(header: FrameHeader) -> float:
    normal = header.normal
    length = float(np.linalg.norm(normal) * np.linalg.norm(APEX_LPS)) or 1.0
    return float(np.degrees(np.arccos(min(abs(float(normal @ APEX_LPS)) / length, 1.0))))


def _by_depth(stack: Frames) -> list[list[FrameHeader]]:
    """Group frames by slice position, from base to apex."""
    depths = np.array([header.position for header in stack]) @ _towards_apex(stack[0])
    slices: list[list[FrameHeader]] = []
    last = -np.inf
    for index in np.argsort(depths, kind="stable"):
        if depths[index] - last > _SAME_POSITION_MM:
            slices.append([])
        slices[-1].append(stack[index])
        last = depths[index]
    return slices


def _towards_apex(header: FrameHeader) -> Float64[np.ndarray, "3"]:
    """Return the unit normal of the image plane that points to the apex."""
    normal = header.normal / (float(np.linalg.norm(header.normal)) or 1.0)
    return normal if runs_to_apex(normal) else -normal
