"""The best ten seconds of a long recording."""

import time
import tracemalloc

import numpy as np
import pytest

from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import EcgRecipe
from ptacl.signal.window import best_start
from ptacl.types import Ecg
from tests.signal.made_ecgs import make_ecg

R_TIMES_S = np.arange(0.4, 70, 0.85)


def _start_s(signal: np.ndarray, rate_hz: float = 500.0, duration_s: float = 10.0) -> float:
    """Where the chosen window begins."""
    return best_start(signal, rate_hz, duration_s) / rate_hz


@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 257.3, 500.0, 1000.0])
def test_of_clean_windows_the_first_is_taken_at_every_rate(rate_hz: float) -> None:
    assert _start_s(make_ecg(R_TIMES_S, 30.0, rate_hz), rate_hz) == 0.0


def test_what_is_no_longer_than_the_window_is_untouched() -> None:
    noisy = make_ecg(R_TIMES_S, 10.0, noise_mv=1.0)
    assert best_start(noisy, 500.0, 10.0) == 0
    prepared = prepare_ecg(Ecg(noisy, 500.0, "npy"), EcgRecipe(baseline="none"))
    np.testing.assert_array_equal(prepared.signal_mv, noisy)


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 1000.0])
def test_a_noisy_half_is_left_out(rate_hz: float) -> None:
    signal = make_ecg(R_TIMES_S, 40.0, rate_hz)
    half = signal.shape[1] // 2
    hum = np.sin(2 * np.pi * 50 * np.arange(half) / rate_hz)
    for disturbance in (np.random.default_rng(0).normal(0, 0.1, (12, half)), 0.2 * hum):
        disturbed = signal.copy()
        disturbed[:, :half] += disturbance
        assert _start_s(disturbed, rate_hz) == 20.0
        disturbed = signal.copy()
        disturbed[:, half:] += disturbance
        assert _start_s(disturbed, rate_hz) == 0.0


def test_one_loose_electrode_counts_too() -> None:
    signal = make_ecg(R_TIMES_S, 40.0)
    signal[8, :8000] += np.random.default_rng(1).normal(0, 0.2, 8000)
    assert _start_s(signal) == 16.0
    assert prepare_ecg(Ecg(signal, 500.0, "npy")).start_s == 16.0


def test_of_noise_everywhere_the_least_is_taken() -> None:
    signal = make_ecg(R_TIMES_S, 60.0)
    level = np.repeat(np.linspace(0.5, 0.1, 60), 500)
    level[20 * 500 : 32 * 500] = 0.06
    signal += np.random.default_rng(2).normal(0, 1, signal.shape) * level
    assert 20 <= _start_s(signal) <= 22


def test_flat_stretches_and_wander_are_left_out() -> None:
    flat = make_ecg(R_TIMES_S, 40.0, noise_mv=0.0)
    flat[7, 1000:6000] = flat[7, 1000]
    assert _start_s(flat) == 12.0
    wandering = make_ecg(R_TIMES_S, 40.0)
    wandering[2, 3000:9000] += np.float32(4.0) * np.sin(np.arange(6000) * np.pi / 1500)
    assert _start_s(wandering) == 18.0


def test_missing_samples_count_most() -> None:
    signal = make_ecg(R_TIMES_S, 30.0)
    signal[:, :6000] += np.random.default_rng(3).normal(0, 0.5, (12, 6000))
    signal[4, 6000::1000] = np.nan  # a sample every two seconds, later on
    assert _start_s(signal) <= 2.0
    assert _start_s(np.full((12, 15_000), np.nan, np.float32)) == 0.0


def test_a_whole_day_is_judged_quickly_and_in_little_memory() -> None:
    """A sixth of a day; the cost grows with the length and the memory does not."""
    minute = make_ecg(R_TIMES_S, 60.0, 250.0, noise_mv=0.05)
    day = np.tile(minute, (1, 240))
    clean = slice(100 * 15_000, 100 * 15_000 + 15 * 250)
    day[:, clean] = make_ecg(R_TIMES_S, 15.0, 250.0)
    tracemalloc.start()
    began = time.perf_counter()
    start_s = _start_s(day, 250.0)
    took_s = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert start_s == 6000.0
    assert peak < 60e6
    assert took_s < 20.0
