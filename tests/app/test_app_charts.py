import charts
import numpy as np
import pandas as pd
import pytest
from fake_gallery import FakeGallery
from panel import volume_rows

from ptacl.phenotypes import PHENOTYPES, phenotype


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_the_panel_prints_each_value_with_its_interval_and_scales_to_the_reference(gallery):
    rows = volume_rows(gallery.inspection("S0-00002"), gallery.table, subject_id="S0-00002")
    sex = gallery.table.loc["S0-00002", "sex"]
    figure = charts.volume_panel(rows, sex)
    texts = [note.text for note in figure.layout.annotations]
    for row in rows:
        assert f"<b>{row.value:.0f}</b> ({row.low:.0f}–{row.high:.0f}) {row.unit}" in texts
    low, high = rows[0].reference[sex]
    predicted = named(figure, "predicted")[0].x[0]
    assert predicted == pytest.approx((rows[0].value - low) / (high - low))
    assert len(named(figure, "measured")) == 9
    assert list(named(figure, "alike heart")[0].customdata) == pytest.approx(rows[0].neighbours)


def test_the_panel_shows_two_bands_a_row_where_the_sex_is_unknown(gallery):
    rows = volume_rows(gallery.inspection("S0-00002"), gallery.table)
    assert len(charts.volume_panel(rows, None).layout.shapes) == 18
    assert len(charts.volume_panel(rows, "female").layout.shapes) == 9


def test_the_map_carries_the_subjects_of_both_layers_into_a_selection(gallery):
    ids = list(gallery.table.index)
    figure = charts.cohort_map(
        {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr},
        ids,
        list(gallery.table["lvef_pct"]),
        "LVEF (%)",
    )
    assert [list(trace.customdata) for trace in figure.data] == [list(ids), list(ids)]
    assert np.allclose(figure.data[0].marker.color, gallery.table["lvef_pct"])
    assert figure.data[0].marker.symbol != figure.data[1].marker.symbol


def test_a_category_has_a_trace_of_its_own_and_a_name_in_the_legend(gallery):
    ids = list(gallery.table.index)
    words = ["women" if s == "female" else "men" for s in gallery.table["sex"]]
    figure = charts.cohort_map({"ECG": gallery.map_ecg}, ids, words, "Sex")
    assert {trace.name for trace in figure.data} == {"women, ECG", "men, ECG"}
    assert sum(len(trace.x) for trace in figure.data) == len(ids)


def test_pair_lines_join_the_two_places_of_the_chosen_subjects_only(gallery):
    ids = list(gallery.table.index)
    layers = {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr}
    figure = charts.cohort_map(layers, ids, None, "modality", lines_for=(ids[4],))
    (lines,) = named(figure, "pair")
    assert lines.x[:2] == pytest.approx([gallery.map_ecg[4, 0], gallery.map_cmr[4, 0]])
    assert len(lines.x) == 3 and np.isnan(lines.x[2])


def test_the_place_on_the_map_rings_the_query_and_lights_its_neighbours(gallery):
    ids = list(gallery.table.index)
    figure = charts.place_on_map(gallery.map_ecg, gallery.map_cmr, ids, (1.0, 2.0), ids[3:5])
    assert np.allclose(named(figure, "alike heart")[0].x, gallery.map_cmr[3:5, 0])
    assert named(figure, "this ECG")[0].y[0] == 2.0


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


def test_selection_and_rest_share_their_bins():
    figure = charts.selection_histogram(np.array([1.0, 2.0]), np.array([1.0, 5.0, np.nan]), "x")
    rest, chosen = figure.data
    assert list(rest.x) == list(chosen.x)
    assert sum(rest.y) == pytest.approx(100) and sum(chosen.y) == pytest.approx(100)


def test_curves_leave_out_what_a_run_did_not_write():
    history = pd.DataFrame({"epoch": [1, 2], "loss": [3.0, 2.0]})
    figure = charts.training_curves(history, ["loss", "recall_at_10"], "Loss")
    assert [list(trace.y) for trace in figure.data] == [[3.0, 2.0]]


def test_rivals_are_compared_with_their_intervals():
    rows = pd.DataFrame(
        {"name": ["ours", "age"], "value": [0.5, 0.3], "low": [0.4, 0.2], "high": [0.6, 0.35]}
    )
    figure = charts.comparison_bars(rows, "R²")
    assert list(figure.data[0].error_x.arrayminus) == pytest.approx([0.1, 0.1])
