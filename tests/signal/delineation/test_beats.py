from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptacl.signal.delineation.beats import (
    cardiac_phase,
    find_r_peaks,
    mean_beat,
    refine,
    typical_peaks,
)
from tests.signal.made_ecgs import f1_score, make_ecg, peer_r_peaks

R_TIMES_S = np.array([0.5, 1.4, 2.1, 3.2, 4.0, 4.7, 5.9, 6.6, 7.5, 8.3, 9.1])


@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 500.0, 1000.0])
def test_r_peaks_lie_where_they_were_put_at_every_rate(rate_hz):
    found = find_r_peaks(make_ecg(R_TIMES_S, rate_hz=rate_hz), rate_hz)
    assert found.size == R_TIMES_S.size
    assert np.abs(found / rate_hz - R_TIMES_S).max() <= max(0.004, 1 / rate_hz)


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(0.01, 100.0), sign=st.sampled_from([-1.0, 1.0]))
def test_neither_unit_nor_polarity_moves_an_r_peak(scale, sign):
    ecg = make_ecg(R_TIMES_S)
    expected = find_r_peaks(ecg, 500.0)
    np.testing.assert_array_equal(find_r_peaks((sign * scale * ecg).astype("f4"), 500.0), expected)


def test_flat_missing_and_loose_leads_do_not_hide_the_beats():
    ecg = make_ecg(R_TIMES_S, noise_mv=0.02)
    expected = find_r_peaks(ecg, 500.0)
    ecg[7], ecg[9] = 0.0, np.nan
    ecg[10, 1000:1400] = np.nan
    ecg[11, 2600:2605] += 8.0  # a loose electrode
    ecg[8] += np.random.default_rng(1).normal(0, 1.0, 5000)
    found = find_r_peaks(ecg, 500.0)
    assert f1_score(found, expected, 2) == 1.0


def test_noise_free_silence_and_short_signals_hold_no_beats():
    assert find_r_peaks(np.zeros((12, 5000), "f4"), 500.0).size == 0
    assert find_r_peaks(np.full((12, 5000), np.nan, "f4"), 500.0).size == 0
    for samples in (0, 1, 10, 400):
        assert find_r_peaks(make_ecg([0.4])[:, :samples], 500.0).size == 0


def test_refining_nothing_or_silence_is_no_error():
    silence = np.zeros(5000)
    assert refine(np.empty(0, dtype=np.int64), silence, 500.0).size == 0
    assert refine(np.array([0, 2500, 4999]), silence, 500.0).size == 3


def test_of_a_qrs_with_two_maxima_every_beat_takes_the_same():
    ecg = np.zeros((12, 5000), np.float32)
    for beat, r in enumerate(R_TIMES_S):
        taller = 0.1 if beat % 3 else -0.05
        ecg += (1 + taller) * make_ecg([r - 0.03], noise_mv=0.0, seed=beat)
        ecg += (1 - taller) * make_ecg([r + 0.03], noise_mv=0.0, seed=beat)
    found = find_r_peaks(ecg, 500.0)
    assert found.size == R_TIMES_S.size
    assert np.abs(found / 500.0 - R_TIMES_S + 0.03).max() < 0.006


def test_two_detectors_agree_on_real_ecgs(ptbxl):
    scores, apart = [], []
    for signal, _ in ptbxl.values():
        ours, theirs = find_r_peaks(signal, 500.0), peer_r_peaks(signal, 500.0)
        scores.append(f1_score(ours, theirs, 25))
        nearest = np.abs(ours[:, None] - theirs).min(axis=1)
        apart.extend(nearest[nearest <= 25])
    assert len(scores) == 140
    assert np.mean(np.array(scores) >= 0.95) >= 0.94
    assert np.mean(np.array(apart) <= 2) >= 0.99


def test_phase_is_slow_formula_within_beats():
    r_peaks = find_r_peaks(make_ecg(R_TIMES_S), 500.0)
    phase = cardiac_phase(r_peaks, np.arange(5000))
    for sample in range(r_peaks[0], r_peaks[-1], 37):
        start = max(r for r in r_peaks if r <= sample)
        end = min(r for r in r_peaks if r > sample)
        assert phase[sample] == pytest.approx((sample - start) / (end - start))
    assert (phase[r_peaks] == 0).all()


@given(
    rr=st.lists(st.integers(100, 1000), min_size=1, max_size=20),
    first=st.integers(0, 500),
    samples=st.lists(st.floats(-1e4, 2e4), min_size=1, max_size=50),
)
def test_phase_lies_in_0_to_1(rr, first, samples):
    r_peaks = np.cumsum([first, *rr])
    phase = cardiac_phase(r_peaks, np.array(samples))
    assert ((phase >= 0) & (phase < 1)).all()


@given(rr=st.lists(st.integers(100, 1000), min_size=1, max_size=20), first=st.integers(0, 500))
def test_phase_rises_within_every_beat_and_the_ends_continue_the_nearest(rr, first):
    r_peaks = np.cumsum([first, *rr])
    phase = cardiac_phase(r_peaks, np.arange(r_peaks[-1] + 50))
    for start, end in pairwise(r_peaks):
        assert (np.diff(phase[start:end]) > 0).all()
    np.testing.assert_allclose(np.diff(phase[-50:]), 1 / rr[-1])
    if first > 1:
        np.testing.assert_allclose(phase[first - 1], 1 - 1 / rr[0])


def test_fewer_than_two_beats_have_no_phase():
    assert np.isnan(cardiac_phase(np.array([100]), np.arange(10))).all()
    assert np.isnan(cardiac_phase(np.array([], dtype=int), np.arange(10))).all()


def test_mean_beat_leaves_out_the_ectopic_beat():
    ecg = make_ecg(np.arange(0.5, 10, 0.9), noise_mv=0.0)
    r_peaks = find_r_peaks(ecg, 500.0)
    clean = mean_beat(ecg, r_peaks, 500.0)
    odd = r_peaks[5]
    ecg[:, odd - 60 : odd + 150] = -3.0 * np.hanning(210).astype("f4")
    without = np.delete(r_peaks, 5)
    np.testing.assert_allclose(
        mean_beat(ecg, r_peaks, 500.0), mean_beat(ecg, without, 500.0), atol=1e-6
    )
    assert clean.shape == (12, 350)
    assert clean[1].argmax() == 125


def test_mean_beat_without_a_whole_beat_is_nan():
    ecg = make_ecg([0.1])
    assert np.isnan(mean_beat(ecg, np.array([50]), 500.0)).all()


def test_an_ectopic_beat_and_one_cut_off_are_not_typical():
    ecg = make_ecg(np.arange(0.1, 10, 0.9))
    peaks = find_r_peaks(ecg, 500.0)
    ecg[:, peaks[4] - 60 : peaks[4] + 200] *= -1
    np.testing.assert_array_equal(typical_peaks(ecg, peaks, 500.0), np.delete(peaks, [0, 4]))
