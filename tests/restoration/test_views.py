"""The two views that the restorer reads."""

import numpy as np
import pytest

from ptacl.restoration.grid import BEAT_SAMPLES, R_SAMPLE, SAMPLES
from ptacl.restoration.hidden import BEAT_PASSES, STRETCH_PASSES, WAVE_WINDOWS, stretches
from ptacl.restoration.views import beat_end, beat_start, ecg_views, expected_peaks, lay
from ptacl.signal.preparation import scaled_ecg
from ptacl.synthetic import simulate_ecg


@pytest.fixture(scope="module")
def views():
    ecg, times_s = simulate_ecg(1, 0, ages="adults")
    return ecg_views(scaled_ecg(ecg), np.rint(500 * times_s).astype(np.int64))


def test_the_beat_has_its_r_peak_where_the_grid_says(views) -> None:
    size = np.abs(views.beat_mv).sum(axis=0)
    assert abs(int(size.argmax()) - R_SAMPLE) <= 2


def test_the_laid_beat_is_most_of_the_recording(views) -> None:
    left = views.ecg_mv - views.laid_mv
    assert left.std() < 0.35 * views.ecg_mv.std()
    inside = views.laid_at >= 0
    assert (views.laid_mv[:, inside] == views.beat_mv[:, views.laid_at[inside]]).all()
    assert not views.laid_mv[:, ~inside].any()


def test_without_three_beats_there_is_no_view() -> None:
    ecg, times_s = simulate_ecg(1, 0, ages="adults")
    peaks = np.rint(500 * times_s).astype(np.int64)
    assert ecg_views(scaled_ecg(ecg), peaks[:2]) is None


def test_a_lead_that_is_not_read_is_zero_in_every_view() -> None:
    ecg, times_s = simulate_ecg(1, 0, ages="adults")
    present = np.arange(12) != 7
    views = ecg_views(scaled_ecg(ecg), np.rint(500 * times_s).astype(np.int64), present)
    assert views is not None
    assert not views.ecg_mv[7].any() and not views.beat_mv[7].any() and views.beat_mv[8].any()


def test_a_short_recording_is_valid_up_to_its_end() -> None:
    ecg, times_s = simulate_ecg(1, 0, ages="adults")
    peaks = np.rint(500 * times_s).astype(np.int64)
    short = scaled_ecg(ecg)[:, :3000]
    views = ecg_views(short, peaks[peaks < 3000])
    assert views is not None and views.valid == 750 and not views.ecg_mv[:, 750:].any()


def test_a_premature_beat_is_expected_at_its_place_in_the_rhythm() -> None:
    peaks = np.array([0, 400, 650, 1200, 1600])
    assert expected_peaks(peaks, np.array([0, 400, 1200, 1600])).tolist() == [
        0,
        400,
        800,
        1200,
        1600,
    ]


def test_a_beat_of_the_usual_shape_before_a_premature_one_is_expected_where_it_is() -> None:
    peaks = np.array([0, 480, 960, 1440, 1735, 2300, 2780])
    typical = np.array([0, 480, 960, 1735, 2300, 2780])
    usual = np.ones(7, dtype=bool)
    assert expected_peaks(peaks, typical, usual).tolist() == peaks.tolist()
    assert 1440 not in expected_peaks(peaks, typical)


def test_a_beat_of_another_shape_is_expected_at_its_place_between_usual_ones() -> None:
    peaks = np.array([0, 400, 650, 1200, 1600])
    assert 800 in expected_peaks(peaks, peaks[[0, 1, 3, 4]], np.array([1, 1, 0, 1, 1], dtype=bool))


def test_the_t_wave_of_a_beat_before_the_recording_is_laid() -> None:
    ecg, times_s = simulate_ecg(1, 0, ages="adults")
    peaks = np.rint(500 * times_s).astype(np.int64)
    first = int(peaks[1]) + 100
    views = ecg_views(scaled_ecg(ecg)[:, first:], peaks[2:] - first)
    assert views is not None
    # 0.2 s after R its T wave is still to come
    assert views.laid_at[0] == R_SAMPLE + 25


def test_more_is_left_unjudged_at_an_end_that_cuts_a_qrs() -> None:
    ecg, times_s = simulate_ecg(1, 0, ages="adults")
    peaks = np.rint(500 * times_s).astype(np.int64)
    cut = int(peaks[1]) - 5
    views = ecg_views(scaled_ecg(ecg)[:, cut : int(peaks[-3]) + 150], peaks[1:-2] - cut)
    assert views is not None and views.unsure == (75, 25)


def test_a_pause_without_a_beat_stays_a_pause() -> None:
    peaks = np.array([0, 400, 1200, 1600])
    assert expected_peaks(peaks, peaks).tolist() == peaks.tolist()


def test_beats_do_not_overlap_the_next_r_peak() -> None:
    laid = lay(np.array([50.0, 100.0, 150.0]))
    assert laid.shape == (SAMPLES,) and laid[50] == laid[100] == laid[150] == R_SAMPLE
    assert laid[149] < R_SAMPLE


def test_the_passes_hide_everything() -> None:
    assert np.any(BEAT_PASSES, axis=0).all() and BEAT_PASSES[-1].all()
    assert sum(window.sum() for window in WAVE_WINDOWS.values()) == BEAT_SAMPLES
    together = sum(stretches(number).astype(int) for number in range(STRETCH_PASSES))
    assert (together == 1).all()


def test_a_fast_beat_ends_before_the_next_p_wave() -> None:
    assert beat_end(0.5) == R_SAMPLE + 38 and beat_end(1.5) == BEAT_SAMPLES


def test_a_fast_beat_starts_after_the_t_wave_before_it() -> None:
    assert beat_start(0.5) == R_SAMPLE - 25 and beat_start(1.5) == 0
