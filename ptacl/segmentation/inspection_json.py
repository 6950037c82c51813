"""Inspections of cines as JSON: the output of ``ptacl segment --json``, also saved with the masks.

Only numbers that are finite are written; what was not measured is null.
"""

import dataclasses
from typing import Any

from ptacl.config.finite_json import finite
from ptacl.phenotypes import phenotype
from ptacl.segmentation.records import CineInspection, Measured, VolumeCurve
from ptacl.wording import DISCLAIMER

FORMAT, FORMAT_VERSION = "ptacl-cine-measurement", 1
RECORD = "measurement.json"


def to_dict(inspection: CineInspection) -> dict[str, Any]:
    """Convert an inspection to plain JSON values, without pixels and labels."""
    measurement = inspection.measurement
    return finite(
        {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "name": inspection.name,
            "segmenter": dataclasses.asdict(inspection.segmenter),
            "phenotypes": [_phenotype(*entry) for entry in measurement.phenotypes.items()],
            "ed_frame": measurement.ed_frame,
            "es_frame": measurement.es_frame,
            "frame_times_ms": measurement.frame_times_ms,
            "lv_curve": _curve(measurement.lv),
            "rv_curve": _curve(measurement.rv),
            "coverage": dataclasses.asdict(measurement.coverage),
            "slices": [_slice(inspection, index) for index in range(len(inspection.slices))],
            "flags": [dataclasses.asdict(flag) for flag in inspection.flags],
            "unreadable": [dataclasses.asdict(entry) for entry in inspection.unreadable],
            "corrected": inspection.corrected,
            "notice": f"{DISCLAIMER}.",
        }
    )


def _phenotype(key: str, measured: Measured) -> dict[str, Any]:
    entry = phenotype(key)
    return {
        "key": key,
        "name": entry.name,
        "unit": entry.unit,
        **dataclasses.asdict(measured),
    }


def _curve(curve: VolumeCurve | None) -> dict[str, Any] | None:
    return None if curve is None else dataclasses.asdict(curve)


def _slice(inspection: CineInspection, index: int) -> dict[str, Any]:
    cine, measured = inspection.slices[index], inspection.slice_measurements[index]
    return {
        "position": measured.position,
        "offset_mm": measured.offset_mm,
        "spacing_mm": cine.spacing_mm,
        "rr_ms": cine.rr_ms,
        "format": cine.source_format,
        "frame_times_ms": cine.frame_times_ms,
        "lv_area_mm2": measured.lv_area_mm2,
        "myocardium_area_mm2": measured.myocardium_area_mm2,
        "rv_area_mm2": measured.rv_area_mm2,
        "caveats": [dataclasses.asdict(caveat) for caveat in cine.caveats],
    }
