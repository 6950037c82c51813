"""A FHIR R4 bundle of one inspection: observations and two diagnostic reports.

The first report holds what was measured, with LOINC codes. The second, titled as research, holds
the predictions, coded as text: there is no code for a volume that a model predicts from an ECG.
Identity is not known to PTACL: the patient has a gender and nothing else.
"""

import math
import uuid
from collections.abc import Iterator
from typing import Any

import ptacl
from ptacl.phenotypes import surface_of
from ptacl.reporting.details import ReportDetails
from ptacl.reporting.exchange.codes import (
    ECG_CODES,
    ECG_STUDY,
    PERSON_CODES,
    RESEARCH_TITLE,
    Code,
)
from ptacl.reporting.exchange.predicted import (
    PredictedValue,
    measured_statements,
    notices,
    predicted_values,
)
from ptacl.types import Inspection

Resource = dict[str, Any]
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
TERMS = "http://terminology.hl7.org/CodeSystem"
CATEGORY = {"coding": [{"system": f"{TERMS}/observation-category", "code": "procedure"}]}
VITALS = {"coding": [{"system": f"{TERMS}/observation-category", "code": "vital-signs"}]}
RESEARCH_TAG = {"system": f"{TERMS}/v3-ActReason", "code": "HRESCH",
                "display": "healthcare research"}  # fmt: skip
SYNTHETIC_TAG = {"system": f"{TERMS}/v3-ActReason", "code": "HTEST",
                 "display": "test health data"}  # fmt: skip


def fhir_bundle(inspection: Inspection, details: ReportDetails) -> Resource:
    """Return the bundle as plain JSON values.

    Args:
        inspection: with the impression as the reader left it.
        details: dates and comment.
    """
    about = _About(inspection, details)
    patient = about.entry(_patient(inspection))
    device = about.entry(_device(inspection))
    about.refer(subject=patient, device=device)
    measured = [about.entry(each) for each in _measured(about)]
    predicted = [about.entry(_prediction(about, each)) for each in predicted_values(inspection)]
    about.entry(_ecg_report(about, measured))
    about.entry(_research_report(about, predicted))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": f"{details.reported_on.isoformat()}T00:00:00Z",
        "meta": {"tag": about.tags},
        "entry": about.entries,
    }


class _About:
    """Entries of one bundle, and what they have in common."""

    def __init__(self, inspection: Inspection, details: ReportDetails) -> None:
        self.inspection, self.details = inspection, details
        self.entries: list[Resource] = []
        self.tags = [RESEARCH_TAG, *([SYNTHETIC_TAG] if inspection.model.synthetic else [])]
        self.common: Resource = {}
        self.device: Resource = {}

    def entry(self, resource: Resource) -> Resource:
        """Add a resource and return a reference to it."""
        url = f"urn:uuid:{uuid.uuid4()}"
        self.entries.append({"fullUrl": url, "resource": resource})
        return {"reference": url}

    def refer(self, subject: Resource, device: Resource) -> None:
        """Set subject, device and date of the following resources."""
        recorded = self.details.recorded_on
        when = {"effectiveDateTime": recorded.isoformat()} if recorded else {}
        self.common = {"meta": {"tag": self.tags}, "status": "preliminary", "subject": subject,
                       **when}  # fmt: skip
        self.device = {"device": device}


def _patient(inspection: Inspection) -> Resource:
    gender = {"gender": inspection.sex} if inspection.sex else {}
    return {"resourceType": "Patient", **gender}


def _device(inspection: Inspection) -> Resource:
    return {
        "resourceType": "Device",
        "manufacturer": "PTACL",
        "deviceName": [{"name": f"PTACL, model {inspection.model.name}", "type": "model-name"}],
        "version": [{"value": ptacl.__version__}],
        "note": [{"text": text} for text in notices(inspection)],
    }


def _measured(about: _About) -> Iterator[Resource]:
    """Yield an observation for each value that was measured or is known of the person."""
    intervals, person = about.inspection.intervals, about.inspection.person
    for row in ECG_CODES:
        value = getattr(intervals, row.key)
        if math.isfinite(value):
            yield _observation(about, _loinc(row.loinc), round(value, 1), row.unit) | about.device
    known = {"age_years": person.age_years, "height_cm": person.height_cm,
             "weight_kg": person.weight_kg, "surface_m2": surface_of(person)}  # fmt: skip
    for row in PERSON_CODES:
        if (value := known[row.key]) is not None:
            observation = _observation(about, _loinc(row.loinc), round(value, 2), row.unit)
            yield observation | {"category": [VITALS]}


def _observation(about: _About, code: Resource, value: float, unit: str) -> Resource:
    return {
        "resourceType": "Observation",
        **about.common,
        "category": [CATEGORY],
        "code": code,
        "valueQuantity": _quantity(value, unit),
    }


def _prediction(about: _About, each: PredictedValue) -> Resource:
    """Return a prediction with the ends of its interval as components."""
    observation = _observation(about, {"text": each.code.meaning}, each.value, each.unit)
    ends = (("Lower end", each.low), ("Upper end", each.high))
    observation |= about.device | {
        "method": {"text": "Predicted from the ECG by a model; not measured, not for diagnosis"},
        "component": [
            {
                "code": {"text": f"{title} of the 90 % prediction interval"},
                "valueQuantity": _quantity(value, each.unit),
            }
            for title, value in ends
        ],
        "note": [{"text": text} for text in notices(about.inspection)],
    }
    if each.reference:
        low, high = (_quantity(value, each.unit) for value in each.reference)
        observation["referenceRange"] = [{"low": low, "high": high}]
    return observation


def _ecg_report(about: _About, results: list[Resource]) -> Resource:
    """Return the report of what was measured, with the draft impression as its conclusion."""
    lines = measured_statements(about.inspection)
    if about.details.comment:
        lines.append(f"Comment of the reader: {about.details.comment}")
    conclusion = {"conclusion": "\n".join(lines)} if lines else {}
    code = _loinc(ECG_STUDY)
    return {"resourceType": "DiagnosticReport", **about.common, "code": code,
            "issued": f"{about.details.reported_on.isoformat()}T00:00:00Z",
            **({"result": results} if results else {}), **conclusion}  # fmt: skip


def _research_report(about: _About, results: list[Resource]) -> Resource:
    return {"resourceType": "DiagnosticReport", **about.common, "code": {"text": RESEARCH_TITLE},
            "issued": f"{about.details.reported_on.isoformat()}T00:00:00Z",
            **({"result": results} if results else {}),
            "conclusion": " ".join(notices(about.inspection))}  # fmt: skip


def _loinc(code: Code) -> Resource:
    coding = {"system": LOINC, "code": code.value, "display": code.meaning}
    return {"coding": [coding], "text": code.meaning}


def _quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
