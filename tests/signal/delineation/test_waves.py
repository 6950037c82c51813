import dataclasses

import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.p_wave import common_energy
from ptacl.signal.delineation.waves import find_waves
from tests.signal.made_ecgs import WAVES, make_ecg

REGULAR_S = np.arange(0.5, 10, 0.8)


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 1000.0])
def test_gaussian_waves_begin_and_end_about_their_centres(rate_hz):
    ecg = make_ecg(REGULAR_S, rate_hz=rate_hz, noise_mv=0.002)
    spans = find_waves(ecg, find_r_peaks(ecg, rate_hz), rate_hz).spans_ms()
    for name, key, reach in (("P", "p", 2.3), ("QRS", "qrs", 3.2), ("T", "t", 2.0)):
        centre, width, _ = WAVES[key]
        start, end = spans[name]
        assert start == pytest.approx(1e3 * (centre - reach * width), abs=14)
        over = 2.59 if name == "T" else reach  # where 0.15 of the steepest slope of T is left
        assert end == pytest.approx(1e3 * (centre + over * width), abs=14)


def test_the_waves_of_every_real_ecg_come_in_their_order(ptbxl):
    for signal, _ in list(ptbxl.values())[::4]:
        waves = find_waves(signal, find_r_peaks(signal, 500.0), 500.0)
        edges = np.array(dataclasses.astuple(waves))
        assert (np.diff(edges[np.isfinite(edges)]) >= 0).all()


def test_without_two_beats_or_a_qrs_no_wave_is_found():
    flat = np.zeros((12, 5000), np.float32)
    for r_peaks in ([250], [250, 750]):
        assert find_waves(flat, np.array(r_peaks), 500.0).spans_ms() == {}


def test_common_energy_is_one_for_copies_and_nothing_for_chance():
    rng = np.random.default_rng(0)
    wave = rng.normal(size=(1, 8, 100))
    assert common_energy(np.repeat(wave, 10, axis=0)) == pytest.approx(1.0)
    chance = [common_energy(rng.normal(size=(10, 8, 100))) for _ in range(50)]
    assert np.mean(chance) == pytest.approx(0.0, abs=0.01)
