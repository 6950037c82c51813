"""The structured report, read back by pydicom and by highdicom."""

import io
from dataclasses import replace

import pydicom
import pytest
from highdicom.sr import ComprehensiveSR

from ptacl.phenotypes import body_surface_area_m2
from ptacl.reporting.details import ReportDetails
from ptacl.reporting.exchange.codes import RESEARCH_TITLE
from ptacl.reporting.exchange.structured_report import structured_report
from ptacl.types import NO_IMPRESSION, UNKNOWN_PERSON
from tests.reporting.exchange.made_report import DETAILS, made_inspection


def read(inspection=None, details=DETAILS):
    content = structured_report(inspection or made_inspection(), details)
    return pydicom.dcmread(io.BytesIO(content))


def named(item) -> str:
    return item.ConceptNameCodeSequence[0].CodeMeaning


def below(item, title):
    return next(each for each in item.ContentSequence if named(each) == title)


def numbers(item) -> dict[str, tuple[float, str]]:
    return {
        named(each): (
            float(each.MeasuredValueSequence[0].NumericValue),
            each.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue,
        )
        for each in item.get("ContentSequence", [])
        if each.ValueType == "NUM"
    }


@pytest.fixture(scope="module")
def report():
    return read()


def test_highdicom_takes_it_as_a_comprehensive_report(report):
    taken = ComprehensiveSR.from_dataset(report)
    assert taken.content[0].name.value == "11524-6"
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "3700"


def test_the_measured_intervals_are_in_the_container_of_their_template(report):
    container = below(report, "ECG Global Measurements")
    assert numbers(container) == {
        "Ventricular Heart Rate": (63.9, "/min"),
        "PR interval global": (152.0, "ms"),
        "QRS duration global": (94.0, "ms"),
        "QT interval global": (410.0, "ms"),
        "QTc global using Fredericia formula": (418.8, "ms"),
        "QRS axis": (18.6, "deg"),
    }


def test_predictions_are_in_the_research_container_alone_with_their_intervals(report):
    research = below(report, RESEARCH_TITLE)
    inspection = made_inspection()
    found, surface = numbers(research), body_surface_area_m2(178.0, 80.0)
    for entry in inspection.predictions:
        value, unit = found[f"{entry.name} predicted from the ECG"]
        assert value == pytest.approx(entry.value, abs=0.01) and unit == entry.unit
        item = below(research, f"{entry.name} predicted from the ECG")
        low, high = numbers(item).values()
        assert (low[0], high[0]) == (
            pytest.approx(entry.low, abs=0.01),
            pytest.approx(entry.high, abs=0.01),
        )
        assert item.ConceptNameCodeSequence[0].CodingSchemeDesignator == "99PTACL"
    lvedv = next(entry for entry in inspection.predictions if entry.key == "lvedv_ml")
    indexed = found["LVEDV per m2, predicted from the ECG"]
    assert indexed == (pytest.approx(lvedv.value / surface, abs=0.01), "mL/m2")
    others = [each for each in report.ContentSequence if named(each) != RESEARCH_TITLE]
    assert "predicted" not in str(others)
    notices = [each.TextValue for each in research.ContentSequence if each.ValueType == "TEXT"]
    assert any("not a medical device" in text for text in notices)
    assert any("Synthetic" in text for text in notices)
    assert "SYNTHETIC" in report.SeriesDescription


def test_it_is_a_draft_without_identity_and_with_the_date_that_was_given(report):
    assert (report.CompletionFlag, report.VerificationFlag) == ("PARTIAL", "UNVERIFIED")
    assert str(report.PatientName) == report.PatientID == report.PatientBirthDate == ""
    assert "doe" not in str(report).lower()
    assert (report.StudyDate, report.ContentDate) == ("20260309", "20260401")
    assert (report.PatientSex, report.PatientAge) == ("M", "061Y")
    assert float(report.PatientSize) == 1.78


def test_statements_on_measurements_and_the_comment_are_texts_in_any_script(report):
    impressions = [each.TextValue for each in below(report, "Impressions").ContentSequence]
    assert len(impressions) == 2 and impressions[0].startswith("Sinus rhythm, 60/min (definite")
    assert below(report, "Comment").TextValue == "Überprüfen: LBBB?"


def test_where_nothing_is_predicted_or_known_only_that_is_said():
    quality = replace(made_inspection().prepared.quality, usable=False, reason="All leads flat.")
    prepared = replace(made_inspection().prepared, quality=quality)
    report = read(
        made_inspection(
            predictions=(), person=UNKNOWN_PERSON, impression=NO_IMPRESSION, prepared=prepared
        ),
        ReportDetails(),
    )
    ComprehensiveSR.from_dataset(report)
    research = below(report, RESEARCH_TITLE)
    assert numbers(research) == {}
    assert any("All leads flat." in each.TextValue for each in research.ContentSequence)
    titles = {named(each) for each in report.ContentSequence}
    assert not titles & {"Impressions", "Comment", "Person, as stated"}
    assert report.StudyDate == report.PatientSex == "" and "PatientAge" not in report
