import numpy as np
import pandas as pd
import pytest

from ptacl.metrics.agreement import bland_altman
from ptacl.stats.effect_size import FEWEST, bootstrap_differences
from ptacl.stats.group_comparison import compare_selection
from ptacl.stats.histogram import histogram
from ptacl.stats.interval import Interval


def effect_size(group: np.ndarray, rest: np.ndarray, seed: int = 0) -> Interval:
    """Hedges' g of a group against the rest."""
    rng = np.random.default_rng(seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        (effect,) = bootstrap_differences(rest[:, None], group[:, None], rng).effect
    return effect


def test_limits_of_agreement_follow_the_slow_formula():
    rng = np.random.default_rng(0)
    truth = rng.normal(150, 30, 200)
    predicted = truth + rng.normal(5, 10, 200)
    differences = [p - t for p, t in zip(predicted, truth, strict=True)]
    mean = sum(differences) / 200
    deviation = (sum((d - mean) ** 2 for d in differences) / 199) ** 0.5
    found = bland_altman(truth, predicted)
    assert (found.bias, found.high) == pytest.approx((mean, mean + 1.96 * deviation))
    assert found.low == pytest.approx(mean - 1.96 * deviation)


def test_unknown_measurements_are_left_out_of_the_agreement():
    truth = np.array([1.0, np.nan, 3.0, 4.0])
    assert bland_altman(truth, np.array([2.0, 9.0, 4.0, 5.0])).bias == pytest.approx(1.0)


def test_the_effect_of_a_shift_by_one_standard_deviation_is_one():
    rng = np.random.default_rng(1)
    group, rest = rng.normal(1, 1, 5_000), rng.normal(0, 1, 5_000)
    assert effect_size(group, rest).value == pytest.approx(1.0, abs=0.03)
    assert effect_size(rest, group).value == pytest.approx(-1.0, abs=0.03)


def test_the_effect_follows_the_slow_formula():
    group, rest = [4.0, 6.0, 8.0, 9.0], [1.0, 2.0, 3.0, 5.0, 7.0]
    means = sum(group) / 4, sum(rest) / 5
    squares = sum((x - means[0]) ** 2 for x in group) + sum((x - means[1]) ** 2 for x in rest)
    g = (means[0] - means[1]) / (squares / 7) ** 0.5 * (1 - 3 / (4 * 9 - 9))
    found = effect_size(np.array([*group, np.nan]), np.array(rest))
    assert found.value == pytest.approx(g)
    assert np.isnan(found.low)  # four known values


@pytest.mark.parametrize("sd", [0.5, 1.0, 2.0])
def test_the_interval_of_an_effect_holds_the_truth_in_about_nineteen_of_twenty_samples(sd):
    """Also where the groups differ in size and spread, which no normal approximation allows for."""
    rng = np.random.default_rng(3)
    true = 0.5 / np.sqrt((29 * sd**2 + 89) / 118)
    found = [effect_size(rng.normal(0.5, sd, 30), rng.normal(0, 1, 90), n) for n in range(400)]
    assert np.mean([f.low <= true <= f.high for f in found]) == pytest.approx(0.94, abs=0.03)
    assert np.mean([f.value for f in found]) == pytest.approx(true, abs=0.04)


def test_one_subject_or_no_spread_has_no_effect_size():
    assert np.isnan(effect_size(np.array([1.0]), np.arange(5.0)).value)
    assert np.isnan(effect_size(np.ones(FEWEST), np.ones(FEWEST)).low)


def test_the_strongest_difference_stands_first_whatever_its_sign():
    rng = np.random.default_rng(2)
    chosen = np.arange(100) < 50
    table = pd.DataFrame({"same": rng.normal(size=100), "less": rng.normal(size=100) - 3 * chosen})
    found = compare_selection(table, chosen, ["same", "less"])
    assert list(found.index) == ["less", "same"]
    assert found.loc["less", "selection"] == pytest.approx(table["less"][:50].mean())
    assert found.loc["less", "rest"] == pytest.approx(table["less"][50:].mean())
    assert found.loc["less", "low"] < found.loc["less", "effect"] < found.loc["less", "high"] < 0


def test_selection_and_rest_share_their_bins_and_each_adds_up_to_all():
    everyone = np.array([0.0, 1.0, 2.0, 15.5, 16.0, np.nan])
    found = histogram(everyone, np.array([0.5, 0.2]), np.array([1.5, 16.0, np.nan]))
    assert list(found.edges) == list(range(17))
    assert found.selection[0] == 100 and found.selection.sum() == pytest.approx(100)
    assert found.rest[1] == found.rest[-1] == 50 and found.rest.sum() == pytest.approx(100)


@pytest.mark.parametrize("nobody", [np.array([]), np.array([np.nan])])
def test_nobody_is_no_error(nobody):
    assert histogram(nobody, nobody, nobody).selection.sum() == 0
