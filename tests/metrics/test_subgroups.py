import numpy as np
import pandas as pd
import pytest

from ptacl.metrics import error_by_subgroup, read_phenotype, subgroups

COUNT = 300


@pytest.fixture
def table() -> pd.DataFrame:
    """Women are read 4 points too low, men without bias."""
    rng = np.random.default_rng(0)
    sex = np.where(np.arange(COUNT) % 2, "male", "female")
    truth = rng.normal(58, 6, COUNT)
    predicted = truth + rng.normal(0, 2, COUNT) - 4 * (sex == "female")
    return pd.DataFrame(
        {
            "sex": sex,
            "age_years": np.linspace(40, 80, COUNT),
            "height_cm": rng.normal(170, 8, COUNT),
            "weight_kg": rng.normal(75, 10, COUNT),
            "qrs_ms": np.where(np.arange(COUNT) < 30, 140.0, 90.0),
            "truth_af": np.where(np.arange(COUNT) < 5, 1.0, 0.0),
            "lvef_pct": truth,
            "predicted_lvef_pct": predicted,
            "low_lvef_pct": predicted - 5,
            "high_lvef_pct": predicted + 5,
        },
        index=pd.Index([f"S{i}" for i in range(COUNT)], name="subject_id"),
    )


def test_groups_are_told_apart_by_what_the_table_knows(table):
    groups = {group.name: int(group.member.sum()) for group in subgroups(table)}
    assert groups["all"] == COUNT and groups["women"] == groups["men"] == COUNT // 2
    assert groups["QRS 120 ms and over"] == 30
    assert "atrial fibrillation" not in groups  # five subjects
    assert sum(n for name, n in groups.items() if "m²" in name) == COUNT
    assert sum(n for name, n in groups.items() if "years" in name) == COUNT


def test_a_table_that_knows_nothing_has_one_group(table):
    assert [group.name for group in subgroups(table[["lvef_pct"]])] == ["all"]


def test_the_bias_of_one_group_is_found_with_its_interval(table):
    found = error_by_subgroup(table, read_phenotype(table, "lvef_pct")).set_index("group")
    women = found.loc["women"]
    error = (table["predicted_lvef_pct"] - table["lvef_pct"])[table["sex"] == "female"]
    assert women["n"] == COUNT // 2
    assert women["bias"] == pytest.approx(error.mean())
    assert women["mae"] == pytest.approx(error.abs().mean())
    assert women["coverage"] == pytest.approx((error.abs() <= 5).mean())
    assert women["low_bias"] < -4 < women["high_bias"] < 0
    assert found.loc["men", "low_bias"] < 0 < found.loc["men", "high_bias"]


def test_subjects_without_a_measurement_are_in_no_group(table):
    table.loc["S0", "lvef_pct"] = np.nan
    found = error_by_subgroup(table, read_phenotype(table, "lvef_pct"))
    assert found["n"][0] == COUNT - 1
