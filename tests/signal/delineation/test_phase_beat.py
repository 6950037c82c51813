import numpy as np
import pytest

from ptacl.signal.delineation.phase_beat import PHASES, mean_beat_by_phase


def saw_teeth(lengths: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Beats that fall from 1 to 0 in a straight line, each of its own length."""
    signal = np.concatenate([1 - np.arange(length) / length for length in lengths] + [[1.0]])
    return signal, np.concatenate([[0], np.cumsum(lengths)])


def test_beats_of_unlike_length_are_laid_over_each_other_by_phase():
    signal, peaks = saw_teeth([400, 440, 360])
    beat = mean_beat_by_phase(signal, peaks)
    assert beat.shape == (PHASES,)
    assert beat[: PHASES - 2] == pytest.approx(1 - np.arange(PHASES - 2) / PHASES, abs=0.01)


def test_a_beat_after_a_pause_is_left_out():
    signal, peaks = saw_teeth([400, 400, 900, 400])
    signal[800:1700] = 50.0
    assert mean_beat_by_phase(signal, peaks)[1:-2].max() < 1.0


def test_without_two_r_peaks_there_is_no_beat():
    assert mean_beat_by_phase(np.zeros(1000), np.array([300])) is None
    assert mean_beat_by_phase(np.zeros(1000), np.array([300, 1200])) is None
