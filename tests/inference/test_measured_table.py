"""What was measured on a cine beside what an ECG predicted."""

import numpy as np
import pytest

from ptacl.inference.measured_table import comparison_table, measured_rows, measured_table
from ptacl.phenotypes import phenotype
from ptacl.segmentation.records import AREA_LENGTH, CineMeasurement, Coverage, Measured
from ptacl.types import UNKNOWN_PERSON, Person, Prediction


def measurement(**values: tuple[float, float, float]) -> CineMeasurement:
    measured = {key: Measured(*value, AREA_LENGTH) for key, value in values.items()}
    return CineMeasurement(np.zeros(3), Coverage(None), **measured)


def predicted(key: str, value: float, low: float, high: float) -> Prediction:
    about = phenotype(key)
    reference = {sex: about.interval(sex) for sex in about.reference}
    return Prediction(key, about.name, about.unit, value, low, high, reference)


STACK = measurement(lvedv_ml=(150, 140, 160), lvef_pct=(60, 55, 64))


def test_only_what_was_measured_has_a_row_in_the_order_of_the_table():
    rows = measured_rows(STACK, UNKNOWN_PERSON)
    assert [(row.name, row.value, row.unit) for row in rows] == [
        ("LVEDV", 150, "mL"),
        ("LVEF", 60, "%"),
    ]
    assert measured_rows(measurement(), UNKNOWN_PERSON) == []


def test_values_per_body_surface_have_their_own_reference_and_fractions_stay():
    person = Person("male", 60, 180, 80)
    edv, ef = measured_rows(STACK, person, indexed=True)
    assert (edv.name, edv.unit) == ("LVEDVi", "mL/m²")
    assert edv.value == pytest.approx(150 / 2.0, rel=0.01)
    assert edv.reference["male"] == phenotype("lvedv_ml").interval("male", indexed=True)
    assert (ef.name, ef.value) == ("LVEF", 60)
    unknown = measured_rows(STACK, UNKNOWN_PERSON, indexed=True)
    assert unknown[0].name == "LVEDV"


def test_the_verdict_holds_the_interval_against_the_reference():
    low, high = phenotype("lvedv_ml").interval("female")
    (row,) = measured_rows(measurement(lvedv_ml=(high + 5, high - 5, high + 15)), UNKNOWN_PERSON)
    assert row.verdict("female") == "possibly above"
    assert row.verdict(None) == "possibly above for women, within for men"
    (row,) = measured_rows(measurement(lvedv_ml=(low - 20, low - 30, low - 10)), UNKNOWN_PERSON)
    assert row.verdict("female") == "below"


def test_a_difference_has_the_sign_of_measured_minus_predicted_and_both_errors():
    (row, _) = measured_rows(STACK, UNKNOWN_PERSON, (predicted("lvedv_ml", 120, 96, 140),))
    assert row.difference == 30 and not row.within_prediction
    assert row.difference_interval == pytest.approx((30 - np.hypot(10, 20), 30 + np.hypot(10, 24)))
    rng = np.random.default_rng(0)  # the formula against draws of both errors
    errors = rng.normal(0, 10 / 1.645, 200_000) - rng.normal(0, 20 / 1.645, 200_000)
    assert np.quantile(errors, 0.05) == pytest.approx(-np.hypot(10, 20), rel=0.02)


def test_without_a_prediction_nothing_is_compared():
    rows = measured_rows(STACK, UNKNOWN_PERSON, (predicted("lvef_pct", 58, 50, 66),))
    assert rows[0].difference is None and rows[0].difference_interval is None
    table = comparison_table(rows)
    assert list(table[""]) == ["LVEF"]
    assert table["Difference"][0] == "+2 (−7 to +11)"
    assert rows[1].within_prediction


def test_the_table_names_method_and_reference():
    table = measured_table(measured_rows(STACK, UNKNOWN_PERSON), "male")
    assert list(table["Method"]) == [AREA_LENGTH, AREA_LENGTH]
    assert "Reference, men" in table and "Reference, women" not in table
    assert list(table["90 % interval"]) == ["140–160", "55–64"]
