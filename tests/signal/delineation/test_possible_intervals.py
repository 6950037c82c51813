"""An interval is printed only where it can be."""

import dataclasses

import numpy as np
import pytest

import ptacl
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.intervals import (
    _without_overtaken_qt,
    measure,
    measure_with_caveats,
    possible,
)
from ptacl.types import Ecg, EcgIntervals
from tests.real_files import REPOSITORY
from tests.signal.made_rhythms import KINDS, NORMAL, P, R, S, T, Wave, flutter, irregular, sinus

NAN = float("nan")
TRUE_QT = 1e3 * (0.280 + 2.59 * 0.055 + 0.032)
"""From the velocity of QRS and T: see `test_qrs` and `test_intervals`."""
TRUE_PR = 1e3 * (0.160 + 2.4 * 0.020 - 0.032)


def measured(ecg):
    return measure(ecg.signal_mv, find_r_peaks(ecg.signal_mv, ecg.rate_hz), ecg.rate_hz)


def test_the_rate_of_bigeminy_is_the_mean_and_the_intervals_are_the_narrow_beats():
    found = measured(KINDS["bigeminy"]())
    assert found.heart_rate_bpm == pytest.approx(73.3, abs=0.5)
    assert found.qrs_ms < 110
    assert found.pr_ms == pytest.approx(TRUE_PR, abs=12)


@pytest.mark.parametrize("kind", ["trigeminy", "quadrigeminy", "an ectopic beat now and then"])
def test_ectopic_beats_leave_the_intervals_of_the_others_alone(kind):
    found = measured(KINDS[kind]())
    assert found.pr_ms == pytest.approx(TRUE_PR, abs=12)
    assert found.qt_ms == pytest.approx(TRUE_QT, abs=12)


@pytest.mark.parametrize("kind", KINDS)
def test_no_qt_runs_into_the_next_beat(kind):
    ecg = KINDS[kind]()
    found = measured(ecg)
    if np.isfinite(found.qt_ms):
        assert found.qt_ms < 60e3 / found.heart_rate_bpm
        assert found.qt_ms > found.qrs_ms


@pytest.mark.parametrize("kind", ["fibrillation", "fibrillation, fast", "fibrillation, tented T"])
def test_fibrillation_has_no_pr(kind):
    assert np.isnan(measured(KINDS[kind](noise_mv=0.01)).pr_ms)


def test_a_short_first_beat_of_fibrillation_lengthens_no_qt():
    for seed in range(8):
        found = measured(irregular(seed, low_s=0.36, high_s=1.15, noise_mv=0.006))
        assert np.isnan(found.pr_ms)
        assert np.isnan(found.qt_ms) or found.qt_ms == pytest.approx(TRUE_QT, abs=20)


def test_flutter_has_neither_pr_nor_qt():
    for each in (4, 5):
        found = measured(flutter(each, noise_mv=0.005))
        assert np.isnan(found.pr_ms)
    assert np.isnan(measured(flutter(5, noise_mv=0.005)).qt_ms)


def test_without_p_there_is_no_pr():
    for waves, rr_s in (((R, S, T), 1.0), ((R, S, T), 0.6)):
        assert np.isnan(measured(sinus(waves, rr_s, noise_mv=0.005)).pr_ms)
    assert np.isnan(measured(KINDS["broad, 170/min"]()).pr_ms)
    assert np.isnan(measured(KINDS["complete block"]()).pr_ms)


@pytest.mark.parametrize("apart_s", [0.05, 0.06, 0.07, 0.09])
def test_p_begins_at_the_first_of_its_humps(apart_s):
    humps = [Wave(-0.205 + shift, 0.018, P.heights) for shift in (0.0, apart_s)]
    found = measured(sinus((*humps, R, S, T), noise_mv=0.005))
    assert found.pr_ms == pytest.approx(1e3 * (0.205 + 2.4 * 0.018 - 0.032), abs=12)


@pytest.mark.parametrize("later_s", [0.03, 0.0, -0.06, -0.10, -0.17])
def test_short_and_long_pr_are_measured(later_s):
    found = measured(sinus((P.scaled(later_s=later_s), R, S, T), 1.1, noise_mv=0.005))
    assert found.pr_ms == pytest.approx(TRUE_PR - 1e3 * later_s, abs=16)


def test_a_p_wave_inside_t_has_no_start():
    assert np.isnan(measured(sinus(NORMAL, 0.545)).pr_ms)


@pytest.mark.parametrize(("height", "later_s"), [(0.2, 0.19), (0.25, 0.17), (0.15, 0.2)])
def test_a_u_wave_is_not_the_end_of_t(height, later_s):
    found = measured(sinus((*NORMAL, T.scaled(height, 0.9, later_s)), 1.1, noise_mv=0.003))
    # U begins while T still falls: the slope is least before T alone would be over
    assert TRUE_QT - 40 < found.qt_ms < TRUE_QT + 10


def test_both_limbs_of_a_t_of_two_phases_count():
    phases = T.scaled(1.0, 0.6, -0.05), T.scaled(-1.0, 0.6, 0.04)
    found = measured(sinus((P, R, S, *phases), 1.0, noise_mv=0.003))
    assert found.qt_ms > 1e3 * (0.32 + 0.032)


def test_where_t_is_flat_there_is_no_qt():
    found = measured(sinus((P, R, S, T.scaled(0.05)), 1.0))
    assert np.isnan(found.qt_ms) and np.isnan(found.qtc_ms)
    assert found.pr_ms == pytest.approx(TRUE_PR, abs=12)


def test_what_no_heart_has_is_not_printed():
    wrong = EcgIntervals(100.0, 30.0, 20.0, 700.0, 800.0, 10.0, 5.0)
    found = dataclasses.astuple(possible(wrong))
    assert found == pytest.approx((100.0, *[NAN] * 4, 10.0, 5.0), nan_ok=True)
    right = EcgIntervals(60.0, 160.0, 90.0, 400.0, 400.0, 10.0, 5.0)
    assert possible(right) == right


def test_no_qt_is_printed_of_fibrillation_whose_beats_overtake_their_own_t_waves() -> None:
    taken = EcgIntervals(75.0, np.nan, 98.0, 432.0, 465.0, 50.0, 288.0)
    rr_ms = np.array([892.0, 578, 386, 364, 1040, 1126, 866, 970, 812, 1144, 1044, 352])
    assert np.isnan(_without_overtaken_qt(taken, rr_ms).qt_ms)
    assert _without_overtaken_qt(taken, np.sort(rr_ms)[2:]).qt_ms == 432.0  # one early beat
    assert _without_overtaken_qt(dataclasses.replace(taken, pr_ms=150.0), rr_ms).qt_ms == 432.0


def test_a_qrs_that_is_shorter_than_any_adult_s_lets_no_prediction_be_shown():
    quick = (P.scaled(1, 0.4, 0.1), R.scaled(1, 0.45), S.scaled(1, 0.45, -0.015))
    ecg = sinus((*quick, T.scaled(0.6, 0.4, -0.17)), 0.35, noise_mv=0.004)
    model = ptacl.load(REPOSITORY / "checkpoints" / "demo")
    found = model.inspect(Ecg(ecg.signal_mv, ecg.rate_hz, "made"))
    assert [c.code for c in found.caveats if c.severity == "withhold"] == ["qrs_too_narrow"]
    assert found.predictions == () and found.neighbours == () and "ms" in found.withheld


@pytest.mark.parametrize("kind", KINDS)
def test_no_made_qrs_of_a_person_is_called_too_short(kind):
    ecg = KINDS[kind]()
    peaks = find_r_peaks(ecg.signal_mv, ecg.rate_hz)
    told = measure_with_caveats(ecg.signal_mv, peaks, ecg.rate_hz)[1]
    assert "qrs_too_narrow" not in [c.code for c in told]
