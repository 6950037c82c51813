import numpy as np
import pandas as pd
import pytest

from app import charts
from ptacl.metrics import error_by_subgroup, measured_by_predicted, read_phenotype
from ptacl.metrics.alignment import ErrorsByPhase
from tests.app.fake_gallery import FakeGallery


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_subgroups_stand_with_their_number_and_whiskers_end_at_the_interval(gallery):
    readings = read_phenotype(gallery.table, "lvef_pct")
    groups = error_by_subgroup(gallery.table, readings)
    figure = charts.subgroup_errors(groups, readings.entry)
    mae, _, coverage = figure.data
    assert mae.y[0] == f"all, n {len(gallery)}"
    assert mae.x[0] + mae.error_x.array[0] == pytest.approx(groups["high_mae"][0])
    assert coverage.x[0] == pytest.approx(100 * groups["coverage"][0])


def test_calibration_stands_about_the_identity_with_its_whiskers(gallery):
    readings = read_phenotype(gallery.table, "lvef_pct")
    bins = measured_by_predicted(readings)
    found, identity = charts.value_calibration(bins, readings.entry).data
    assert list(found.x) == [each.predicted for each in bins]
    assert list(identity.x) == list(identity.y)
    assert found.y[0] - found.error_y.arrayminus[0] == pytest.approx(bins[0].measured.low)


def test_error_by_phase_shows_chance_and_the_cohort_behind():
    cohort = ErrorsByPhase(np.ones(50), np.zeros(50), np.full(50, 3.0))
    figure = charts.error_by_phase(np.arange(50.0), cohort, 12.5)
    assert figure.layout.annotations[0].text == "chance 12.5"
    assert named(figure, "this pair")[0].y[10] == 10
    assert named(figure, "cohort, 10–90 %")[0].y[10] == 3


def test_curves_leave_out_what_a_run_did_not_write():
    history = pd.DataFrame({"epoch": [1, 2], "loss": [3.0, 2.0]})
    figure = charts.training_curves(history, ["loss", "recall_at_10"], "Loss")
    assert [list(trace.y) for trace in figure.data] == [[3.0, 2.0]]


def test_rivals_are_compared_with_their_intervals():
    rows = pd.DataFrame(
        {"name": ["ours", "age"], "value": [0.5, 0.3], "low": [0.4, 0.2], "high": [0.6, 0.35]}
    )
    figure = charts.comparison_panels({"R² of LVEF": rows, "R² of LVM": rows[:1]})
    assert list(figure.data[0].error_x.arrayminus) == pytest.approx([0.1, 0.1])
    titles = [figure.layout[axis].title.text for axis in ("xaxis", "xaxis2")]
    assert titles == ["R² of LVEF", "R² of LVM"] and list(figure.data[1].y) == ["ours"]
