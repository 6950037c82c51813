import dataclasses

import pytest

from ptacl.inference.volume_table import VolumeRow, query_rows, rows_table, surface_m2, volume_rows
from ptacl.phenotypes import body_surface_area_m2
from tests.app.fake_gallery import FakeGallery

REFERENCE = {"female": (80.0, 160.0), "male": (100.0, 230.0)}


def row(value: float, low: float, high: float) -> VolumeRow:
    return VolumeRow(
        "lvedv_ml", "LVEDV", "End-diastolic volume", "mL", value, low, high, REFERENCE, None, ()
    )


@pytest.fixture(scope="module")
def gallery() -> FakeGallery:
    return FakeGallery()


def test_a_value_beyond_the_reference_is_only_possibly_above_while_its_interval_reaches_inside():
    assert row(150, 120, 180).verdict("male") == "within"
    assert row(240, 220, 260).verdict("male") == "possibly above"
    assert row(270, 240, 300).verdict("male") == "above"
    assert row(70, 60, 79).verdict("female") == "below"


def test_without_the_sex_both_verdicts_are_given_where_they_differ():
    assert row(200, 190, 210).verdict("female") == "above"
    assert row(200, 190, 210).verdict(None) == "above for women, within for men"
    assert row(90, 85, 105).verdict(None) == "within for women, possibly below for men"
    assert row(120, 100, 140).verdict(None) == "within"
    assert row(240, 235, 245).verdict(None) == "above"


def test_a_query_shows_what_is_predicted_measured_and_found(gallery):
    near = gallery.table.iloc[:3]
    predicted = {"lvef_pct": (54.0, 50.0, 59.0), "lvm_g": (90.0, 70.0, 110.0)}
    own = gallery.table.iloc[[3]].assign(lvef_pct=53.0, lvm_g=float("nan"))
    lvef, mass = query_rows(predicted, near, own)
    assert (lvef.value, lvef.low, lvef.high, lvef.measured) == (54.0, 50.0, 59.0, 53.0)
    assert list(lvef.neighbours) == list(near["lvef_pct"])
    assert mass.key == "lvm_g" and mass.measured is None


def test_indexed_values_are_divided_by_the_own_body_surface_and_neighbours_by_theirs(gallery):
    inspection = gallery.inspection("S0-00003")
    absolute = volume_rows(inspection, gallery.table, subject_id="S0-00003")
    indexed = volume_rows(inspection, gallery.table, subject_id="S0-00003", indexed=True)
    surface = body_surface_area_m2(inspection.person.height_cm, inspection.person.weight_kg)
    lvedv, lvedvi = absolute[0], indexed[0]
    assert (lvedvi.name, lvedvi.unit) == ("LVEDVi", "mL/m²")
    assert lvedvi.value == pytest.approx(lvedv.value / surface)
    assert lvedvi.measured == pytest.approx(lvedv.measured / surface)
    near = gallery.table.loc[inspection.neighbours[0].subject_id]
    assert lvedvi.neighbours[0] == pytest.approx(
        near.lvedv_ml / body_surface_area_m2(near.height_cm, near.weight_kg)
    )
    assert lvedvi.reference["male"] == pytest.approx((85 - 1.96 * 15, 85 + 1.96 * 15))


def test_an_ejection_fraction_is_never_indexed(gallery):
    rows = volume_rows(gallery.inspection("S0-00003"), gallery.table, indexed=True)
    assert [r.unit for r in rows if r.key.endswith("ef_pct")] == ["%", "%"]


def test_an_uploaded_ecg_has_no_measurement(gallery):
    rows = volume_rows(gallery.inspection("S0-00003"), gallery.table)
    assert {r.measured for r in rows} == {None}


def test_surface_needs_height_and_weight(gallery):
    inspection = gallery.inspection("S0-00003")
    light = dataclasses.replace(inspection.person, weight_kg=None)
    assert surface_m2(dataclasses.replace(inspection, person=light)) is None


def test_the_table_shows_both_references_where_the_sex_is_unknown(gallery):
    rows = volume_rows(gallery.inspection("S0-00003"), gallery.table)
    assert "Reference, women" in rows_table(rows, None)
    assert "Reference, women" not in rows_table(rows, "male")
    assert rows_table(rows, "male")["Predicted"].iloc[0] == f"{rows[0].value:.0f}"
