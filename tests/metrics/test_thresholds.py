"""Sensitivity and specificity at a threshold, with their intervals."""

import numpy as np
import pytest
from scipy.stats import binomtest

from ptacl.metrics.thresholds import threshold_figures
from ptacl.stats.proportion import proportion


@pytest.mark.parametrize(("events", "trials"), [(0, 5), (5, 5), (8, 10), (1, 300)])
def test_the_interval_is_the_score_interval(events, trials):
    peer = binomtest(events, trials).proportion_ci(method="wilson")
    found = proportion(events, trials)
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high), abs=1e-9)


def test_below_and_above_count_what_is_beyond_the_limit():
    measured = np.array([30.0, 45.0, 55.0, 60.0, np.nan])
    predicted = np.array([40.0, 52.0, 49.0, 61.0, 10.0])
    low = threshold_figures(measured, predicted, 50.0, 50.0, below=True)
    assert (low.n, low.n_without, low.flagged) == (2, 2, 2)
    assert (low.sensitivity.value, low.specificity.value) == (0.5, 0.5)
    high = threshold_figures(-measured, -predicted, -50.0, -53.0, below=False)
    assert (high.n, high.n_without, high.flagged) == (2, 2, 3)
    assert high.sensitivity.value == 1.0 and high.specificity.value == 0.5


def test_without_a_case_there_is_no_sensitivity():
    none = threshold_figures(np.array([60.0]), np.array([61.0]), 50.0, 50.0, below=True)
    assert np.isnan(none.sensitivity.value) and none.specificity.value == 1.0
