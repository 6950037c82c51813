"""Percentile intervals against NumPy's quantiles."""

import numpy as np
import pytest

from ptacl.stats.interval import percentile_ends, percentile_interval
from ptacl.stats.multiple_testing import holm


def test_the_ends_are_the_quantiles_of_the_finite_draws_of_each_column():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(500, 3))
    draws[::7, 1] = np.nan
    draws[:, 2] = np.nan
    low, high = percentile_ends(draws)
    assert (low[0], high[0]) == pytest.approx(np.quantile(draws[:, 0], (0.025, 0.975)))
    known = draws[np.isfinite(draws[:, 1]), 1]
    assert (low[1], high[1]) == pytest.approx(np.quantile(known, (0.025, 0.975)))
    assert np.isnan([low[2], high[2]]).all()


def test_an_interval_has_the_keys_of_the_reports():
    found = percentile_interval(2.0, np.arange(101.0), level=0.9)
    assert found.to_dict() == pytest.approx({"value": 2.0, "low": 5.0, "high": 95.0})


def test_what_was_not_tested_does_not_count_in_the_correction():
    corrected = holm(np.array([0.01, np.nan, 0.02]))
    assert corrected[[0, 2]] == pytest.approx([0.02, 0.02]) and np.isnan(corrected[1])
