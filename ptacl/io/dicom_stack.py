"""DICOM frames in any order → the slices of a short-axis stack, from base to apex.

Standard: DICOM PS3.3 C.7.6.2 (image plane).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.dicom_series import FrameHeader
from ptacl.io.dicom_takes import WHOLE, Take, last_whole, refusal, takes_of
from ptacl.io.slices import APEX_LPS, runs_to_apex

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
    """One slice, its frames sorted in time."""

    frames: tuple[FrameHeader, ...]
    times_ms: Float64[np.ndarray, " frames"]
    repeated: tuple[int, ...]
    """Frames that are missing: each repeats the one before it."""


def short_axis_slices(where: str, headers: Frames) -> list[CineSlice]:
    """The slices that are whole, from base to apex.

    Series that are no short-axis cine by their name are left out; then images in directions
    other than that of the stack; then takes that are no cine by what they show. Of a slice that
    was taken twice the last whole take counts. Slices with fewer than nine tenths of the frames
    of the best one are passed over.

    Raises:
        BadInput: nothing remains; what the files are instead.
    """
    stack = _parallel(where, _by_name(where, headers))
    slices: list[Take] = []
    refused: list[tuple[int, BadInput]] = []
    for frames in _by_depth(stack):
        takes = takes_of(frames)
        why = [refusal(where, take) for take in takes]
        cines = [take for take, reason in zip(takes, why, strict=True) if reason is None]
        refused += [(len(t.frames), r) for t, r in zip(takes, why, strict=True) if r is not None]
        slices += [last_whole(cines)] if cines else []
    if not slices:
        raise max(refused, key=lambda taken: taken[0])[1]
    most = max(len(take.frames) for take in slices)
    usual = Counter(len(take.frames) for take in slices).most_common(1)[0][0]
    return [_completed(take, usual) for take in slices if len(take.frames) >= WHOLE * most]


def _by_name(where: str, headers: Frames) -> Frames:
    cines = [header for header in headers if header.other is None]
    if cines or not headers:
        return cines
    what = " and ".join(sorted({header.other for header in headers if header.other}))
    raise BadInput(where, f"it is {what}, not a short-axis cine", "give the short-axis cine")


def _parallel(where: str, headers: Frames) -> Frames:
    """The frames of the largest parallel stack among those that can be a short axis."""
    groups = _by_direction(headers)
    if len(groups) > 1 and all(len(group) == len(_by_depth(group)) for group in groups):
        found = "it holds still images in several directions, as a localiser does"
        raise BadInput(where, found, "give the short-axis cine")
    short = [group for group in groups if _says(group) or _degrees_off(group[0]) < _MOST_DEGREES]
    if not short:
        least = min(_degrees_off(group[0]) for group in groups)
        found = (
            f"its plane lies {least:.0f}° off the short axis, as a long axis or a localiser does"
        )
        raise BadInput(where, found, "give the short-axis cine")
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


def _completed(take: Take, usual: int) -> CineSlice:
    """The slice with its missing frames, of the number that the scanner or the stack says."""
    frames, times = list(take.frames), take.times_ms.tolist()
    expected = max(frames[0].expected or 0, usual)
    repeated: list[int] = []
    if len(frames) > 2 and WHOLE * expected <= len(frames) < expected:
        step = float(np.median(np.diff(times)))
        for _ in range(expected - len(frames)):
            place = _hole(times, step, frames[0].rr_ms)
            if place is None:
                break
            before = times[place - 1] + step if place else times[0] - step
            frames.insert(place, frames[place - 1])  # before the first comes the last of the beat
            times.insert(place, before)
            repeated = [other + (other >= place) for other in repeated] + [place]
    return CineSlice(tuple(frames), np.array(times), tuple(sorted(repeated)))


def _hole(times: list[float], step: float, rr_ms: float | None) -> int | None:
    """Where a frame is missing: after a long step, before a late start, or at an early end."""
    steps = np.diff(times)
    longest = int(steps.argmax())
    if steps[longest] > 1.5 * step:
        return longest + 1
    if rr_ms is not None and rr_ms - times[-1] > 1.5 * step:
        return len(times)
    return 0 if times[0] >= step else None
