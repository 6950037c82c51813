"""Beats laid again: the heart stays, the rhythm is the wanted one."""

import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks, mean_beat
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.laid_beats import (
    cut_between_beats,
    lay_beats,
    lay_waves,
    other_beat,
    p_wave,
    surrogate,
)
from tests.signal.made_rhythms import NORMAL, sinus

RATE_HZ = 500.0


@pytest.fixture
def ecg():
    return sinus(NORMAL)


@pytest.fixture
def cut(ecg):
    return cut_between_beats(ecg.signal_mv, find_r_peaks(ecg.signal_mv, RATE_HZ), RATE_HZ)


def test_laid_beats_lie_where_they_were_wanted(cut):
    times = np.array([0.5, 1.1, 2.3, 2.8, 3.9, 5.2, 6.0, 7.3, 8.1, 9.4])
    signal, peaks = lay_beats(cut, times, np.random.default_rng(0))
    assert peaks.tolist() == np.rint(times * RATE_HZ).tolist()
    found = find_r_peaks(signal, RATE_HZ)
    assert found.size == times.size and np.abs(found - peaks).max() <= 3


def test_the_same_rhythm_gives_the_same_heart(ecg, cut):
    times = ecg.r_times_s
    signal, peaks = lay_beats(cut, times, np.random.default_rng(0))
    own = mean_beat(ecg.signal_mv, find_r_peaks(ecg.signal_mv, RATE_HZ), RATE_HZ)
    laid = mean_beat(signal, find_r_peaks(signal, RATE_HZ), RATE_HZ)
    own, laid = (beat - np.median(beat, axis=1, keepdims=True) for beat in (own, laid))
    assert np.abs(laid - own).max() < 0.06
    before, after = (measure(s, find_r_peaks(s, RATE_HZ), RATE_HZ) for s in (ecg.signal_mv, signal))
    assert after.qrs_ms == pytest.approx(before.qrs_ms, abs=6)
    assert after.qt_ms == pytest.approx(before.qt_ms, abs=20)
    assert peaks.size == ((times >= 0) & (times < 10)).sum()


def test_without_p_there_is_none(cut):
    times = np.arange(0.4, 10.2, 0.85)
    with_p, peaks = lay_beats(cut, times, np.random.default_rng(0))
    without, _ = lay_beats(cut, times, np.random.default_rng(0), with_p=False)
    window = slice(round((0.4 - 0.25) * RATE_HZ), round((0.4 - 0.08) * RATE_HZ))
    at = peaks[1:-1, None] + np.arange(-125, -45)
    heights = [np.ptp(signal[1][at].mean(axis=0)) for signal in (with_p, without)]
    assert window.start >= 0 and heights[0] > 0.09 and heights[1] < 0.03


def test_a_p_wave_alone_has_no_qrs(cut):
    signal = lay_waves(p_wave(cut), cut, np.array([2.0, 5.0]))
    assert 0.08 < np.abs(signal[1]).max() < 0.2
    assert np.abs(signal[:, round(2.0 * RATE_HZ) : round(4.5 * RATE_HZ)]).max() < 0.01


def test_another_beat_is_broader_and_of_another_shape(cut):
    times = np.arange(0.4, 10.2, 0.85)
    shape = other_beat(cut, np.random.default_rng(1), stretch=2.2)
    plain, _ = lay_beats(cut, times, np.random.default_rng(0))
    broad, _ = lay_beats(cut, times, np.random.default_rng(0),
                         instead=dict.fromkeys(range(times.size), shape))  # fmt: skip
    widths = [measure(s, find_r_peaks(s, RATE_HZ), RATE_HZ).qrs_ms for s in (plain, broad)]
    assert widths[1] > widths[0] + 30


def test_surrogate_noise_keeps_spectrum_and_correlation():
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((12, 2000))
    noise[1] = 0.5 * noise[0]
    drawn = surrogate(noise, rng, 2000)
    assert drawn[1] == pytest.approx(0.5 * drawn[0])
    assert np.abs(np.fft.rfft(drawn))[:, 1:-1] == pytest.approx(np.abs(np.fft.rfft(noise))[:, 1:-1])
    assert not np.allclose(drawn, noise) and surrogate(noise, rng, 5000).shape == (12, 5000)


@pytest.mark.parametrize("beats", [0, 2])
def test_too_few_beats_cannot_be_cut(ecg, beats):
    peaks = find_r_peaks(ecg.signal_mv, RATE_HZ)[:beats]
    assert cut_between_beats(ecg.signal_mv, peaks, RATE_HZ) is None
