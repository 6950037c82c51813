import numpy as np
import pytest

from ptacl.signal.filters import bandpass, highpass, lowpass, notch

RATE_HZ = 500.0
TIMES_S = np.arange(10_000) / RATE_HZ


def gain(filtered, hz):
    wave = np.sin(2 * np.pi * hz * TIMES_S)
    middle = slice(2000, 8000)
    return filtered[middle] @ wave[middle] / (wave[middle] @ wave[middle])


@pytest.mark.parametrize(
    ("run", "hz", "expected"),
    [
        # a second-order Butterworth filter run both ways: 1 / (1 + ratio⁴)
        (lambda x: highpass(x, RATE_HZ, 0.5), 0.5, 1 / 2),
        (lambda x: highpass(x, RATE_HZ, 0.5), 0.25, 1 / 17),
        (lambda x: highpass(x, RATE_HZ, 0.5), 5.0, 1.0),
        (lambda x: lowpass(x, RATE_HZ, 20.0), 20.0, 1 / 2),
        (lambda x: lowpass(x, RATE_HZ, 20.0), 40.0, 1 / 17),
        (lambda x: bandpass(x, RATE_HZ, (0.5, 40.0)), 5.0, 1.0),
        (lambda x: notch(x, RATE_HZ, 50.0), 50.0, 0.0),
        (lambda x: notch(x, RATE_HZ, 50.0), 40.0, 1.0),
    ],
)
def test_gain_is_the_filters_and_the_phase_is_zero(run, hz, expected):
    wave = np.sin(2 * np.pi * hz * TIMES_S)
    filtered = run(wave)
    assert gain(filtered, hz) == pytest.approx(expected, abs=0.02)
    quadrature = np.cos(2 * np.pi * hz * TIMES_S)[2000:8000]
    assert abs(filtered[2000:8000] @ quadrature) / 3000 < 0.01


def test_corners_beyond_nyquist_do_nothing():
    signal = np.random.default_rng(0).normal(size=(12, 300)).astype(np.float32)
    assert lowpass(signal, 100.0, 50.0) is signal
    assert notch(signal, 100.0, 60.0) is signal
    np.testing.assert_array_equal(
        bandpass(signal, 100.0, (0.5, 60.0)), highpass(signal, 100.0, 0.5)
    )


@pytest.mark.parametrize("samples", [1, 5, 50])
def test_short_signals_pass_in_their_own_precision(samples):
    for dtype in (np.float32, np.float64):
        filtered = highpass(np.ones((2, samples), dtype=dtype), RATE_HZ)
        assert filtered.shape == (2, samples)
        assert filtered.dtype == dtype
