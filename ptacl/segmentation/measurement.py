"""Areas of all slices to volumes, ejection fractions and mass, as far as the slices allow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ptacl.segmentation.area_length import (
    MUSCLE_DENSITY_G_ML,
    mass_by_area_length,
    volume_by_area_length,
)
from ptacl.segmentation.areas import SHOWS_MM2, AreaTable, area_table
from ptacl.segmentation.coverage import LEAST_COVERED, Extent, describe_coverage, find_extent
from ptacl.segmentation.records import (
    SUMMATION,
    CineMeasurement,
    Coverage,
    Measured,
    PerFrame,
    QualityFlag,
    SliceMeasurement,
    VolumeCurve,
)
from ptacl.segmentation.smoothing import largest_and_smallest, smooth_over_beat
from ptacl.segmentation.thick_stacks import THICK_STEP_MM, integrate
from ptacl.segmentation.uncertainty import (
    FRAME_CONTOUR_MM,
    SHARED_CONTOUR_MM,
    VolumeEstimate,
    ejection_fraction,
    perimeter_mm,
    stroke_volume,
    volume_at,
    with_sd,
)
from ptacl.segmentation.volumes import slice_heights_mm, sum_slices
from ptacl.types import Cine


@dataclass(frozen=True, slots=True)
class MeasuredCine:
    """A measurement with its flags."""

    measurement: CineMeasurement
    flags: tuple[QualityFlag, ...] = ()


def measure_cine(
    slices: Sequence[Cine], slice_measurements: Sequence[SliceMeasurement]
) -> MeasuredCine:
    """Measure volumes, ejection fractions and mass.

    End-diastole is the frame with the largest left ventricular volume after smoothing over the beat
    (`smoothing`), end-systole that with the smallest; the values are those of the unsmoothed curve
    at these frames. The right ventricle is measured at the same frames.

    Args:
        slices: from base to apex.
        slice_measurements: of the same slices.
    """
    table = area_table(slices, slice_measurements)
    if table.lv.max() < SHOWS_MM2:
        return _areas_only(table, "lv_not_found", "No slice shows the left ventricle.")
    if len(slices) == 1:
        return _single_slice(table, slices[0])
    if table.offsets_mm is None or (np.diff(table.offsets_mm) <= 0).any():
        text = "The files do not state how far apart the slices are, so no volume is given."
        return _areas_only(table, "no_slice_distance", text)
    return _stack(table, table.offsets_mm)


def _single_slice(table: AreaTable, cine: Cine) -> MeasuredCine:
    position, count = cine.slice_position, cine.slice_count
    if position is not None and count is not None and abs(position - count // 2) > 1:
        text = (
            f"Slice {position} of {count} is not in the middle of the ventricle. Areas are given, "
            "volumes are not."
        )
        return _areas_only(table, "slice_not_middle", text)
    curve = smooth_over_beat(table.lv[0], cyclic=table.whole_beat)
    estimate = volume_by_area_length(table.lv[0], curve)
    ed, es = largest_and_smallest(curve)
    mass = None
    if table.myocardium[0, ed] > 0 and table.lv[0, ed] > 0:
        mass = mass_by_area_length(float(table.lv[0, ed]), float(table.myocardium[0, ed]))
    text = (
        "One slice does not show the length of the ventricle: volumes and mass are estimates from "
        "its area and the length usual at that size, with wide intervals."
    )
    measurement = CineMeasurement(
        table.frame_times_ms,
        Coverage(step_mm=None),
        lv=_curve(estimate, table),
        ed_frame=ed,
        es_frame=es,
        lvm_g=mass,
        **_values("lv", estimate, ed, es),
    )
    return MeasuredCine(measurement, (QualityFlag("single_slice", text, "info"),))


def _stack(table: AreaTable, offsets_mm: np.ndarray) -> MeasuredCine:
    total = smooth_over_beat(table.lv.sum(axis=0), cyclic=table.whole_beat)
    extent = find_extent(offsets_mm, table.lv[:, int(np.argmax(total))])
    coverage = describe_coverage(table, extent)
    if extent is None:
        text = "Only one slice of the stack shows the left ventricle: no volume is given."
        return _areas_only(table, "too_few_slices", text)
    if (coverage.covered or 0) < LEAST_COVERED:
        text = f"{coverage.text} Areas are given, volumes are not."
        return _areas_only(table, "too_little_covered", text.strip(), coverage)
    thick = extent.step_mm > THICK_STEP_MM
    lv = (
        integrate(table.lv, offsets_mm, extent, cyclic=table.whole_beat)
        if thick
        else sum_slices(table.lv, offsets_mm, extent)
    )
    ed, es = largest_and_smallest(smooth_over_beat(lv.ml, cyclic=table.whole_beat))
    measurement = CineMeasurement(
        table.frame_times_ms,
        coverage,
        lv=_curve(lv, table),
        ed_frame=ed,
        es_frame=es,
        lvm_g=_mass(table, offsets_mm, extent, ed),
        **_values("lv", lv, ed, es),
    )
    flags = [QualityFlag("partly_covered", coverage.text)] if coverage.text else []
    return MeasuredCine(_with_rv(measurement, table, offsets_mm, extent), tuple(flags))


def _with_rv(
    measurement: CineMeasurement, table: AreaTable, offsets_mm: np.ndarray, extent: Extent
) -> CineMeasurement:
    ed, es = measurement.ed_frame or 0, measurement.es_frame or 0
    if np.count_nonzero(table.rv[:, ed] >= SHOWS_MM2) < 2:
        return measurement
    rv = sum_slices(table.rv, offsets_mm, extent)
    return replace(measurement, rv=_curve(rv, table), **_values("rv", rv, ed, es))


def _mass(table: AreaTable, offsets_mm: np.ndarray, extent: Extent, ed: int) -> Measured | None:
    """Return the mass in g by summation of the myocardium at end-diastole."""
    muscle, cavity = table.myocardium[:, ed], table.lv[:, ed]
    if not muscle.any():
        return None
    heights = slice_heights_mm(offsets_mm, extent.step_mm)
    estimate = sum_slices(table.myocardium[:, [ed]], offsets_mm, extent)
    both_mm = np.hypot(perimeter_mm(muscle + cavity), perimeter_mm(cavity))
    contour_mm = float(np.hypot(SHARED_CONTOUR_MM, FRAME_CONTOUR_MM))
    sd_ml = float(np.hypot(contour_mm * (heights @ both_mm) / 1000, estimate.independent_ml[0]))
    density = MUSCLE_DENSITY_G_ML
    return with_sd(density * float(estimate.ml[0]), density * sd_ml, SUMMATION)


def _values(ventricle: str, estimate: VolumeEstimate, ed: int, es: int) -> dict[str, Any]:
    """Return the fields of a ventricle in `CineMeasurement`."""
    return {
        f"{ventricle}edv_ml": volume_at(estimate, ed),
        f"{ventricle}esv_ml": volume_at(estimate, es),
        f"{ventricle}sv_ml": stroke_volume(estimate, ed, es),
        f"{ventricle}ef_pct": ejection_fraction(estimate, ed, es),
    }


def _curve(estimate: VolumeEstimate, table: AreaTable) -> VolumeCurve:
    low, high = estimate.interval_ml
    smooth: PerFrame = smooth_over_beat(estimate.ml, cyclic=table.whole_beat)
    return VolumeCurve(estimate.ml, smooth, low, high, estimate.method)


def _areas_only(
    table: AreaTable, code: str, text: str, coverage: Coverage | None = None
) -> MeasuredCine:
    """Return end-diastole and end-systole by area, without volumes, and why."""
    total = smooth_over_beat(table.lv.sum(axis=0), cyclic=table.whole_beat)
    ed, es = largest_and_smallest(total) if total.max() > 0 else (None, None)
    measurement = CineMeasurement(
        table.frame_times_ms, coverage or Coverage(step_mm=None), ed_frame=ed, es_frame=es
    )
    return MeasuredCine(measurement, (QualityFlag(code, text, "withhold"),))
