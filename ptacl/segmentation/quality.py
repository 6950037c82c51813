"""Flags of labels that cannot be right: topology, jumps in time, structures that are missing.

Each flag names the slice and the first frame concerned, so that a person can look at it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from scipy import ndimage

from ptacl.segmentation.areas import SHOWS_MM2
from ptacl.segmentation.records import PerFrame, QualityFlag, SliceMeasurement
from ptacl.signal.heart_labels import LV, MYOCARDIUM, Labels
from ptacl.types import Cine

_PART_SHARE = 0.05
"""A second component smaller than this share of the cavity is noise."""
_HOLE_SHARE = 0.01
_OPEN_SHARE = 0.25
"""Share of the cavity's border without myocardium from which it counts as open."""
_JUMP_SHARE = 0.25
"""Change between neighbouring frames, as a share of the largest area. The fastest change of real
cavities at 25 frames a beat is about 0.15."""

Mask = Bool[np.ndarray, "rows columns"]


@dataclass(frozen=True, slots=True)
class _FrameCheck:
    """A check of the labels of one frame."""

    code: str
    text: str
    """Clause that follows "in N of M frames"."""
    is_wrong: Callable[[np.ndarray], bool]


def slice_flags(cine: Cine, labels: Labels, measured: SliceMeasurement) -> tuple[QualityFlag, ...]:
    """Return the flags of one slice.

    Args:
        cine: the slice.
        labels: of the slice.
        measured: its areas.
    """
    shows = measured.lv_area_mm2 >= SHOWS_MM2
    if not shows.any():
        return ()
    window = _window(labels)
    flags = [
        _flag(check.code, f"In {{}} frames {check.text}.", wrong, measured.position)
        for check in _CHECKS
        if (
            wrong := [
                f for f in np.flatnonzero(shows).tolist() if check.is_wrong(labels[f][window])
            ]
        )
    ]
    jumps = _jumps(measured.lv_area_mm2, cyclic=not cine.two_phases)
    if jumps and not cine.two_phases:
        text = "In {} frames the area of the left ventricle jumps."
        flags.append(_flag("area_jump", text, jumps, measured.position))
    if empty := _interruptions(shows):
        text = "In {} frames between others the left ventricle was not found."
        flags.append(_flag("frames_empty", text, empty, measured.position))
    return tuple(flags)


def stack_flags(measured: Sequence[SliceMeasurement], ed_frame: int) -> tuple[QualityFlag, ...]:
    """Return the flags of the slices in relation to each other, at end-diastole.

    Args:
        measured: areas of the slices from base to apex.
        ed_frame: frame of end-diastole.
    """
    lv = np.array([_at(entry.lv_area_mm2, ed_frame) for entry in measured])
    rv = np.array([_at(entry.rv_area_mm2, ed_frame) for entry in measured])
    shows = np.flatnonzero(lv >= SHOWS_MM2)
    if not len(shows):
        return ()
    flags = []
    for index in range(shows[0], shows[-1]):
        if lv[index] < SHOWS_MM2:
            text = "The left ventricle was not found, though slices on both sides show it."
            flags.append(QualityFlag("slice_empty", text, "check", measured[index].position))
    if (rv[shows] < SHOWS_MM2).all():
        text = "The right ventricle was not found in any slice."
        flags.append(QualityFlag("rv_missing", text))
    return tuple(flags)


def with_open_base(measured: Sequence[SliceMeasurement]) -> tuple[SliceMeasurement, ...]:
    """Lower the severity of an open wall in the first slice, where the wall ends at the valve.

    Args:
        measured: areas and flags of the slices from base to apex.
    """
    first = next((i for i, m in enumerate(measured) if m.lv_area_mm2.max() >= SHOWS_MM2), None)
    if len(measured) < 2 or first is None:
        return tuple(measured)
    flags = tuple(
        replace(flag, severity="info") if flag.code == "lv_not_enclosed" else flag
        for flag in measured[first].flags
    )
    basal = replace(measured[first], flags=flags)
    return (*measured[:first], basal, *measured[first + 1 :])


def _is_in_parts(labels: np.ndarray) -> bool:
    parts, count = ndimage.label(labels == LV)
    if count < 2:
        return False
    sizes = np.sort(np.bincount(parts.ravel())[1:])
    return bool(sizes[-2] > _PART_SHARE * sizes.sum())


def _has_holes(labels: np.ndarray) -> bool:
    cavity = labels == LV
    holes = ndimage.binary_fill_holes(cavity) & ~cavity
    wall = (labels == MYOCARDIUM) | cavity
    gaps = ndimage.binary_fill_holes(wall) & ~wall
    return bool((holes | gaps).sum() > _HOLE_SHARE * wall.sum())


def _is_open(labels: np.ndarray) -> bool:
    cavity = np.pad(labels == LV, 1)
    border = ndimage.binary_dilation(cavity) & ~cavity
    wall = np.pad(labels == MYOCARDIUM, 1)
    return bool((border & ~wall).sum() > _OPEN_SHARE * border.sum())


_CHECKS = (
    _FrameCheck("lv_in_parts", "the left ventricle is in several parts", _is_in_parts),
    _FrameCheck("holes", "the left ventricle or its wall has holes", _has_holes),
    _FrameCheck("lv_not_enclosed", "the left ventricle is not enclosed by myocardium", _is_open),
)


def _jumps(area_mm2: PerFrame, *, cyclic: bool) -> list[int]:
    """Return the frames whose area differs much from that of the frame before.

    Frames in which the cavity appears or disappears do not count: a basal slice leaves it when the
    valve plane passes.
    """
    before = np.roll(area_mm2, 1)
    if not cyclic:
        before[0] = area_mm2[0]
    shown = np.minimum(area_mm2, before) >= SHOWS_MM2
    wrong = shown & (np.abs(area_mm2 - before) > _JUMP_SHARE * area_mm2.max())
    return [int(frame) for frame in np.flatnonzero(wrong)]


def _interruptions(shows: Bool[np.ndarray, " frames"]) -> list[int]:
    """Return the frames without a cavity in all but the longest gap, which a moving base explains.

    A cavity that is missing in single frames between others was not found by the network.
    """
    runs = list(_runs(~shows))
    longest = max(runs, key=len, default=[])
    return [frame for run in runs if run is not longest or len(run) == 1 for frame in run]


def _runs(missing: Bool[np.ndarray, " frames"]) -> Iterator[list[int]]:
    """Yield cyclic runs of true frames."""
    count = len(missing)
    if missing.all():
        yield list(range(count))
        return
    start = int(np.flatnonzero(~missing)[0])
    run: list[int] = []
    for step in range(1, count + 1):
        frame = (start + step) % count
        if missing[frame]:
            run.append(frame)
        elif run:
            yield run
            run = []


def _flag(code: str, text: str, frames: Sequence[int], position: int) -> QualityFlag:
    counted = f"{len(frames)}" if len(frames) > 1 else "one"
    sentence = text.format(counted)
    if len(frames) == 1:
        sentence = sentence.replace("one frames", "one frame")
    return QualityFlag(code, sentence, "check", position, int(min(frames)))


def _window(labels: Labels) -> tuple[slice, slice]:
    """Return the part of the image that holds all labels, with a margin of one pixel."""
    used = (labels != 0).any(axis=0)
    rows, columns = np.flatnonzero(used.any(axis=1)), np.flatnonzero(used.any(axis=0))
    return (
        slice(max(rows[0] - 1, 0), rows[-1] + 2),
        slice(max(columns[0] - 1, 0), columns[-1] + 2),
    )


def _at(curve: PerFrame, frame: int) -> float:
    return float(curve[min(frame, len(curve) - 1)])
