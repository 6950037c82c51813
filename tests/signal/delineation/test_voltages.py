import dataclasses

import numpy as np
import pytest

from ptacl.metrics.regression import auroc
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.voltages import qrs_voltages
from ptacl.types import LEADS
from tests.signal.made_ecgs import GAIN, make_ecg

REGULAR_S = np.arange(0.5, 10, 0.8)


def measured(signal):
    return qrs_voltages(signal, find_r_peaks(signal, 500.0), 500.0)


def test_waves_of_known_height_add_up_as_the_criteria_say():
    found = measured(make_ecg(REGULAR_S, noise_mv=0.0))
    gain = dict(zip(LEADS, GAIN, strict=True))
    assert found.sokolow_lyon_mv == pytest.approx(-gain["V1"] + gain["V5"], abs=0.06)
    assert found.cornell_mv == pytest.approx(gain["aVL"], abs=0.06)
    assert found.peguero_lo_presti_mv == pytest.approx(0.8, abs=0.06)  # aVR and V2


def test_a_deep_s_in_v3_counts_for_cornell_and_twice_the_signal_for_all():
    signal = make_ecg(REGULAR_S, noise_mv=0.0)
    plain = dataclasses.asdict(measured(signal))
    doubled = dataclasses.asdict(measured(2 * signal))
    assert doubled == pytest.approx({key: 2 * value for key, value in plain.items()}, rel=1e-3)
    signal[8] *= -1
    assert measured(signal).cornell_mv == pytest.approx(plain["cornell_mv"] + 0.5, abs=0.06)


def test_an_ecg_without_beats_has_no_voltages():
    silent = qrs_voltages(np.zeros((12, 5000), np.float32), np.empty(0, np.int64), 500.0)
    assert np.isnan(list(dataclasses.asdict(silent).values())).all()


def test_hypertrophy_stands_out_of_the_normal_records_of_ptbxl(ptbxl):
    chosen = [(s, "'LVH'" in c) for s, c in ptbxl.values() if "'LVH'" in c or "'NORM'" in c]
    ill = np.array([lvh for _, lvh in chosen])
    found = [dataclasses.asdict(measured(signal)) for signal, _ in chosen]
    for criterion in found[0]:
        assert auroc(ill, np.array([one[criterion] for one in found])) > 0.8, criterion
