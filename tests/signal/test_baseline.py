import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import spsolve

from ptacl.signal.baseline import (
    asymmetric_least_squares,
    clip_to_deviations,
    group_z_score,
    mmcl_recipe,
)

RECORDS = ("00001", "00002", "00003")


def slow_baseline(lead, smoothness, asymmetry, iterations):
    difference = np.diff(np.eye(lead.size), 2, axis=0)
    penalty = sparse.csc_matrix(smoothness * difference.T @ difference)
    weight = np.ones(lead.size)
    for _ in range(iterations):
        system = (sparse.diags_array(weight) + penalty).tocsc()
        baseline = spsolve(system, weight * lead)
        weight = np.where(lead > baseline, asymmetry, 1 - asymmetry)
    return baseline


@pytest.mark.parametrize("samples", [5, 6, 50, 400])
@pytest.mark.parametrize("iterations", [1, 2, 7])
def test_banded_solution_is_the_general_one(samples, iterations):
    leads = np.random.default_rng(samples).normal(size=(3, samples)).cumsum(axis=1)
    fast = asymmetric_least_squares(leads, 1e3, 0.2, iterations)
    slow = [slow_baseline(lead, 1e3, 0.2, iterations) for lead in leads]
    np.testing.assert_allclose(fast, slow, atol=1e-8)


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-3), (np.float64, 1.1e-6)])
def test_published_recipe_is_met(shared_reference, record, dtype, tolerance):
    # the reference itself is stored in float32, whose last digit is 2e-7 … 1e-6 here
    reference = np.load(shared_reference / "ecg_preprocessing" / "mmcl_reference.npz")
    signal = reference[f"{record}_signal_mv"].astype(dtype)
    processed = mmcl_recipe(signal)
    assert processed.dtype == dtype
    assert np.abs(processed - reference[f"{record}_processed"]).max() < tolerance
    baseline = asymmetric_least_squares(clip_to_deviations(signal.astype(np.float64)))
    assert np.abs(baseline - reference[f"{record}_baseline_mv"]).max() < 1e-6


def test_a_straight_line_is_its_own_baseline():
    line = np.linspace(-1, 2, 300)[None]
    np.testing.assert_allclose(asymmetric_least_squares(line), line, atol=1e-6)


def test_groups_are_standardised_apart_and_a_constant_group_is_zero():
    signal = np.random.default_rng(0).normal(3, 2, (12, 100))
    signal[3:6] = 7.0
    scaled = group_z_score(signal)
    for group in (slice(0, 3), slice(6, 12)):
        assert scaled[group].mean() == pytest.approx(0, abs=1e-12)
        assert scaled[group].std() == pytest.approx(1)
    assert not scaled[3:6].any()


def test_too_short_for_a_baseline_says_so():
    with pytest.raises(ValueError, match="at least 5 samples, not 4"):
        asymmetric_least_squares(np.zeros((1, 4)))
