import numpy as np
import pandas as pd

from ptacl.cohort_analysis.differences import (
    Deviation,
    describe_differences,
    largest_deviations,
    spreads,
)

SPREAD = {"age_years": 8.0, "lvef_pct": 6.0, "lvedv_ml": 30.0, "lvm_g": 20.0}


def test_the_largest_in_standard_deviations_stand_first_whatever_their_unit():
    query = {"age_years": 60.0, "lvef_pct": 60.0, "lvedv_ml": 150.0, "lvm_g": 90.0}
    heart = {"age_years": 48.0, "lvef_pct": 52.0, "lvedv_ml": 180.0, "lvm_g": 140.0}
    found = largest_deviations(heart, query, SPREAD)
    assert [each.key for each in found] == ["lvm_g", "age_years", "lvef_pct"]
    assert [each.words for each in found] == [
        "LVM 50 g higher",
        "12 years younger",
        "LVEF 8 points lower",
    ]


def test_what_is_small_or_unknown_is_not_told():
    query = {"lvef_pct": 60.0, "lvm_g": np.nan, "sex": "male"}
    heart = {"lvef_pct": 57.5, "lvm_g": 140.0, "lvedv_ml": 150.0, "sex": "male"}
    assert describe_differences(heart, query, SPREAD) == []


def test_another_sex_is_told_first_and_an_unknown_one_not():
    query, heart = {"sex": "female", "lvef_pct": 60.0}, {"sex": "male", "lvef_pct": 50.0}
    assert describe_differences(heart, query, SPREAD) == ["a man", "LVEF 10 points lower"]
    assert describe_differences(heart, {**query, "sex": None}, SPREAD) == ["LVEF 10 points lower"]


def test_signs_are_read_from_the_side_of_the_heart():
    assert Deviation("lvedv_ml", 20.0, 30.0).words == "LVEDV 20 mL higher"
    assert Deviation("age_years", 1.2, 8.0).words == "1 year older"


def test_a_number_that_never_varies_is_not_compared():
    table = pd.DataFrame({"lvef_pct": [50.0, 60.0], "lvm_g": [80.0, 80.0], "other": [1.0, 2.0]})
    assert list(spreads(table)) == ["lvef_pct"]
