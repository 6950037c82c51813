"""Targets of a cohort on the pages: colour, filter and figures; their titles are text."""

import numpy as np
import pytest

from app.text.labels import literal
from ptacl.checkpoint.reports import Metrics, TargetReport, write_metrics
from ptacl.checkpoint.reports.targets import TargetFigure, TargetResult
from ptacl.io.cohort.targets import Target
from tests.app.driving import shown, tables, text

TARGETS = (
    Target("la_ml", "LA ![x](http://host/a.png)", "mL"),
    Target("af", "Fibrillation", kind="binary"),
    Target("death", "Death", kind="event", time="years"),
    Target("rare", "Not predicted", kind="binary"),
)


@pytest.fixture
def with_targets(app, gallery, monkeypatch):
    """The app with a gallery that has four targets, of which three are predicted."""
    size = gallery.table["lvedv_ml"]
    score = size + np.random.default_rng(0).normal(0, 5, len(size))
    table = gallery.table.assign(
        target_la_ml=size / 2, predicted_target_la_ml=score / 2,
        target_af=(size > size.median()) * 1.0, predicted_target_af=1 / (1 + np.exp(-score / 50)),
        target_death=(size > size.quantile(0.6)) * 1.0, predicted_target_death=score,
        target_time_death=1 + size.rank(ascending=False), target_rare=0.0,
    )  # fmt: skip
    monkeypatch.setattr(gallery, "table", table)
    monkeypatch.setattr(gallery, "targets", TARGETS)
    return app


def test_a_target_colours_the_map_and_filters_it(with_targets, gallery):
    page = shown(with_targets, "cohort")
    assert "LA ![x](http://host/a.png) (mL)" in page.selectbox(key="colour").options
    page.selectbox(key="colour").set_value("target_af").run()
    page.multiselect(key="cohort_ranged").set_value(["target_la_ml"]).run()
    (slider,) = [each for each in page.slider if each.key == "cohort_range_target_la_ml"]
    assert slider.label == literal("LA ![x](http://host/a.png) (mL)")  # Markdown: escaped
    assert not page.exception and "Fibrillation" in page.dataframe[0].value


def test_volumes_shows_a_figure_of_each_predicted_target(with_targets):
    page = shown(with_targets, "volumes")
    found = next(table for table in tables(page) if "Figure" in table)
    assert list(found["Figure"]) == ["R²", "AUROC", "C-index"]
    assert found["With the outcome (n)"].iloc[0] == "–" and "Not predicted" not in found.index
    assert "Targets of the cohort" in text(page)


def test_a_gallery_without_volumes_shows_its_targets_alone(with_targets, gallery, monkeypatch):
    table = gallery.table
    dropped = [column for column in table if str(column).startswith("predicted_l")]
    dropped += [column for column in table if str(column).startswith("predicted_r")]
    monkeypatch.setattr(gallery, "table", table.drop(columns=dropped))
    page = shown(with_targets, "volumes")
    assert not page.error and any("Figure" in table for table in tables(page))


def test_without_targets_no_page_names_them(app):
    for view in ("volumes", "model"):
        assert "Targets of the cohort" not in text(shown(app, view))


def test_the_model_page_shows_what_was_recorded(app, gallery, tmp_path, monkeypatch):
    figure = TargetFigure("AUROC", 0.81, 0.7, 0.9, 300, 2000, 40)
    report = TargetReport(
        store="c", subjects=300, targets={"af": TargetResult("Fibrillation", methods={"m": figure})}
    )
    write_metrics(tmp_path, Metrics(targets=report))
    monkeypatch.setattr(gallery, "checkpoint_path", tmp_path)
    page = shown(app, "model")
    (found,) = [table for table in tables(page) if "Features" in table]
    assert found.loc["Fibrillation", "Value"] == "0.81 (0.70–0.90)"
    assert found.loc["Fibrillation", "With the outcome (n)"] == "40"
