"""Areas and volumes of an inspection as CSV, a row for each frame."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from ptacl.segmentation.records import CineInspection, PerFrame, VolumeCurve

AREAS, VOLUMES = "areas.csv", "volumes.csv"
_AREA_COLUMNS = (
    "slice", "offset_mm", "frame", "time_ms", "lv_area_mm2", "myocardium_area_mm2", "rv_area_mm2",
)  # fmt: skip
_VOLUME_COLUMNS = (
    "frame", "time_ms", "lv_ml", "lv_low_ml", "lv_high_ml", "lv_smooth_ml",
    "rv_ml", "rv_low_ml", "rv_high_ml", "rv_smooth_ml", "method",
)  # fmt: skip


def areas_csv(inspection: CineInspection) -> str:
    """Return the areas of all slices and frames as CSV."""
    rows = []
    for cine, entry in zip(inspection.slices, inspection.slice_measurements, strict=True):
        curves = (entry.lv_area_mm2, entry.myocardium_area_mm2, entry.rv_area_mm2)
        for frame, time in enumerate(cine.frame_times_ms):
            areas = (_number(curve[frame]) for curve in curves)
            rows.append(
                (entry.position, _number(entry.offset_mm), frame, _number(float(time)), *areas)
            )
    return _csv(_AREA_COLUMNS, rows)


def volumes_csv(inspection: CineInspection) -> str:
    """Return the volumes of all frames as CSV; columns are empty where nothing was measured."""
    measurement = inspection.measurement
    method = measurement.lv.method if measurement.lv else ""
    rows = [
        (frame, _number(float(time)), *_at(measurement.lv, frame), *_at(measurement.rv, frame),
         method)
        for frame, time in enumerate(measurement.frame_times_ms)
    ]  # fmt: skip
    return _csv(_VOLUME_COLUMNS, rows)


def write_curves(inspection: CineInspection, folder: Path) -> list[Path]:
    """Write both tables into a folder; return their paths."""
    paths = [folder / AREAS, folder / VOLUMES]
    paths[0].write_text(areas_csv(inspection), encoding="utf-8")
    paths[1].write_text(volumes_csv(inspection), encoding="utf-8")
    return paths


def _at(curve: VolumeCurve | None, frame: int) -> tuple[str, ...]:
    if curve is None:
        return ("",) * 4
    values: tuple[PerFrame, ...] = (curve.ml, curve.low_ml, curve.high_ml, curve.smooth_ml)
    return tuple(_number(float(value[frame])) for value in values)


def _number(value: float | None) -> str:
    return f"{value:.2f}" if value is not None and math.isfinite(value) else ""


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
