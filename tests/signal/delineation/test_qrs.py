import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.qrs import following_s, measured_peaks, preceding_s
from ptacl.signal.delineation.waves import find_beat_and_waves
from tests.signal.made_rhythms import R, S, T, sinus


@pytest.mark.parametrize("width", [1.0, 1.5, 2.5])
@pytest.mark.parametrize("rate_hz", [500.0, 1000.0])
def test_the_qrs_begins_and_ends_where_its_true_velocity_does(width, rate_hz):
    qrs = R.scaled(1.0, width), S.scaled(1.0, width, 0.028 * (width - 1))
    ecg = sinus((*qrs, T.scaled(later_s=0.06 * (width - 1))), rate_hz=rate_hz, noise_mv=0.001)
    times = np.arange(-0.36, 0.25, 1 / 8000)
    leads = sum(
        np.array(w.heights)[:, None] * np.exp(-0.5 * ((times - w.centre_s) / w.width_s) ** 2)
        for w in qrs
    )
    velocity = np.linalg.norm(np.gradient(leads, axis=1), axis=0)
    onset_ms = 1e3 * times[np.flatnonzero(velocity > 0.025 * velocity.max())[0]]
    offset_ms = 1e3 * times[np.flatnonzero(velocity > 0.03 * velocity.max())[-1]]
    r_peaks = find_r_peaks(ecg.signal_mv, rate_hz)
    shift_ms = 1e3 * np.mean(r_peaks[1:8] / rate_hz - ecg.r_times_s[1:8])
    waves = find_beat_and_waves(ecg.signal_mv, r_peaks, rate_hz)[1]
    assert waves.qrs_start_ms + shift_ms == pytest.approx(onset_ms, abs=3)
    assert waves.qrs_end_ms + shift_ms == pytest.approx(offset_ms, abs=3)


def test_intervals_before_and_after_some_of_the_beats():
    r_peaks = np.array([100, 500, 700, 1200])
    np.testing.assert_allclose(
        following_s(np.array([100, 700, 1200]), r_peaks, 500.0)[:2], [0.8, 1]
    )
    assert np.isinf(following_s(np.array([1200]), r_peaks, 500.0)).all()
    assert preceding_s(np.array([500, 1200]), r_peaks, 500.0) == pytest.approx(0.9)
    assert preceding_s(np.array([100]), r_peaks, 500.0) == pytest.approx(0.8)


def test_a_beat_that_the_next_one_cuts_short_is_not_measured():
    ecg = sinus((R, S, T), 0.9)
    r_peaks = find_r_peaks(ecg.signal_mv, 500.0)
    early = np.sort(np.append(r_peaks, r_peaks[4] + 180))
    assert r_peaks[4] not in measured_peaks(ecg.signal_mv, early, 500.0)
    assert r_peaks[4] in measured_peaks(ecg.signal_mv, r_peaks, 500.0)
