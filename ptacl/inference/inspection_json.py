"""Inspections as JSON: the output of ``ptacl inspect --json``, also saved in reports."""

import dataclasses
from typing import Any

from ptacl.config.finite_json import finite
from ptacl.phenotypes import body_surface_area_m2, phenotype, surface_of
from ptacl.regression.covariates import READ_FROM
from ptacl.restoration.record import anomaly_record
from ptacl.signal.delineation.conventions import T_END
from ptacl.types import LEADS, Impression, Inspection, Prediction
from ptacl.wording import DISCLAIMER


def to_dict(inspection: Inspection) -> dict[str, Any]:
    """Convert an inspection to plain JSON values; missing measurements are null."""
    ecg, quality = inspection.ecg, inspection.prepared.quality
    return finite(
        {
            "ecg": {
                "format": ecg.source_format,
                "leads": list(LEADS),
                "sample_rate_hz": ecg.sample_rate_hz,
                "duration_s": ecg.duration_s,
                **dataclasses.asdict(inspection.intervals),
                "qtc_formula": "Fridericia",
                "t_end_convention": T_END,
                "pacing_spikes": len(inspection.prepared.pacing_spikes),
                "beats": len(inspection.prepared.r_peaks),
                "device_measurements": dict(ecg.measurements),
                "device_statements": list(ecg.device_statements),
                "missing": dict(ecg.missing),
            },
            "quality": {
                "per_lead": [dataclasses.asdict(lead) for lead in quality.per_lead],
                "usable": quality.usable,
                "reason": quality.reason,
                "estimated": list(quality.estimated),
                "absent": list(quality.absent),
            },
            "person": {
                **dataclasses.asdict(inspection.person),
                "body_surface_area_m2": surface_of(inspection.person),
                "body_surface_area_formula": "Du Bois",
            },
            "rhythm": dataclasses.asdict(inspection.rhythm) if inspection.rhythm else None,
            "withheld": inspection.withheld or None,
            "caveats": [dataclasses.asdict(caveat) for caveat in inspection.caveats],
            "familiarity": dataclasses.asdict(inspection.familiarity),
            "read_from": list(READ_FROM[inspection.known]),
            "phenotypes": [_phenotype(entry, inspection) for entry in inspection.predictions],
            "findings": [
                dataclasses.asdict(entry) | {"state": entry.state} for entry in inspection.findings
            ],
            "anomaly": anomaly_record(inspection.anomaly),
            "neighbours": [dataclasses.asdict(entry) for entry in inspection.neighbours],
            "map": inspection.map_xy,
            "impression": impression_record(inspection.impression),
            "model": dataclasses.asdict(inspection.model),
            "notice": f"{DISCLAIMER}.",
        }
    )


def impression_record(impression: Impression) -> dict[str, Any]:
    """Return the draft impression: its statements, or why there are none, and the lead table."""
    return {
        "statements": [dataclasses.asdict(statement) for statement in impression.statements],
        "withheld": impression.withheld or None,
        "leads": [dataclasses.asdict(lead) for lead in impression.leads],
    }


def _phenotype(prediction: Prediction, inspection: Inspection) -> dict[str, Any]:
    """Convert a prediction; `reference_low` and `reference_high` are null for unknown sex.

    `reference_by_sex` holds the interval of the given sex, or both if it is unknown.
    """
    low, high = prediction.reference[inspection.sex] if inspection.sex else (None, None)
    record: dict[str, Any] = {
        "name": prediction.name,
        "key": prediction.key,
        "unit": prediction.unit,
        "value": prediction.value,
        "low": prediction.low,
        "high": prediction.high,
        "reference_low": low,
        "reference_high": high,
        "reference_by_sex": {
            sex: list(span)
            for sex, span in prediction.reference.items()
            if inspection.sex in (None, sex)
        },
    }
    person = inspection.person
    indexed = indexed_value(prediction, person.height_cm, person.weight_kg)
    if indexed:
        record["indexed"] = {"unit": phenotype(prediction.key).indexed_unit, **indexed}
    return record


def indexed_value(
    prediction: Prediction, height_cm: float | None, weight_kg: float | None
) -> dict[str, float] | None:
    """Return value and interval per m² of body surface area (Du Bois); None if not applicable."""
    if not height_cm or not weight_kg or phenotype(prediction.key).indexed_reference is None:
        return None
    area = body_surface_area_m2(height_cm, weight_kg)
    return {
        "value": prediction.value / area,
        "low": prediction.low / area,
        "high": prediction.high / area,
    }
