import dataclasses

import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.intervals import measure
from tests.signal.made_ecgs import GAIN, WAVES, make_ecg

REGULAR_S = np.arange(0.5, 10, 0.8)


def measured(signal, rate_hz=500.0):
    return measure(signal, find_r_peaks(signal, rate_hz), rate_hz)


def of_diagnosis(ptbxl, code, name):
    found = [getattr(measured(s), name) for s, codes in ptbxl.values() if code in codes]
    assert found
    return np.array(found)


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 1000.0])
def test_gaussian_waves_give_their_own_timing(rate_hz):
    intervals = measured(make_ecg(REGULAR_S, rate_hz=rate_hz, noise_mv=0.002), rate_hz)
    centre, width, _ = WAVES["t"]
    # the slope of a Gaussian has fallen to 0.15 of its steepest 2.59 widths after its centre
    t_end_s = centre + 2.59 * width
    assert intervals.heart_rate_bpm == pytest.approx(75.0, abs=0.3)
    assert intervals.rr_sd_ms < 3.0
    # a Gaussian QRS of 10 ms rises above 2.5 % of its greatest slope 3.2 widths from its centre
    assert intervals.qrs_ms == pytest.approx(64, abs=14)
    assert intervals.qt_ms == pytest.approx(1e3 * t_end_s + intervals.qrs_ms / 2, abs=12)
    assert intervals.pr_ms == pytest.approx(160 + 2.3 * 20 - intervals.qrs_ms / 2, abs=20)
    assert intervals.qtc_ms == pytest.approx(intervals.qt_ms / 0.8 ** (1 / 3), rel=5e-3)


@pytest.mark.parametrize("rate_hz", [100.0, 128.0])
def test_the_p_wave_is_no_t_wave_at_a_low_rate(rate_hz):
    """A common delineator takes it for one there (findings/neurokit_cwt_rate.sh)."""
    fine = measured(make_ecg(REGULAR_S, noise_mv=0.002))
    coarse = measured(make_ecg(REGULAR_S, rate_hz=rate_hz, noise_mv=0.002), rate_hz)
    assert coarse.pr_ms == pytest.approx(fine.pr_ms, abs=20)


@pytest.mark.parametrize("angle_deg", [-170, -90, -45, 0, 30, 60, 90, 150])
def test_the_axis_is_the_angle_of_the_dipole(angle_deg):
    ecg = make_ecg(REGULAR_S, noise_mv=0.0)
    shape = ecg[1] / GAIN[1]
    angle = np.radians(angle_deg)
    lead_i, lead_ii = shape * np.cos(angle), shape * np.cos(angle - np.pi / 3)
    limb = [lead_i, lead_ii, lead_ii - lead_i]
    limb += [-(lead_i + lead_ii) / 2, lead_i - lead_ii / 2, lead_ii - lead_i / 2]
    ecg[:6] = limb
    axis = measured(ecg).qrs_axis_deg
    assert (axis - angle_deg + 180) % 360 - 180 == pytest.approx(0, abs=2)


def test_without_p_waves_in_an_irregular_rhythm_there_is_no_pr():
    rng = np.random.default_rng(3)
    r_times_s = np.cumsum(rng.uniform(0.75, 1.1, 10))
    with_p = make_ecg(r_times_s, noise_mv=0.01)
    assert np.isfinite(measured(with_p).pr_ms)
    without = with_p.copy()
    times = np.arange(5000) / 500
    for r in r_times_s:
        without -= (GAIN[:, None] * 0.1 * np.exp(-0.5 * ((times - r + 0.16) / 0.02) ** 2)).astype(
            "f4"
        )
    without += (GAIN[:, None] * 0.03 * np.sin(2 * np.pi * 6.3 * times)).astype("f4")
    fibrillating = measured(without)
    assert np.isnan(fibrillating.pr_ms)
    assert np.isfinite(fibrillating.qrs_ms)


@pytest.mark.parametrize("r_peaks", [[], [250]])
def test_with_fewer_than_two_beats_nothing_is_measured(r_peaks):
    intervals = measure(make_ecg([0.5]), np.array(r_peaks, dtype=int), 500.0)
    assert all(np.isnan(value) for value in dataclasses.astuple(intervals))


def test_flat_leads_and_a_flat_ecg_do_not_break_it():
    ecg = make_ecg(REGULAR_S)
    r_peaks = find_r_peaks(ecg, 500.0)
    expected = measure(ecg, r_peaks, 500.0)
    ecg[6], ecg[8] = 0.0, np.nan
    assert measure(ecg, r_peaks, 500.0).qrs_ms == pytest.approx(expected.qrs_ms, abs=8)
    flat = measure(np.zeros((12, 5000), "f4"), r_peaks, 500.0)
    assert flat.heart_rate_bpm == pytest.approx(expected.heart_rate_bpm)
    assert np.isnan(flat.qrs_ms)
    assert np.isnan(flat.qt_ms)


def test_scaling_changes_no_interval():
    ecg = make_ecg(REGULAR_S)
    r_peaks = find_r_peaks(ecg, 500.0)
    assert dataclasses.astuple(measure(2 * ecg, r_peaks, 500.0)) == pytest.approx(
        dataclasses.astuple(measure(ecg, r_peaks, 500.0)), abs=2.1
    )


def test_real_normal_ecgs_measure_normal(ptbxl):
    assert 85 <= np.median(of_diagnosis(ptbxl, "NORM", "qrs_ms")) <= 100
    assert 385 <= np.nanmedian(of_diagnosis(ptbxl, "NORM", "qtc_ms")) <= 420
    assert 150 <= np.nanmedian(of_diagnosis(ptbxl, "NORM", "pr_ms")) <= 170


def test_real_bundle_branch_blocks_are_broad_and_fibrillation_has_no_pr(ptbxl):
    assert of_diagnosis(ptbxl, "CLBBB", "qrs_ms").min() > 120
    assert np.isnan(of_diagnosis(ptbxl, "AFIB", "pr_ms")).all()
    # where P lies in the T wave before, its start cannot be told
    assert np.nanmedian(of_diagnosis(ptbxl, "1AVB", "pr_ms")) > 200


def test_a_device_measured_about_the_same():
    """The DICOM file that pydicom carries, with the figures that its ECG device wrote."""
    data = pytest.importorskip("pydicom.data")
    from ptacl.io import read_ecg

    ecg = read_ecg(data.get_testdata_file("waveform_ecg.dcm"))
    ours = measured(ecg.signal_mv, ecg.sample_rate_hz)
    for name, tolerance in (("heart_rate_bpm", 1), ("pr_ms", 12), ("qrs_ms", 12), ("qt_ms", 12)):
        assert getattr(ours, name) == pytest.approx(ecg.measurements[name], abs=tolerance)
    assert ours.qrs_axis_deg == pytest.approx(ecg.measurements["qrs_axis_deg"], abs=10)
