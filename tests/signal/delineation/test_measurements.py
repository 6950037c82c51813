import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.measurements import MEASUREMENTS, _Beat, _heights, measure_waves
from ptacl.signal.delineation.qrs import AFTER_S, BEFORE_S, LevelBeat
from ptacl.types import LEADS, Waves
from tests.signal.made_ecgs import GAIN, WAVES, make_ecg

REGULAR_S = np.arange(0.5, 10, 0.8)


def measured(signal):
    row = measure_waves(signal, find_r_peaks(signal, 500.0), 500.0)
    return dict(zip(MEASUREMENTS, row, strict=True))


def test_every_wave_is_as_high_as_it_was_made():
    found = measured(make_ecg(REGULAR_S, noise_mv=0.0))
    for lead, gain in zip(LEADS, GAIN, strict=True):
        upright = max(gain, 0.0)
        assert found[f"r_{lead}_mv"] == pytest.approx(upright, abs=0.06), lead
        assert found[f"t_{lead}_mv"] == pytest.approx(WAVES["t"][2] * gain, abs=0.03), lead
        assert found[f"p_{lead}_mv"] == pytest.approx(WAVES["p"][2] * gain, abs=0.03), lead
        assert found[f"st_{lead}_mv"] == pytest.approx(0, abs=0.05), lead
        # a QS complex has no R, so the whole of it comes after the highest sample
        deepest = max(found[f"q_{lead}_mv"], found[f"s_{lead}_mv"])
        assert deepest == pytest.approx(upright - gain, abs=0.06), lead
    assert found["heart_rate_bpm"] == pytest.approx(75, abs=0.1)
    assert np.hypot(found["axis_cos"], found["axis_sin"]) == pytest.approx(1)


def test_heights_follow_the_gain_and_times_do_not():
    signal = make_ecg(REGULAR_S, noise_mv=0.0)
    plain, doubled = measured(signal), measured(2 * signal)
    for name in MEASUREMENTS:
        factor = 2 if name.endswith("_mv") else 1
        assert doubled[name] == pytest.approx(factor * plain[name], rel=0.02, abs=0.01), name


def test_an_ecg_without_beats_has_no_measurements():
    silent = measure_waves(np.zeros((12, 5000), np.float32), np.empty(0, np.int64), 500.0)
    assert silent.shape == (len(MEASUREMENTS),) and np.isnan(silent).all()


def test_a_p_wave_that_is_not_there_is_no_gap():
    found = measured(without_p())
    assert np.isnan(found["pr_ms"])
    assert all(found[f"p_{lead}_mv"] == 0 for lead in LEADS)


def without_p():
    times = np.arange(5000) / 500.0
    lead = sum(
        height * np.exp(-0.5 * ((times - r - centre) / width) ** 2)
        for r in REGULAR_S
        for name, (centre, width, height) in WAVES.items()
        if name != "p"
    )
    return (GAIN[:, None] * lead).astype(np.float32)


def test_a_p_wave_that_begins_before_the_window_is_measured_from_the_window_on() -> None:
    """A PR of .3 s and a broad QRS: the P wave starts 366 ms before R, the window 360."""
    beat = np.tile(np.linspace(0.1, 0.2, round((BEFORE_S + AFTER_S) * 500)), (12, 1))
    waves = Waves(-366.0, -200.0, -58.0, 56.0, 116.0, 325.0)
    taken = _heights(_Beat(LevelBeat(beat, 150, 208), waves, 500.0))
    assert np.isfinite(np.array(taken)).all()
