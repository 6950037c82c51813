import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.delineation.pacing import find_spikes, without_spikes
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import Ecg
from tests.signal.made_rhythms import BROAD, KINDS, made, missed_and_extra, regular
from tests.signal.made_spikes import spikes

HEIGHTS = np.array([0.8, -1.0, 0.5, 0.7, 0.7, 0.6, -0.7, -0.5])
NARROW = KINDS["normal"]
ATRIAL_S, VENTRICULAR_S = -0.225, -0.11


def paced_from_the_ventricles(rate_hz):
    return made([(at, BROAD) for at in regular(0.857)], rate_hz)


def with_spikes(ecg, *offsets_s, height_mv=3.0, **kwargs):
    """The ECG with spikes before every beat, and when they are."""
    times = np.sort(np.concatenate([ecg.r_times_s + offset for offset in offsets_s]))
    times = times[(times > 0.02) & (times < 9.9)]
    samples = ecg.signal_mv.shape[1]
    added = spikes(times, ecg.rate_hz, samples, heights=height_mv * HEIGHTS, **kwargs)
    return ecg.signal_mv + added, times


def expect_found(found, times_s, rate_hz):
    assert found.size == times_s.size
    # the recorder's filter is late by 3 ms, and a sample lasts up to 4 ms
    assert np.abs(found / rate_hz - times_s).max() < 0.016


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 1000.0])
@pytest.mark.parametrize(
    ("offsets_s", "base"),
    [
        ((ATRIAL_S,), NARROW),
        ((VENTRICULAR_S,), paced_from_the_ventricles),
        ((VENTRICULAR_S - 0.16, VENTRICULAR_S), paced_from_the_ventricles),
    ],
)
def test_every_spike_is_found_and_the_beats_are_the_same(offsets_s, base, rate_hz):
    ecg = base(rate_hz=rate_hz)
    signal, times = with_spikes(ecg, *offsets_s)
    found = find_spikes(signal, rate_hz)
    expect_found(found, times, rate_hz)
    mended = without_spikes(signal, found, rate_hz)
    assert missed_and_extra(find_r_peaks(mended, rate_hz), ecg) == ([], [])


@pytest.mark.parametrize(
    "shape",
    [
        {"width_ms": 2.0, "height_mv": 0.5},
        {"width_ms": 0.5, "height_mv": 2.0},
        {"width_ms": 1.0, "height_mv": 3.0, "biphasic": True},
        {"width_ms": 2.0, "height_mv": 3.0, "tail": 0.3},
        {"width_ms": 1.0, "height_mv": 15.0},
        {"width_ms": 1.0, "height_mv": 0.6, "band_hz": 250.0},
    ],
)
@pytest.mark.parametrize("rate_hz", [500.0, 1000.0])
def test_small_bipolar_biphasic_broad_and_tall_spikes_are_found(shape, rate_hz):
    ecg = NARROW(rate_hz=rate_hz)
    signal, times = with_spikes(ecg, ATRIAL_S, **shape)
    expect_found(find_spikes(signal, rate_hz), times, rate_hz)


def test_a_pacemaker_on_demand_is_found_by_two_spikes():
    ecg = NARROW()
    times = ecg.r_times_s[[3, 8]] + ATRIAL_S
    signal = ecg.signal_mv + spikes(times, 500.0, 5000, heights=3 * HEIGHTS)
    expect_found(find_spikes(signal, 500.0), times, 500.0)


@pytest.mark.parametrize("kind", KINDS)
def test_no_rhythm_without_a_pacemaker_has_spikes(kind):
    ecg = KINDS[kind](noise_mv=0.01)
    assert find_spikes(ecg.signal_mv, ecg.rate_hz).size == 0


def test_steps_noise_and_jumps_of_one_lead_are_no_spikes():
    signal = NARROW(noise_mv=0.05).signal_mv
    signal[6, ::250] += 10.0  # a lead with a spike of its own
    signal[:, 2000:] += 2.0  # a step in all
    assert find_spikes(signal, 500.0).size == 0
    assert find_spikes(np.zeros((12, 5000), np.float32), 500.0).size == 0
    assert find_spikes(np.full((12, 5000), np.nan, np.float32), 500.0).size == 0


def test_without_spikes_the_signal_is_the_very_same():
    signal = NARROW().signal_mv
    assert without_spikes(signal, np.empty(0, np.int64), 500.0) is signal


def test_no_interval_changes_by_a_pacemaker():
    ecg = NARROW()
    signal, _ = with_spikes(ecg, ATRIAL_S, height_mv=5.0)
    plain, paced = (prepare_ecg(Ecg(s, 500.0, "csv")) for s in (ecg.signal_mv, signal))
    np.testing.assert_array_equal(paced.r_peaks, plain.r_peaks)
    expected = measure(plain.signal_mv, plain.r_peaks, 500.0)
    found = measure(paced.signal_mv, paced.r_peaks, 500.0)
    for name, tolerance in (("heart_rate_bpm", 0.1), ("pr_ms", 12), ("qrs_ms", 4), ("qt_ms", 4)):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=tolerance)
    assert np.abs(paced.signal_mv - plain.signal_mv).max() < 0.15


def test_a_spike_that_opens_the_qrs_is_not_its_onset():
    ecg = paced_from_the_ventricles(500.0)
    signal, _ = with_spikes(ecg, VENTRICULAR_S)
    plain, paced = (prepare_ecg(Ecg(s, 500.0, "csv")) for s in (ecg.signal_mv, signal))
    expected = measure(plain.signal_mv, plain.r_peaks, 500.0).qrs_ms
    assert measure(paced.signal_mv, paced.r_peaks, 500.0).qrs_ms == pytest.approx(expected, abs=8)


@pytest.mark.parametrize("rate_hz", [250.0, 500.0, 1000.0])
def test_a_paced_ecg_is_named_and_its_spikes_are_handed_on(rate_hz):
    atrial, times = with_spikes(NARROW(rate_hz=rate_hz), ATRIAL_S)
    prepared = prepare_ecg(Ecg(atrial, rate_hz, "csv"))
    expect_found(prepared.pacing_spikes, times, 500.0)
    (caveat,) = prepared.quality.caveats
    assert caveat.code == "paced" and caveat.severity == "check" and "in the atria" in caveat.text
    broad, _ = with_spikes(paced_from_the_ventricles(rate_hz), VENTRICULAR_S)
    (caveat,) = prepare_ecg(Ecg(broad, rate_hz, "csv")).quality.caveats
    assert caveat.severity == "withhold" and "in the ventricles" in caveat.text


def test_the_paced_record_of_ptbxl_is_found_and_no_other(ptbxl):
    for file, (signal, codes) in ptbxl.items():
        assert (find_spikes(signal, 500.0).size > 5) == ("PACE" in codes), file


def test_the_tail_of_an_amplifier_goes_with_its_spike() -> None:
    """A real cart's tail reads as the onset of a QRS that begins 20 ms later."""
    ecg = np.zeros((12, 5000), np.float32)
    at = np.arange(400, 4800, 490)
    after_ms = 2.0 * np.arange(25)
    for spike in at:
        ecg[:, spike : spike + 25] += (0.15 * np.exp(-after_ms / 6.0)).astype(np.float32)
        ecg[:, spike] += 1.0
    cleaned = without_spikes(ecg, at, 500.0)
    left = cleaned[:, at[:, None] + np.arange(25)]
    assert np.abs(np.diff(left, axis=2)).max() < 0.004  # 0.06 mV a sample were there
