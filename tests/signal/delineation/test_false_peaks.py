import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from tests.signal.made_rhythms import BROAD, KINDS, NORMAL, made, missed_and_extra, regular


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 1000.0])
@pytest.mark.parametrize("kind", KINDS)
def test_beats_are_qrs_complexes_in_every_rhythm(kind, rate_hz):
    ecg = KINDS[kind](rate_hz=rate_hz, noise_mv=0.01)
    assert missed_and_extra(find_r_peaks(ecg.signal_mv, rate_hz), ecg) == ([], [])


@pytest.mark.parametrize("gain", [0.02, 1.0, 50.0])
def test_a_t_wave_is_no_beat_at_any_gain(gain):
    ecg = KINDS["tented T twice the QRS"]()
    found = find_r_peaks((gain * ecg.signal_mv).astype(np.float32), ecg.rate_hz)
    assert missed_and_extra(found, ecg) == ([], [])


def test_one_broad_beat_on_the_t_wave_of_the_beat_before_is_a_beat():
    beats = [(at, NORMAL) for at in regular(0.9)]
    beats.insert(5, (beats[4][0] + 0.38, BROAD))
    ecg = made(beats)
    assert missed_and_extra(find_r_peaks(ecg.signal_mv, ecg.rate_hz), ecg) == ([], [])


def test_the_jump_of_one_electrode_is_no_beat():
    ecg = KINDS["normal"]()
    ecg.signal_mv[7, 1480:1520] += 3.0  # V2 between two beats, and V3 with it
    ecg.signal_mv[8, 1480:1520] += 2.0
    assert missed_and_extra(find_r_peaks(ecg.signal_mv, ecg.rate_hz), ecg) == ([], [])
