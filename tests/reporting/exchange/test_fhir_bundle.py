"""The bundle, validated by the models of fhir.resources (R4B: the same resources as in R4)."""

import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.bundle import Bundle

from ptacl.reporting.details import ReportDetails
from ptacl.reporting.exchange.codes import RESEARCH_TITLE
from ptacl.reporting.exchange.fhir_bundle import fhir_bundle
from ptacl.types import NO_IMPRESSION, UNKNOWN_PERSON
from tests.reporting.exchange.made_report import DETAILS, made_inspection


@pytest.fixture(scope="module")
def bundle():
    return Bundle.model_validate_json(json.dumps(fhir_bundle(made_inspection(), DETAILS)))


def resources(bundle, kind):
    return [e.resource for e in bundle.entry if e.resource.get_resource_type() == kind]


def named(bundle, title):
    return next(o for o in resources(bundle, "Observation") if o.code.text == title)


def test_every_reference_leads_to_an_entry(bundle):
    urls = {entry.fullUrl for entry in bundle.entry}
    assert len(urls) == len(bundle.entry)
    for report in resources(bundle, "DiagnosticReport"):
        assert report.subject.reference in urls
        assert {each.reference for each in report.result} <= urls


def test_measured_values_have_loinc_codes_and_units_in_ucum(bundle):
    qrs = named(bundle, "QRS duration")
    assert (qrs.code.coding[0].system, qrs.code.coding[0].code) == ("http://loinc.org", "8633-0")
    quantity = qrs.valueQuantity
    assert (float(quantity.value), quantity.code) == (94.0, "ms")
    assert quantity.system == "http://unitsofmeasure.org"
    assert float(named(bundle, "Body height").valueQuantity.value) == 178.0
    surface = named(bundle, "Body surface area Derived from formula").valueQuantity
    assert (float(surface.value), surface.code) == (1.98, "m2")


def test_predictions_are_coded_as_text_and_only_in_the_research_report(bundle):
    measured, research = resources(bundle, "DiagnosticReport")
    assert research.code.text == RESEARCH_TITLE and research.code.coding is None
    by_url = {entry.fullUrl: entry.resource for entry in bundle.entry}
    predicted = [by_url[each.reference] for each in research.result]
    assert len(predicted) == 9 + 7
    for each in predicted:
        assert each.code.coding is None and "predicted from the ECG" in each.code.text
        assert "not for diagnosis" in each.method.text and len(each.component) == 2
    assert not {r.reference for r in measured.result} & {r.reference for r in research.result}
    assert "Synthetic" in research.conclusion and "not a medical device" in research.conclusion
    assert {tag.code for tag in bundle.meta.tag} == {"HRESCH", "HTEST"}


def test_it_is_preliminary_and_without_identity(bundle):
    assert {r.status for r in resources(bundle, "DiagnosticReport")} == {"preliminary"}
    patient = resources(bundle, "Patient")[0]
    assert (patient.gender, patient.name, patient.identifier, patient.birthDate) == (
        "male", None, None, None,
    )  # fmt: skip
    assert "doe" not in bundle.model_dump_json().lower()
    assert str(resources(bundle, "DiagnosticReport")[0].effectiveDateTime) == "2026-03-09"
    assert "Comment of the reader: Überprüfen: LBBB?" in (
        resources(bundle, "DiagnosticReport")[0].conclusion
    )


def test_where_nothing_is_predicted_or_known_the_bundle_is_still_valid():
    bare = made_inspection(
        predictions=(), person=UNKNOWN_PERSON, impression=NO_IMPRESSION,
        intervals=replace(made_inspection().intervals, pr_ms=float("nan")),
    )  # fmt: skip
    bundle = Bundle.model_validate(fhir_bundle(bare, ReportDetails()))
    measured, research = resources(bundle, "DiagnosticReport")
    assert research.result is None and "Nothing is predicted" not in measured.model_dump_json()
    assert not any(o.code.text == "P-R Interval" for o in resources(bundle, "Observation"))
    assert resources(bundle, "Patient")[0].gender is None
