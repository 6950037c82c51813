import charts
import numpy as np
import pandas as pd
import pytest
from fake_gallery import FakeGallery

from ptacl.phenotypes import PHENOTYPES, phenotype


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_predicted_stands_against_measured_with_the_identity(gallery):
    figure = charts.small_multiples(gallery.table, PHENOTYPES, {"lvef_pct": "R² 0.50"})
    lvef = named(figure, "LVEF")[0]
    assert np.allclose(lvef.x, gallery.table["lvef_pct"])
    assert np.allclose(lvef.y, gallery.table["predicted_lvef_pct"])
    assert any("R² 0.50" in note.text for note in figure.layout.annotations)
    identity = named(figure, "identity")
    assert len(identity) == 9 and all(list(t.x) == list(t.y) for t in identity)


def test_bland_altman_draws_the_difference_over_the_mean(gallery):
    entry = phenotype("lvm_g")
    figure = charts.bland_altman(gallery.table, entry, 1.5, (-20.0, 23.0))
    predicted, measured = gallery.table["predicted_lvm_g"], gallery.table["lvm_g"]
    assert np.allclose(figure.data[0].y, predicted - measured)
    assert np.allclose(figure.data[0].x, (predicted + measured) / 2)
    assert [note.text for note in figure.layout.annotations] == [
        "bias +1.5",
        "−1.96 SD -20.0",
        "+1.96 SD +23.0",
    ]


def test_coverage_whiskers_end_at_the_interval():
    figure = charts.coverage_bars(["all"], [0.9], [0.85], [0.93])
    assert figure.data[0].x[0] == pytest.approx(90)
    assert figure.data[0].error_x.array[0] == pytest.approx(3)
    assert figure.data[0].error_x.arrayminus[0] == pytest.approx(5)


def test_the_heat_map_holds_the_similarity_and_the_diagonal(gallery):
    similarity = gallery.similarity("S0-00001")
    figure = charts.heat_map(similarity)
    assert np.allclose(figure.data[0].z, similarity)
    assert list(figure.data[1].x) == [0, 49]


def test_error_by_phase_shows_chance():
    figure = charts.error_by_phase(np.arange(50.0), np.ones(50), 12.5)
    assert figure.layout.annotations[0].text == "chance 12.5"
    assert named(figure, "this subject")[0].y[10] == 10


def test_a_strip_shows_neighbours_measurement_and_prediction():
    everyone = np.array([50.0, 55.0, 60.0, np.nan])
    strip = charts.Strip("LVEF", "%", everyone, np.array([51.0, 52.0]), 53.0, (54.0, 50.0, 59.0))
    figure = charts.neighbour_strips([strip])
    assert list(named(figure, "neighbour")[0].x) == [51.0, 52.0]
    assert named(figure, "measured")[0].x[0] == 53.0
    assert named(figure, "predicted from the ECG")[0].error_x.array[0] == 5.0
    assert sum(named(figure, "gallery")[0].customdata) == 3


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
