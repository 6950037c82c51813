"""Flutter whose waves lie on QRS and T is told, and neither PR nor QT is printed."""

import numpy as np
import pytest

from ptacl.io import read_ecg
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.intervals import measure_with_caveats, without_unmeasured
from ptacl.signal.delineation.waves import find_waves
from ptacl.signal.preparation import prepare_ecg
from tests.signal.made_flutter import made_flutter
from tests.signal.made_rhythms import KINDS, NORMAL, P, R, S, T, irregular, sinus

SEEDS = range(20)


def told(ecg):
    peaks = find_r_peaks(ecg.signal_mv, ecg.rate_hz)
    return measure_with_caveats(ecg.signal_mv, peaks, ecg.rate_hz)


@pytest.mark.parametrize(("conducted", "least"), [(2, 0.85), (3, 0.5), (4, 0.85)])
def test_most_flutter_is_told_at_any_conduction(conducted, least):
    found = [told(made_flutter(conducted, seed)) for seed in SEEDS]
    assert np.mean([bool(caveats) for _, caveats in found]) >= least
    for intervals, caveats in found:
        if caveats:
            assert caveats[0].code in ("flutter", "flutter_possible")
            assert np.isnan([intervals.pr_ms, intervals.qt_ms, intervals.qtc_ms]).all()
            assert np.isfinite([intervals.heart_rate_bpm, intervals.qrs_ms]).all()


@pytest.mark.parametrize("kind", [k for k in KINDS if "flutter" not in k])
def test_no_other_made_rhythm_seems_to_repeat_its_atrial_waves(kind):
    intervals, caveats = told(KINDS[kind]())
    assert [c.code for c in caveats] in ([], ["flutter_possible"])
    if caveats:  # regular, and too fast for a sinus node or without P
        assert intervals.heart_rate_bpm >= 90


def test_a_fast_sinus_rhythm_with_a_p_wave_keeps_its_intervals():
    fast = (P.scaled(later_s=0.03), R, S, T.scaled(1.0, 0.75, -0.06))
    for rr_s in (0.58, 0.62, 0.66):
        intervals, caveats = told(sinus(fast, rr_s, noise_mv=0.005))
        assert caveats == () and np.isfinite([intervals.pr_ms, intervals.qt_ms]).all(), rr_s


def test_a_p_wave_on_t_is_no_flutter_where_nothing_recurs_between_t_and_qrs(shared_data):
    ecg = prepare_ecg(read_ecg(shared_data / "ecg" / "wfdb_ptbxl_more" / "00102_hr.hea"))
    intervals, caveats = measure_with_caveats(ecg.signal_mv, ecg.r_peaks, 500.0)
    assert caveats == () and np.isfinite([intervals.pr_ms, intervals.qt_ms]).all()


def test_a_regular_rhythm_too_fast_for_rest_is_told_though_it_has_a_p_wave():
    fast = (P.scaled(later_s=0.04), R, S, T.scaled(1.0, 0.6, -0.12))
    intervals, caveats = told(sinus(fast, 0.42, noise_mv=0.005))
    assert [c.code for c in caveats] == ["flutter_possible"]
    assert "143 a minute" in caveats[0].text and np.isnan(intervals.pr_ms)


def test_no_wave_is_drawn_that_no_interval_is_measured_by():
    ecg = next(e for e in (made_flutter(3, seed) for seed in SEEDS) if told(e)[1])
    waves = find_waves(ecg.signal_mv, find_r_peaks(ecg.signal_mv, ecg.rate_hz), ecg.rate_hz)
    assert set(without_unmeasured(waves, told(ecg)[0]).spans_ms()) == {"QRS"}
    normal = sinus(NORMAL, noise_mv=0.005)
    waves = find_waves(normal.signal_mv, find_r_peaks(normal.signal_mv, 500.0), 500.0)
    assert without_unmeasured(waves, told(normal)[0]) == waves


def test_fibrillation_is_no_flutter():
    for seed in range(6):
        assert told(irregular(seed, low_s=0.36, high_s=0.7, noise_mv=0.006))[1] == ()


def test_a_short_recording_is_not_called_regular():
    assert told(sinus(NORMAL, 0.42, duration_s=2.2))[1] == ()


def test_hardly_any_real_heart_without_flutter_is_told(shared_data):
    folder = shared_data / "ecg" / "wfdb_ptbxl_more"
    found = []
    for header in sorted(folder.glob("*.hea"))[::4]:
        signal = read_ecg(header).signal_mv
        found += measure_with_caveats(signal, find_r_peaks(signal, 500.0), 500.0)[1]
    assert len(found) <= 1
