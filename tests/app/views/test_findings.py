"""Probabilities of findings on *Inspect an ECG*, on *Volumes* and in the report."""

from dataclasses import replace

import numpy as np

from app.report import html
from app.report.content import compose
from app.text.finding_sentences import counted
from ptacl.checkpoint.reports import Metrics, ProbabilityReport, write_metrics
from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.checkpoint.reports.probabilities import FindingFigures, PointFigures
from ptacl.gallery.probabilities import Points, ProbabilityHeads
from ptacl.metrics.reliability import ReliabilityBin
from ptacl.regression.logistic import LogisticHeads
from ptacl.stats.interval import Interval
from ptacl.types import FindingProbability, OperatingPoint
from tests.app.driving import shown, tables, text

FLAG = OperatingPoint(0.16, 0.83, 0.95, 52, 579)
EXCLUDE = OperatingPoint(0.07, 0.9, 0.88, 52, 579)
FINDINGS = (
    FindingProbability("lvef_below_50", "LVEF below 50 %", 0.62, FLAG, EXCLUDE),
    FindingProbability("lvef_below_40", "LVEF below 40 %", 0.09, FLAG, EXCLUDE),
    FindingProbability("hypertrophy", "hypertrophy", 0.004, FLAG, EXCLUDE),
)


def test_a_flagged_finding_is_a_warning_with_its_operating_point_and_all_are_a_table(
    app, gallery, monkeypatch
):
    inspection = replace(gallery.inspection("S0-00000"), findings=FINDINGS)
    monkeypatch.setattr(gallery, "inspection", lambda subject: inspection)
    page = shown(app, "inspect_ecg")
    assert not page.error
    (warning,) = page.warning
    assert "LVEF below 50 %: flagged, probability 62 %" in warning.value
    assert "sensitivity .83, specificity .95 among 52 simulated hearts" in warning.value
    assert "No real heart is among them" in text(page)
    shown_table = next(each for each in tables(page) if "Which is" in each)
    assert list(shown_table["Which is"]) == ["flagged", "not excluded", "unlikely"]
    assert list(shown_table["Probability"]) == ["62 %", "9.0 %", "below 1 %"]


def test_without_probabilities_nothing_of_them_is_shown(app):
    for view in ("inspect_ecg", "volumes"):
        page = shown(app, view)
        assert not page.error
        assert "Flagged" not in text(page) and "Who is flagged" not in text(page)


def test_volumes_shows_stated_and_measured_operating_points(app, gallery, monkeypatch):
    probability = np.where(gallery.table["lvef_pct"] < 58, 0.9, 0.01)
    table = gallery.table.assign(probability_lvef_below_50=probability)
    table.iloc[:5, table.columns.get_loc("lvef_pct")] = 40.0
    monkeypatch.setattr(gallery, "table", table)
    point = OperatingPoint(0.5, 0.8, 0.95, 52, 579)
    heads = ProbabilityHeads(
        LogisticHeads((), np.empty((8, 0)), np.empty(0)), {}, (20.0, 80.0),
        {"lvef_below_50": Points(point, point)},
    )  # fmt: skip
    monkeypatch.setattr(gallery.probabilities, "heads", lambda lead_set, known: heads)
    page = shown(app, "volumes")
    assert not page.error
    said = text(page)
    assert "Who is flagged" in said and "Synthetic: sensitivity and specificity" in said
    points = next(each for each in tables(page) if "Flagged from" in each)
    assert list(points.index) == ["LVEF below 50 %"]
    assert points["Stated (sensitivity, specificity)"].iloc[0] == "80 %, 95 %"
    assert points["Flagged from"].iloc[0] == "50 %"


def test_the_model_page_shows_a_recorded_evaluation(app, gallery, tmp_path, monkeypatch):
    share = MeanInterval(0.9, 0.8, 0.95, 49)
    point = PointFigures(0.16, 0.83, 0.95, share, share)
    figures = FindingFigures(
        "LVEF below 50 %", 49, 451, Interval(0.95, 0.94, 0.96), 0.016, 0.04,
        (ReliabilityBin(0.05, 0.04, 500),), point, point,
    )  # fmt: skip
    report = ProbabilityReport(
        "fake", "fresh", True, 500, {"lvef_below_50": figures}, {"lvef_pct": {"all": share}},
        {"all": share}, {"stated": 15.3}, {"LVEF below 40 %: inside the interval": share},
    )  # fmt: skip
    write_metrics(tmp_path, Metrics(probabilities=report))
    monkeypatch.setattr(gallery, "checkpoint_path", tmp_path)
    page = shown(app, "model")
    assert not page.error
    assert "500 held-out subjects of fresh. Simulated hearts" in text(page)
    shown_tables = tables(page)
    findings = next(each for each in shown_tables if "flagged from" in each)
    assert findings["flagged from: stated"].iloc[0] == "0.83, 0.95"
    assert any("below 40 %" in each for each in shown_tables)


def test_the_report_lists_every_finding(gallery):
    inspection = replace(gallery.inspection("S0-00000"), findings=FINDINGS)
    content = compose(inspection, [], "one", origin="", filter_label="")
    assert len(content.findings) == len(FINDINGS)
    assert "Probabilities of findings" in html.to_html(content)
    assert "LVEF below 40 %: not excluded, probability 9.0 %" in html.to_html(content)
    without = compose(gallery.inspection("S0-00000"), [], "one", origin="", filter_label="")
    assert "Probabilities of findings" not in html.to_html(without)


def test_the_hearts_behind_the_thresholds_are_counted():
    said = counted(FINDINGS, synthetic=True)
    assert "631 simulated held-out hearts (52 LVEF below 50 %" in said
    assert "simulated" not in counted(FINDINGS, synthetic=False)
    assert counted((), synthetic=True) == ""
