"""Areas of the labelled structures, in mm², for each frame of each slice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.segmentation.records import PerFrame, SliceMeasurement
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV, Labels
from ptacl.types import Cine

SHOWS_MM2 = 30.0
"""Least area of a cavity that a slice shows; a few pixels are noise."""

Areas = Float64[np.ndarray, "slices frames"]


def structure_area_mm2(labels: Labels, structure: int, spacing_mm: tuple[float, float]) -> PerFrame:
    """Return the area of a structure in each frame.

    Args:
        labels: of one slice.
        structure: one of `ptacl.signal.heart_labels`.
        spacing_mm: row and column spacing.
    """
    pixels = np.count_nonzero(labels == structure, axis=(1, 2))
    return pixels * (spacing_mm[0] * spacing_mm[1])


def measure_slice(cine: Cine, labels: Labels) -> SliceMeasurement:
    """Measure the areas of one slice."""
    return SliceMeasurement(
        position=cine.slice_position or 0,
        offset_mm=cine.slice_offset_mm,
        lv_area_mm2=structure_area_mm2(labels, LV, cine.spacing_mm),
        myocardium_area_mm2=structure_area_mm2(labels, MYOCARDIUM, cine.spacing_mm),
        rv_area_mm2=structure_area_mm2(labels, RV, cine.spacing_mm),
    )


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Areas of all slices of a heart at common frames, in mm²."""

    positions: tuple[int, ...]
    offsets_mm: Float64[np.ndarray, " slices"] | None
    """Distances from the first slice, ascending; None if one of them is unknown."""
    lv: Areas
    myocardium: Areas
    rv: Areas
    frame_times_ms: PerFrame
    """Of the slice in the middle."""
    whole_beat: bool
    """Whether the frames cover the beat, evenly; False for end-diastole and end-systole only."""


def area_table(slices: Sequence[Cine], slice_measurements: Sequence[SliceMeasurement]) -> AreaTable:
    """Arrange the areas of all slices at common frames.

    Slices with another number of frames than the one in the middle are interpolated linearly and
    cyclically by their phase.

    Args:
        slices: from base to apex.
        slice_measurements: of the same slices.
    """
    middle = slices[len(slices) // 2]
    offsets = [measured.offset_mm for measured in slice_measurements]
    known = [offset for offset in offsets if offset is not None]
    return AreaTable(
        positions=tuple(measured.position for measured in slice_measurements),
        offsets_mm=np.array(known, dtype=np.float64) if len(known) == len(offsets) else None,
        lv=_at_frames_of(middle, slices, [m.lv_area_mm2 for m in slice_measurements]),
        myocardium=_at_frames_of(
            middle, slices, [m.myocardium_area_mm2 for m in slice_measurements]
        ),
        rv=_at_frames_of(middle, slices, [m.rv_area_mm2 for m in slice_measurements]),
        frame_times_ms=np.asarray(middle.frame_times_ms, dtype=np.float64),
        whole_beat=not middle.two_phases,
    )


def _at_frames_of(middle: Cine, slices: Sequence[Cine], curves: Sequence[np.ndarray]) -> Areas:
    count = len(middle.frames)
    rows = [
        curve if len(curve) == count else np.interp(middle.phases, cine.phases, curve, period=1.0)
        for cine, curve in zip(slices, curves, strict=True)
    ]
    return np.array(rows, dtype=np.float64)
