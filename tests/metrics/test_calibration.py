import numpy as np
import pandas as pd
import pytest

from ptacl.metrics import Readings, coverage_by_width, measured_by_predicted
from ptacl.phenotypes import phenotype


def readings(truth, predicted, half_width) -> Readings:
    ids = pd.RangeIndex(len(truth))
    low, high = predicted - half_width, predicted + half_width
    return Readings(phenotype("lvef_pct"), ids, truth, predicted, low, high)


def test_a_calibrated_prediction_lies_on_the_identity_in_every_bin():
    rng = np.random.default_rng(0)
    predicted = rng.normal(58, 5, 4000)
    bins = measured_by_predicted(readings(predicted + rng.normal(0, 4, 4000), predicted, 6.0))
    assert len(bins) == 8 and sum(each.n for each in bins) == 4000
    for each in bins:
        assert each.low <= each.predicted <= each.high
        assert each.measured.value == pytest.approx(each.predicted, abs=0.7)
        assert each.measured.low < each.measured.value < each.measured.high


def test_predictions_that_are_too_extreme_are_seen_at_both_ends():
    rng = np.random.default_rng(1)
    truth = rng.normal(58, 5, 2000)
    bins = measured_by_predicted(readings(truth, 58 + 2 * (truth - 58), 6.0))
    assert bins[0].measured.low > bins[0].predicted and bins[-1].measured.high < bins[-1].predicted


def test_intervals_that_fail_where_they_are_narrow_are_found_out():
    """On the whole they hold nine tenths."""
    rng = np.random.default_rng(2)
    predicted = np.full(4000, 58.0)
    width = np.repeat([2.0, 6.0, 7.0, 8.0], 1000)
    found = coverage_by_width(readings(predicted + rng.normal(0, 3, 4000), predicted, width))
    assert [each.n for each in found] == [1000] * 4
    assert found[0].measured.high < 0.9 < found[-1].measured.low
    assert found[0].predicted == pytest.approx(4.0)


def test_few_subjects_make_few_bins():
    predicted = np.linspace(50, 60, 45)
    assert len(measured_by_predicted(readings(predicted, predicted, 1.0))) == 2
