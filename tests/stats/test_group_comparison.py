"""Groups compared, against slow formulas."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ptacl.stats.effect_size import FEWEST
from ptacl.stats.group_comparison import compare_groups, disjoint


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    shift = np.r_[np.zeros(40), np.full(60, 1.5)]
    table = pd.DataFrame(
        {
            "shifted": 150 + 20 * (rng.normal(size=100) + shift),
            "alike": rng.normal(60, 5, 100),
            "constant": np.full(100, 7.0),
        }
    )
    table.loc[[3, 80], "shifted"] = np.nan
    return table


FIRST, OTHER = np.arange(40), np.arange(40, 100)
COLUMNS = ("shifted", "alike", "constant")


def test_means_deviations_and_effect_follow_the_slow_formulas(table):
    found = compare_groups(table, FIRST, OTHER, COLUMNS)[0]
    one = [v for v in table["shifted"][:40] if v == v]
    two = [v for v in table["shifted"][40:] if v == v]
    assert (found.first.n, found.other.n) == (39, 59)
    assert found.first.mean == pytest.approx(sum(one) / 39)
    assert found.other.sd == pytest.approx(np.std(two, ddof=1))
    assert found.difference.value == pytest.approx(np.mean(two) - np.mean(one))
    unbiased = 1 - 3 / (4 * (39 + 59 - 2) - 1)
    pooled = ((38 * np.var(one, ddof=1) + 58 * np.var(two, ddof=1)) / (39 + 59 - 2)) ** 0.5
    assert found.effect.value == pytest.approx((np.mean(two) - np.mean(one)) / pooled * unbiased)


def test_the_interval_is_that_of_a_plain_bootstrap(table):
    found = compare_groups(table, FIRST, OTHER, COLUMNS)[0]
    rng = np.random.default_rng(1)
    one, two = (table["shifted"].to_numpy()[rows] for rows in (FIRST, OTHER))
    draws = [
        np.nanmean(rng.choice(two, len(two))) - np.nanmean(rng.choice(one, len(one)))
        for _ in range(2000)
    ]
    low, high = np.quantile(draws, (0.025, 0.975))
    assert found.difference.low == pytest.approx(low, abs=0.1 * (high - low))
    assert found.difference.high == pytest.approx(high, abs=0.1 * (high - low))
    assert found.effect.low < found.effect.value < found.effect.high


def test_p_agrees_with_welchs_test_and_is_corrected_for_the_columns_tested(table):
    shifted, alike, constant = compare_groups(table, FIRST, OTHER, COLUMNS)
    expected = stats.ttest_ind(table["alike"][:40], table["alike"][40:], equal_var=False).pvalue
    assert alike.p == pytest.approx(expected, abs=0.05)
    assert shifted.p == pytest.approx(1 / 1001)
    assert shifted.p_holm == pytest.approx(2 / 1001)  # the constant column is no test
    assert np.isnan(constant.p) and np.isnan(constant.effect.value)
    assert constant.difference.value == 0


def test_pairs_are_drawn_and_flipped_as_wholes():
    rng = np.random.default_rng(3)
    of_pair = rng.normal(0, 30, 50)  # what pairs share would hide the difference of 2
    table = pd.DataFrame({"v": np.r_[of_pair, of_pair + rng.normal(2, 1, 50)]})
    rows = np.arange(50), np.arange(50, 100)
    plain, paired = (compare_groups(table, *rows, ["v"], paired=p)[0] for p in (False, True))
    assert plain.p > 0.3 and paired.p == pytest.approx(1 / 1001)
    assert paired.difference.value == pytest.approx(plain.difference.value)
    error = np.std(table["v"][50:].to_numpy() - of_pair, ddof=1) / np.sqrt(50)
    assert paired.difference.high - paired.difference.low == pytest.approx(3.92 * error, rel=0.15)
    table.loc[0, "v"] = np.nan
    assert compare_groups(table, *rows, ["v"], paired=True)[0].other.n == 49


def test_a_group_of_a_few_has_means_but_no_intervals(table):
    found = compare_groups(table, FIRST[: FEWEST - 1], OTHER, ["alike"])[0]
    assert found.first.mean == pytest.approx(table["alike"][: FEWEST - 1].mean())
    assert np.isnan([found.difference.low, found.effect.high, found.p, found.p_holm]).all()
    nobody = compare_groups(table, FIRST[:0], OTHER, ["alike"])[0]
    assert nobody.first.n == 0 and np.isnan(nobody.first.mean)


def test_who_is_in_both_groups_is_on_neither_side():
    first, other, shared = disjoint(np.array([1, 2, 3, 4]), np.array([3, 4, 5]))
    assert (first.tolist(), other.tolist(), shared) == ([1, 2], [5], 2)
