"""One slice of a measured cine as the player shows it: a window on the heart, contours, curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64, UInt8

if TYPE_CHECKING:
    from ptacl.segmentation.contours import Ring
    from ptacl.segmentation.records import CineInspection
    from ptacl.signal.heart_labels import Labels
    from ptacl.types import Cine

MARGIN_MM = 25.0
LEAST_MM = 110.0
"""Smallest side of the window."""
MM2_PER_CM2 = 100.0

Curve = Float64[np.ndarray, " frames"]
Window = tuple[int, int, int, int]
"""First row, first column, rows, columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Curves of both ventricles with a value for each frame that is shown."""

    left: Curve
    right: Curve | None
    are_volumes: bool
    """In mL; otherwise areas in this slice in cm²."""
    ed_frame: int | None
    es_frame: int | None


@dataclass(frozen=True, slots=True, eq=False)
class ShownSlice:
    """What the player is given of one slice."""

    frames: UInt8[np.ndarray, "frames rows columns"]
    offset: tuple[int, int]
    """Row and column of the slice at which the frames begin."""
    spacing_mm: tuple[float, float]
    rings: Mapping[str, Sequence[Sequence[Ring]]]
    """Outline → rings of each frame, in pixels of the whole slice."""


def show_slice(cine: Cine, labels: Labels, window: Window) -> ShownSlice:
    """Return the pixels of a window and the contours of all frames.

    Args:
        cine: the slice.
        labels: of the slice.
        window: the part to show.
    """
    # Imported here: contourpy and the filters are slow to load, and other pages use neither.
    from ptacl.segmentation.contours import OUTLINES, contours
    from ptacl.signal.cine_grid import to_bytes

    row, column, rows, columns = window
    return ShownSlice(
        frames=to_bytes(cine.frames[:, row : row + rows, column : column + columns]),
        offset=(row, column),
        spacing_mm=(float(cine.spacing_mm[0]), float(cine.spacing_mm[1])),
        rings={outline: [contours(frame, outline) for frame in labels] for outline in OUTLINES},
    )


def whole_window(cine: Cine) -> Window:
    """Return the window of the whole field of view."""
    rows, columns = cine.frames.shape[1:]
    return 0, 0, rows, columns


def heart_window(inspection: CineInspection, index: int) -> Window:
    """Return a square about the hearts of all slices on the same grid; all where there is none.

    Args:
        inspection: the cine, as first labelled, so that a correction does not move the picture.
        index: of the slice.
    """
    cine = inspection.slices[index]
    shape = cine.frames.shape[1:]
    alike = [own for own in inspection.labels if own.shape[1:] == shape]
    heart = np.any([(own > 0).any(axis=0) for own in alike], axis=0)
    if not heart.any():
        return whole_window(cine)
    spans = [_span(heart.any(axis=1 - axis), cine.spacing_mm[axis]) for axis in (0, 1)]
    side_mm = max(LEAST_MM, *(width * cine.spacing_mm[k] for k, (_, width) in enumerate(spans)))
    (row, rows), (column, columns) = (
        _within(centre, side_mm / cine.spacing_mm[axis], shape[axis])
        for axis, (centre, _) in enumerate(spans)
    )
    return row, column, rows, columns


def _span(present: np.ndarray, spacing_mm: float) -> tuple[float, float]:
    """Return centre and width in pixels, with the margin."""
    places = np.flatnonzero(present)
    first, last = float(places[0]), float(places[-1])
    return (first + last) / 2, last - first + 1 + 2 * MARGIN_MM / spacing_mm


def _within(centre: float, width: float, size: int) -> tuple[int, int]:
    count = min(round(width), size)
    start = round(centre - (count - 1) / 2)
    return min(max(start, 0), size - count), count


def curves(inspection: CineInspection, index: int) -> Curves | None:
    """Return the volume curves, or the areas in this slice where there is no volume.

    None for a pair of phases, which has no curve.

    Args:
        inspection: the cine.
        index: of the slice, whose frames the curves follow.
    """
    measurement, cine = inspection.measurement, inspection.slices[index]
    count = len(cine.frames)
    if count < 3:
        return None
    marks = [_mark(frame, count, inspection) for frame in _phases(inspection)]
    if measurement.lv is not None:
        right = None if measurement.rv is None else _spread(measurement.rv.ml, count)
        return Curves(_spread(measurement.lv.ml, count), right, True, *marks)
    areas = inspection.slice_measurements[index]
    left, right = (
        np.asarray(area, np.float64) / MM2_PER_CM2
        for area in (areas.lv_area_mm2, areas.rv_area_mm2)
    )
    return Curves(left, right if right.any() else None, False, *marks)


def _phases(inspection: CineInspection) -> tuple[int | None, int | None]:
    return inspection.measurement.ed_frame, inspection.measurement.es_frame


def phase_marks(inspection: CineInspection, index: int) -> tuple[int | None, int | None]:
    """Return the frames of end-diastole and end-systole among the frames of a slice."""
    count = len(inspection.slices[index].frames)
    first, second = (_mark(frame, count, inspection) for frame in _phases(inspection))
    return first, second


def _mark(frame: int | None, count: int, inspection: CineInspection) -> int | None:
    """Return a frame of the curves as a frame of a slice, which may have another number of them."""
    if frame is None:
        return None
    return round(frame * count / len(inspection.measurement.frame_times_ms)) % count


def _spread(values: np.ndarray, count: int) -> Curve:
    """Return a curve over the beat at another number of frames."""
    if len(values) == count:
        return np.asarray(values, np.float64)
    phases = np.arange(count) / count
    return np.interp(phases, np.arange(len(values)) / len(values), values, period=1.0)
