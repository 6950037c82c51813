import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptacl.signal.resampling import resample


@settings(max_examples=40, deadline=None)
@given(
    samples=st.integers(200, 3000),
    from_hz=st.sampled_from([100.0, 180.0, 250.0, 257.0, 360.0, 500.0, 977.5, 1000.0]),
    to_hz=st.sampled_from([100.0, 250.0, 500.0]),
)
def test_the_length_is_exact(samples, from_hz, to_hz):
    moved = resample(np.ones((2, samples), np.float32), from_hz, to_hz)
    assert moved.shape == (2, round(samples * to_hz / from_hz))
    assert moved.dtype == np.float32


@settings(max_examples=20, deadline=None)
@given(
    hz=st.floats(0.5, 30.0),
    from_hz=st.sampled_from([200.0, 250.0, 360.0, 1000.0]),
    level=st.floats(-5, 5),
)
def test_a_slow_wave_keeps_its_values_and_comes_back(hz, from_hz, level):
    def wave(rate_hz):
        times_s = np.arange(round(6 * rate_hz)) / rate_hz
        return (level + np.sin(2 * np.pi * hz * times_s))[None]

    there = resample(wave(from_hz), from_hz, 500.0)
    inner = slice(500, -500)
    np.testing.assert_allclose(there[:, inner], wave(500.0)[:, inner], atol=0.01)
    back = resample(there, 500.0, from_hz)
    inner = slice(round(from_hz), -round(from_hz))
    np.testing.assert_allclose(back[:, inner], wave(from_hz)[:, inner], atol=0.02)


def test_what_the_lower_rate_cannot_hold_is_removed_not_folded():
    times_s = np.arange(5000) / 500.0
    hum = np.sin(2 * np.pi * 80.0 * times_s)[None]
    assert np.abs(resample(hum, 500.0, 100.0)[:, 50:-50]).max() < 0.01


def test_equal_rates_return_the_input():
    signal = np.ones((12, 10), np.float32)
    assert resample(signal, 500.0, 500.0) is signal


@pytest.mark.parametrize("level", [-3.0, 2.0])
def test_a_constant_stays_constant_up_to_its_ends(level):
    np.testing.assert_allclose(resample(np.full((1, 700), level), 250.0, 500.0), level, atol=5e-3)
