"""Systole keeps its length while the beat changes, on hearts whose instants are known."""

import numpy as np
import pytest

from ptacl.signal.delineation.beats import cardiac_phase
from ptacl.signal.preparation import prepare_cine
from ptacl.signal.recipe import Recipe
from ptacl.signal.systole import end_systole_frames, nearest_frame, phase_in_scan, systole_ms
from ptacl.synthetic import simulate_subject
from ptacl.synthetic.cohort import draw_truths
from ptacl.synthetic.mechanics import contraction

RATE_HZ = 500.0
PEAKS = np.arange(0, 5000, 500)
"""60 beats a minute."""


def test_equal_heart_rates_leave_the_phase_alone() -> None:
    places = np.linspace(0, 4400, 300)
    same = phase_in_scan(PEAKS, places, RATE_HZ, 1000.0)
    np.testing.assert_allclose(same, cardiac_phase(PEAKS, places), atol=1e-9)


def test_the_end_of_systole_meets_the_end_of_systole_and_the_beat_stays_a_beat() -> None:
    end = np.array([systole_ms(1000.0) / 2])  # samples at 500 Hz
    faster = phase_in_scan(PEAKS, end, RATE_HZ, 600.0)
    assert faster[0] == pytest.approx(systole_ms(600.0) / 600, abs=1e-9)
    whole = phase_in_scan(PEAKS, np.linspace(0, 499.99, 200), RATE_HZ, 600.0)
    assert (np.diff(whole) > 0).all()
    assert whole[0] == 0.0 and 0.999 < whole[-1] < 1.0


def test_without_beats_there_is_no_phase() -> None:
    assert np.isnan(phase_in_scan(np.array([100]), np.array([5.0, 90.0]), RATE_HZ, 900.0)).all()


def test_beats_of_any_length_keep_phases_in_range() -> None:
    peaks = np.cumsum([100, 130, 900, 220, 150, 1500])
    phase = phase_in_scan(peaks, np.arange(0, 3200, 7), RATE_HZ, 350.0)
    assert ((phase >= 0) & (phase < 1)).all()


def test_systole_scaled_apart_is_nearer_to_the_truth_when_the_scan_beats_at_another_rate() -> None:
    truths = draw_truths(5, range(1200))
    regular = truths[(truths["af"] == 0) & (truths["lbbb"] == 0)]
    other = regular[(regular["hr_scan_bpm"] - regular["hr_ecg_bpm"]).abs() > 5]
    assert len(other) > 100
    plain, apart = [], []
    for truth in other.itertuples():
        peaks = np.arange(10) * round(truth.rr_ecg_ms / 2)
        end = peaks[3] + (truth.qt_ms - 45) / 2  # the end of the T wave from the R peak on
        true_phase = truth.t_es_ms / truth.rr_scan_ms
        plain.append(abs(cardiac_phase(peaks, np.array([end]))[0] - true_phase))
        apart.append(
            abs(phase_in_scan(peaks, np.array([end]), RATE_HZ, truth.rr_scan_ms)[0] - true_phase)
        )
    assert np.mean(apart) < 0.6 * np.mean(plain)


def test_end_systole_is_found_in_the_cine_alone() -> None:
    recipe = Recipe()
    emptied = []
    for index in range(20):
        pair = simulate_subject(11, index)
        cine = prepare_cine(pair.cine, recipe.cine)
        frame = end_systole_frames(cine.frames[None], cine.phases[None])[0]
        time_ms = np.array([cine.phases[frame] * cine.rr_ms])
        emptied.append(contraction(pair.truth, time_ms)[0])
    assert np.mean(emptied) > 0.97
    assert min(emptied) > 0.8


def test_the_nearest_frame_is_sought_around_the_circle() -> None:
    assert nearest_frame(np.array([0.05, 0.5, 0.98]), 0.0) == 2
