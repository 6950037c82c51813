"""DICOM frames in any order → the slices of a short-axis stack, from base to apex.

Standard: DICOM PS3.3 C.7.6.2 (image plane).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.acquisitions import WHOLE, Take, last_whole, takes_of
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.dicom.frame_times import Beat, beat_of
from ptacl.io.cine.dicom.series_choice import cine_frames
from ptacl.io.cine.missing_frames import completed
from ptacl.io.cine.options import BY_THE_RULES, CineReading
from ptacl.io.cine.slice_selection import APEX_LPS, runs_to_apex
from ptacl.types import Caveat

_SAME_PLACE_MM = 0.5
"""Frames closer than this along the normal are of one slice."""
_ALIKE = 0.02
"""Direction cosines of parallel slices agree so far."""
_MOST_DEGREES = 50.0
"""From the usual axis of the left ventricle to the normal of an unnamed short axis. Real stacks lie
12 to 20 degrees off; axial, coronal and sagittal planes 55; long axes 70 to 90."""

Frames = Sequence[FrameHeader]


@dataclass(frozen=True, slots=True)
class CineSlice:
    """One slice over one heartbeat."""

    beat: Beat
    repeated: tuple[int, ...]
    """Frames that are missing: each repeats the one before it."""


def short_axis_slices(
    where: str, headers: Frames, reading: CineReading = BY_THE_RULES
) -> list[CineSlice]:
    """The slices that are whole, from base to apex.

    Series that are no short-axis cine by their elements or their name are left out; then images in
    directions other than that of the stack; then takes that are no cine by what they show. Of a
    slice that was taken twice the last whole take counts. Slices with fewer than nine tenths of
    the frames of the best one, or with a hole in the beat, are passed over.

    Args:
        where: name for messages.
        headers: all frames.
        reading: what the caller says.

    Raises:
        BadInput: nothing remains; what the files are instead.
    """
    frames, told = cine_frames(where, headers)
    places = _by_depth(_parallel(where, frames, reading.any_series))
    refused: list[tuple[int, BadInput]] = []
    beats = [beat for place in places if (beat := _last_beat(where, place, reading, refused))]
    most = max((len(beat.frames) for beat in beats), default=0)
    whole = [beat for beat in beats if len(beat.frames) >= WHOLE * most]
    usual = Counter(len(beat.frames) for beat in whole).most_common(1)[0][0] if whole else 0
    slices: list[CineSlice] = []
    for beat in whole:
        expected = max(beat.frames[0].expected or 0, usual if len(whole) > 1 else 0) or None
        try:
            slices.append(CineSlice(*completed(where, beat, expected)))
        except BadInput as why:
            refused.append((len(beat.frames), why))
    if not slices:
        raise max(refused, key=lambda taken: taken[0])[1]
    told += _passed_over(len(beats) - len(slices), len(beats))
    return [_with(one, told) for one in slices]


def _last_beat(
    where: str, frames: Frames, reading: CineReading, refused: list[tuple[int, BadInput]]
) -> Beat | None:
    """The last whole take of a slice position; why others are no cine is added to `refused`."""
    found: list[tuple[Take, Beat]] = []
    for take in takes_of(frames, reading.order):
        try:
            found.append((take, beat_of(where, take, reading)))
        except BadInput as why:
            refused.append((len(take.frames), why))
    if not found:
        return None
    last = last_whole([take for take, _ in found])
    return next(beat for take, beat in found if take is last)


def _passed_over(count: int, of: int) -> list[Caveat]:
    if not count:
        return []
    text = f"{count} of {of} slices lack frames and were left out."
    return [Caveat("slices_left_out", text)]


def _with(one: CineSlice, told: list[Caveat]) -> CineSlice:
    beat = replace(one.beat, caveats=(*told, *one.beat.caveats))
    return replace(one, beat=beat)


def _parallel(where: str, headers: Frames, any_plane: bool) -> Frames:
    """The frames of the largest parallel stack among those that can be a short axis."""
    groups = _by_direction(headers)
    if len(groups) > 1 and all(len(group) == len(_by_depth(group)) for group in groups):
        found = "it holds still images in several directions, as a localiser does"
        raise BadInput(where, found, "give the short-axis cine", code="cine.not_short_axis")
    short = [
        group
        for group in groups
        if any_plane or _says(group) or _degrees_off(group[0]) < _MOST_DEGREES
    ]
    if not short:
        least = min(_degrees_off(group[0]) for group in groups)
        found = (
            f"its plane lies {least:.0f}° off the short axis, as a long axis or a localiser does"
        )
        raise BadInput(where, found, "give the short-axis cine", code="cine.not_short_axis")
    return max(short, key=lambda group: (_says(group), len(_by_depth(group)) > 1, len(group)))


def _by_direction(headers: Frames) -> list[list[FrameHeader]]:
    directions = np.array([header.orientation for header in headers])
    left = np.arange(len(headers))
    groups: list[list[FrameHeader]] = []
    while len(left):
        alike = np.abs(directions[left] - directions[left[0]]).max(axis=1) < _ALIKE
        groups.append([headers[index] for index in left[alike]])
        left = left[~alike]
    return groups


def _says(group: Frames) -> bool:
    return any(header.says_short_axis for header in group)


def _degrees_off(header: FrameHeader) -> float:
    normal = header.normal
    length = float(np.linalg.norm(normal) * np.linalg.norm(APEX_LPS)) or 1.0
    return float(np.degrees(np.arccos(min(abs(float(normal @ APEX_LPS)) / length, 1.0))))


def _by_depth(stack: Frames) -> list[list[FrameHeader]]:
    """Frames by slice position, from base to apex."""
    normal = stack[0].normal * (1.0 if runs_to_apex(stack[0].normal) else -1.0)
    depths = np.array([header.position for header in stack]) @ normal
    slices: list[list[FrameHeader]] = []
    last = -np.inf
    for index in np.argsort(depths, kind="stable"):
        if depths[index] - last > _SAME_PLACE_MM:
            slices.append([])
        slices[-1].append(stack[index])
        last = depths[index]
    return slices
