import numpy as np

from ptacl.signal.gaps import fill_gaps


def test_gaps_become_straight_lines_and_ends_repeat():
    lead = np.array([np.nan, 1.0, np.nan, np.nan, 4.0, np.nan])
    np.testing.assert_allclose(fill_gaps(lead[None]), [[1, 1, 2, 3, 4, 4]])


def test_known_samples_stay_and_the_input_is_not_touched():
    signal = np.random.default_rng(0).normal(size=(12, 100)).astype(np.float32)
    signal[2, 10:20], signal[5] = np.nan, np.nan
    before = signal.copy()
    filled = fill_gaps(signal)
    np.testing.assert_array_equal(signal, before)
    known = np.isfinite(signal)
    np.testing.assert_array_equal(filled[known], signal[known])
    assert not filled[5].any()
    assert filled.dtype == np.float32


def test_a_whole_signal_is_returned_itself():
    signal = np.zeros((12, 10))
    assert fill_gaps(signal) is signal
