"""Draws as products of matrices against statistics of the drawn rows."""

import numpy as np
import pytest

from ptacl.metrics.regression import r2
from ptacl.stats.bootstrap import (
    draw_counts,
    mean_of_draws,
    median_of_draws,
    over_seeds,
    r2_of_draws,
    two_sided_p,
)
from ptacl.stats.multiple_testing import holm


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_figures_of_draws_are_those_of_the_drawn_subjects(rng):
    truth = rng.normal(150, 30, 40)
    predicted = truth + rng.normal(0, 20, 40)
    truth[3], predicted[8] = np.nan, np.nan
    ranks = rng.integers(1, 41, 40)
    counts = draw_counts(40, 25, rng)
    assert (counts.sum(axis=1) == 40).all()
    for draw, times in enumerate(counts):
        rows = np.repeat(np.arange(40), times.astype(int))
        assert r2_of_draws(truth, predicted, counts)[draw] == pytest.approx(
            r2(truth[rows], predicted[rows])
        )
        assert mean_of_draws(ranks, counts)[draw] == pytest.approx(ranks[rows].mean())
        assert median_of_draws(ranks, counts)[draw] == np.median(ranks[rows])


def test_the_interval_over_seeds_is_wider_than_that_of_their_mean(rng):
    subjects = rng.normal(0, 0.01, 4000)
    by_seed = np.stack([subjects + 0.3, subjects + 0.4, subjects + 0.5])
    drawn = over_seeds(by_seed, rng)
    assert drawn.mean() == pytest.approx(0.4, abs=0.01)
    # the spread of the mean of three seeds drawn with replacement: SD / √3
    assert drawn.std() == pytest.approx(np.std([0.3, 0.4, 0.5]) / np.sqrt(3), rel=0.1)
    assert np.array_equal(over_seeds(by_seed[:1], rng), by_seed[0])


def test_p_is_twice_the_rarer_side_and_never_zero():
    assert two_sided_p(np.array([1.0] * 95 + [-1.0] * 5)) == pytest.approx(2 * 6 / 101)
    assert two_sided_p(np.ones(99)) == pytest.approx(0.02)
    assert two_sided_p(np.zeros(10)) == 1.0


def test_holm_rejects_what_the_step_down_rule_rejects():
    p_values = np.array([0.004, 0.2, 0.003, 0.03, 0.001, 0.04, 0.006, 0.008, 0.5, 0.007, 0.9, 0.0])
    rejected = np.zeros(12, dtype=bool)
    for place, test in enumerate(np.argsort(p_values)):
        if p_values[test] > 0.05 / (12 - place):
            break
        rejected[test] = True
    assert 0 < rejected.sum() < 12
    assert np.array_equal(holm(p_values) <= 0.05, rejected)
    assert (holm(p_values) >= p_values).all()
