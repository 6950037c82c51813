import numpy as np
import pandas as pd
import pytest

from ptacl.metrics import FEWEST, held_out, read_phenotype, readable, scores, worst_cases
from ptacl.metrics.regression import mae, r2


@pytest.fixture
def table() -> pd.DataFrame:
    """Forty subjects; one without a measurement."""
    rng = np.random.default_rng(0)
    truth = rng.normal(58, 6, 40)
    predicted = truth + rng.normal(0, 3, 40)
    truth[5] = np.nan
    columns = {"lvef_pct": truth, "predicted_lvef_pct": predicted}
    columns |= {"low_lvef_pct": predicted - 5, "high_lvef_pct": predicted + 5}
    for key in ("lvedv_ml", "lvesv_ml", "lvsv_ml", "lvm_g"):
        columns |= {key: np.nan, f"predicted_{key}": 1.0}
    for key in ("rvedv_ml", "rvesv_ml", "rvsv_ml", "rvef_pct"):
        columns |= {key: np.nan, f"predicted_{key}": 1.0}
    ids = pd.Index([f"S{i}" for i in range(40)], name="subject_id")
    return pd.DataFrame(columns, index=ids)


def test_only_subjects_with_both_are_read(table):
    readings = read_phenotype(table, "lvef_pct")
    assert len(readings.truth) == 39 and "S5" not in readings.subject_ids
    assert np.allclose(readings.error, readings.predicted - readings.truth)
    assert readings.inside.mean() == pytest.approx((np.abs(readings.error) <= 5).mean())


def test_a_phenotype_that_nobody_has_measured_is_not_readable(table):
    assert [entry.key for entry in readable(table)] == ["lvef_pct"]


def test_scores_are_those_of_the_metrics(table):
    found = scores(table, readable(table)).loc["lvef_pct"]
    truth, predicted = table["lvef_pct"].to_numpy(), table["predicted_lvef_pct"].to_numpy()
    assert found["n"] == 39
    assert found["r2"] == pytest.approx(r2(truth, predicted))
    assert found["mae"] == pytest.approx(mae(truth, predicted))


def test_the_worst_cases_are_the_largest_errors_whatever_their_sign(table):
    table.loc["S7", "predicted_lvef_pct"] = table.loc["S7", "lvef_pct"] - 30
    worst = worst_cases(read_phenotype(table, "lvef_pct"), 3)
    assert worst.index[0] == "S7" and worst.loc["S7", "error"] == pytest.approx(-30)
    assert list(worst["error"].abs()) == sorted(worst["error"].abs(), reverse=True)


def test_only_the_test_split_is_held_out_where_it_is_large_enough(table):
    assert not held_out(table)[1]
    table["split"] = ["test"] * FEWEST + ["train"] * (40 - FEWEST)
    unseen, told = held_out(table)
    assert told and len(unseen) == FEWEST
    table["split"] = ["test"] * (FEWEST - 1) + ["train"] * (41 - FEWEST)
    everybody, told = held_out(table)
    assert not told and len(everybody) == 40
