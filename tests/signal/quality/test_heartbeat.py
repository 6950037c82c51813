import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.quality.heartbeat import measure_beating, no_heartbeat
from ptacl.types import Ecg
from tests.made.hearts import heart
from tests.made.wrong_signals import NO_HEART, no_heart


@pytest.mark.parametrize("kind", NO_HEART)
def test_without_a_heart_predictions_are_withheld(kind):
    for seed in range(4):
        quality = prepare_ecg(Ecg(no_heart(kind, seed), 500.0, "made")).quality
        withheld = any(caveat.severity == "withhold" for caveat in quality.caveats)
        assert withheld or not quality.usable, (kind, seed)


def test_hearts_beat():
    for number in range(6):
        signal = heart(number).signal_mv
        assert no_heartbeat(signal, find_r_peaks(signal, 500.0), 500.0) is None


def test_a_sine_at_10_hz_repeats_itself():
    signal = np.tile(np.sin(2 * np.pi * 10 * np.arange(5000) / 500), (12, 1)).astype(np.float32)
    beating = measure_beating(signal, find_r_peaks(signal, 500.0), 500.0)
    assert beating is not None and beating.echo > 0.9
    assert "repeats itself" in beating.fault


def test_two_shapes_of_beat_in_turn_are_alike():
    """Bigeminy: every other beat is as the one before it."""
    signal = heart().signal_mv.copy()
    peaks = find_r_peaks(signal, 500.0)
    for peak in peaks[1::2]:
        signal[6:, peak - 40 : peak + 60] *= -1
    beating = measure_beating(signal, peaks, 500.0)
    assert beating is not None and beating.similarity > 0.9


@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 1000.0])
def test_other_rates_measure_alike(rate_hz):
    from ptacl.signal.resampling import resample

    signal = resample(heart().signal_mv, 500.0, rate_hz)
    assert no_heartbeat(signal, find_r_peaks(signal, rate_hz), rate_hz) is None
