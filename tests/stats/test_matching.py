"""Matched pairs against the slow greedy rule, and what matching is for."""

import numpy as np
import pandas as pd
import pytest

from ptacl.stats.group_comparison import compare_groups
from ptacl.stats.matching import CALIPER_SD, described, match


def people(count: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sex": np.where(rng.random(count) < 0.5, "female", "male"),
            "age_years": rng.normal(60, 8, count).round(),
            "height_cm": rng.normal(170, 8, count),
            "weight_kg": rng.normal(76, 12, count),
        }
    )


def slowly(table: pd.DataFrame, first: np.ndarray, other: np.ndarray) -> set[tuple[int, int]]:
    """The closest pair of all, then the closest of the rest, and so on."""
    covariates = described(table)[["age_years", "bsa_m2"]].to_numpy()
    variances = [covariates[rows].var(axis=0, ddof=1) for rows in (first, other)]
    scaled = covariates / np.sqrt((variances[0] + variances[1]) / 2)
    pairs = [
        (float(np.linalg.norm(scaled[a] - scaled[b])), a, b)
        for a in first
        for b in other
        if table["sex"][a] == table["sex"][b]
    ]
    found: dict[int, int] = {}
    for distance, a, b in sorted(pairs):
        if distance <= CALIPER_SD and a not in found and b not in found.values():
            found[a] = b
    return set(found.items())


def test_pairs_are_those_of_the_greedy_rule():
    table = people(160)
    first, other = np.arange(50), np.arange(50, 160)
    found = match(table, first, other)
    pairs = list(zip(found.first.tolist(), found.other.tolist(), strict=True))
    assert set(pairs) == slowly(table, first, other)
    assert 20 < len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert found.same_sex and found.undescribed == 0


def test_equal_distances_end_in_pairs_too():
    table = people(8).assign(sex="male", age_years=60.0, height_cm=170.0, weight_kg=70.0)
    table.loc[[0, 4], "age_years"] = [50.0, 51.0]
    assert len(match(table, np.arange(4), np.arange(4, 8)).first) == 4


def test_a_difference_that_is_only_age_does_not_survive():
    table = people(600, seed=1)
    older = table["age_years"] + np.random.default_rng(2).normal(0, 8, 600) > 62
    table["stiffness"] = 2 * table["age_years"] + np.random.default_rng(3).normal(0, 4, 600)
    first, other = np.flatnonzero(~older), np.flatnonzero(older)
    before = compare_groups(table, first, other, ["stiffness"])[0]
    found = match(table, first, other)
    after = compare_groups(table, found.first, found.other, ["stiffness"], paired=True)[0]
    assert before.effect.value > 0.8 and abs(after.effect.value) < 0.1
    age = {b.covariate: b.smd for b in found.before}, {b.covariate: b.smd for b in found.after}
    assert age[0]["age_years"] > 0.8 and abs(age[1]["age_years"]) < 0.1
    assert age[1]["women_pct"] == 0


def test_groups_of_different_sex_are_matched_for_the_rest():
    table = people(200)
    women, men = (np.flatnonzero(table["sex"] == sex) for sex in ("female", "male"))
    found = match(table, women, men)
    assert not found.same_sex and len(found.first) > 20


def test_whom_nothing_is_known_of_is_counted_and_left_out():
    table = people(40)
    table.loc[0, "height_cm"], table.loc[1, "sex"] = np.nan, None
    found = match(table, np.arange(20), np.arange(20, 40))
    assert found.undescribed == 2 and not {0, 1} & set(found.first.tolist())


def test_nobody_is_matched_with_nobody():
    assert len(match(people(10), np.arange(0), np.arange(10)).first) == 0


def test_the_caliper_is_said_in_years_and_square_metres():
    table = people(400)
    found = match(table, np.arange(200), np.arange(200, 400))
    deviations = described(table)[["age_years", "bsa_m2"]].std()
    assert found.within == pytest.approx(CALIPER_SD * deviations.to_numpy(), rel=0.05)
    apart = described(table).iloc[found.first].to_numpy() - described(table).iloc[found.other]
    assert (np.abs(apart[["age_years", "bsa_m2"]]).max() <= np.array(found.within) + 1e-9).all()


def test_a_group_of_one_is_matched_by_the_spread_of_the_other():
    table = people(60)
    first, other = np.array([0]), np.arange(1, 60)
    found = match(table, first, other)
    deviations = described(table).iloc[other][["age_years", "bsa_m2"]].std()
    assert found.within == pytest.approx(CALIPER_SD * deviations.to_numpy())
    assert len(found.first) <= 1 and found.before[1].smd == pytest.approx(
        (found.before[1].other - found.before[1].first) / deviations["age_years"]
    )
    one = match(table, np.array([0]), np.array([1]))
    assert len(one.first) == 0 and one.within == (0.0, 0.0)
