"""The range of a phenotype from the probabilities of thresholds."""

import numpy as np
import pytest

from ptacl.regression.distribution import in_order, range_of


def test_the_exact_probabilities_of_a_skewed_distribution_give_its_quantiles() -> None:
    rng = np.random.default_rng(0)
    values = 62.0 - rng.gamma(2.0, 5.0, 20_000)  # a long tail of low values
    thresholds = np.linspace(10.0, 61.5, 60)
    below = (values[:, None] < thresholds).mean(axis=0)[None]
    low, high = range_of(below, thresholds, (values.min(), values.max()))
    assert low[0] == pytest.approx(np.quantile(values, 0.05), abs=0.3)
    assert high[0] == pytest.approx(np.quantile(values, 0.95), abs=0.3)
    assert np.median(values) - low[0] > 2 * (high[0] - np.median(values))


def test_a_higher_probability_of_low_values_lowers_both_ends() -> None:
    thresholds, ends = np.array([40.0, 50.0, 60.0]), (20.0, 75.0)
    below = np.array([[0.0, 0.02, 0.4], [0.3, 0.7, 0.95]])
    low, high = range_of(below, thresholds, ends)
    assert low[1] < low[0] and high[1] < high[0]
    assert low[1] < 40 < high[1]


def test_crossing_probabilities_are_put_in_order_without_changing_the_others() -> None:
    crossing = np.array([[0.1, 0.4, 0.3, 0.8]])
    assert in_order(crossing).tolist() == [[0.1, 0.4, 0.4, 0.8]]
