import dataclasses

import numpy as np
import pytest

from ptacl.config.strict_json import from_dict, to_dict
from ptacl.errors import PtaclError
from ptacl.signal.baseline import mmcl_recipe
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.signal.recipe import MMCL_ECG, CineRecipe, EcgRecipe, Recipe
from ptacl.types import Cine, Ecg
from tests.signal.made_ecgs import make_ecg, make_ring

R_TIMES_S = np.arange(0.4, 40, 0.85)


def ecg_of(signal, rate_hz=500.0):
    return Ecg(signal_mv=signal.astype(np.float32), sample_rate_hz=rate_hz, source_format="npy")


def cine_of(frames, spacing_mm=(1.8, 1.8), rr_ms=900.0, times_ms=None):
    if times_ms is None:
        times_ms = np.arange(len(frames)) / len(frames) * rr_ms
    return Cine(frames, spacing_mm, times_ms, rr_ms, "npy")


def test_recipe_survives_json():
    recipe = Recipe(MMCL_ECG, CineRecipe(frames=25))
    assert from_dict(Recipe, to_dict(recipe)) == recipe


@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 257.0, 500.0, 1000.0])
@pytest.mark.parametrize("duration_s", [4.0, 10.0, 13.3])
def test_every_rate_and_length_comes_out_alike(rate_hz, duration_s):
    signal = make_ecg(R_TIMES_S, duration_s=duration_s, rate_hz=rate_hz)
    prepared = prepare_ecg(ecg_of(signal, rate_hz))
    assert prepared.signal_mv.shape == (12, 5000)
    assert prepared.signal_mv.dtype == np.float32
    assert prepared.valid_samples == min(5000, round(round(duration_s * rate_hz) * 500 / rate_hz))
    assert not prepared.signal_mv[:, prepared.valid_samples :].any()
    wanted_s = R_TIMES_S[prepared.valid_samples / 500 - 0.1 > R_TIMES_S]
    found_s = prepared.r_peaks / 500
    assert np.abs(found_s[: wanted_s.size] - wanted_s).max() < 0.012


def test_highpass_keeps_the_beat_and_removes_the_wander():
    clean = make_ecg(R_TIMES_S, noise_mv=0.0)
    wander = 0.5 * np.sin(2 * np.pi * 0.1 * np.arange(5000) / 500)
    prepared = prepare_ecg(ecg_of(clean + wander + 3.0)).signal_mv
    expected = prepare_ecg(ecg_of(clean)).signal_mv
    assert np.abs(prepared - expected)[:, 500:-500].max() < 0.03


def test_the_mmcl_recipe_is_the_published_one():
    signal = make_ecg(R_TIMES_S)
    np.testing.assert_allclose(
        prepare_ecg(ecg_of(signal), MMCL_ECG).signal_mv, mmcl_recipe(signal), atol=1e-4
    )


def test_no_baseline_and_millivolts_leave_the_samples():
    signal = make_ecg(R_TIMES_S)
    recipe = EcgRecipe(baseline="none")
    np.testing.assert_array_equal(prepare_ecg(ecg_of(signal), recipe).signal_mv, signal)


def test_of_a_long_recording_the_window_with_the_fewest_gaps_is_taken():
    signal = make_ecg(R_TIMES_S, duration_s=30.0)
    signal[3, 0:2000] = np.nan
    signal[3, 9000:9100] = np.nan
    recipe = EcgRecipe(baseline="none")
    prepared = prepare_ecg(ecg_of(signal), recipe)
    np.testing.assert_array_equal(prepared.signal_mv, signal[:, 2000:7000])
    whole = make_ecg(R_TIMES_S, duration_s=30.0)
    np.testing.assert_array_equal(prepare_ecg(ecg_of(whole), recipe).signal_mv, whole[:, :5000])


def test_gaps_are_bridged_and_told():
    signal = make_ecg(R_TIMES_S)
    signal[4, 100:200] = np.nan
    prepared = prepare_ecg(ecg_of(signal))
    assert np.isfinite(prepared.signal_mv).all()
    assert prepared.quality.per_lead[4].state == "check"


@pytest.mark.parametrize(
    "signal", [np.zeros((12, 0)), np.full((12, 5000), np.nan), np.ones((12, 9))]
)
def test_an_ecg_without_signal_is_refused(signal):
    with pytest.raises(PtaclError, match="less than one second"):
        prepare_ecg(ecg_of(signal))


def test_a_cine_on_the_grid_stays_bit_by_bit():
    frames = np.random.default_rng(0).integers(0, 256, (50, 64, 64), dtype=np.uint8)
    prepared = prepare_cine(cine_of(frames, (2.4, 2.4)))
    np.testing.assert_array_equal(prepared.frames, frames)
    np.testing.assert_allclose(prepared.phases, np.arange(50) / 50, atol=1e-7)
    assert prepared.rr_ms == 900.0


def test_preparing_twice_changes_nothing():
    once = prepare_cine(cine_of(make_ring()))
    twice = prepare_cine(cine_of(once.frames, (2.4, 2.4)))
    np.testing.assert_array_equal(once.frames, twice.frames)


@pytest.mark.parametrize("count", [8, 20, 30, 50])
def test_the_ring_comes_to_the_middle_and_beats_in_time(count):
    prepared = prepare_cine(cine_of(make_ring(count)))
    assert prepared.frames.shape == (50, 64, 64)
    bright = prepared.frames > 200
    area = bright.sum(axis=(1, 2))
    assert abs(int(area.argmin()) - 25) <= 1
    assert area.argmax() in (0, 1, 49)
    rows, columns = np.nonzero(bright[0])
    assert abs(rows.mean() - 31.5) < 1.5
    assert abs(columns.mean() - 31.5) < 1.5


def test_frames_out_of_order_and_unevenly_timed_find_their_phase():
    even = make_ring(60)
    chosen = np.array([40, 0, 10, 12, 20, 25, 30, 35, 50, 55, 5, 45, 15])
    uneven = cine_of(even[chosen], times_ms=chosen / 60 * 900.0)
    area = (prepare_cine(uneven).frames > 200).sum(axis=(1, 2))
    assert abs(int(area.argmin()) - 25) <= 2


def test_the_intensity_scale_does_not_matter():
    ring = make_ring()
    np.testing.assert_array_equal(
        prepare_cine(cine_of(ring)).frames, prepare_cine(cine_of(ring * 7.0)).frames
    )


@pytest.mark.parametrize(("first", "last"), [(0.0, 0.95), (0.03, 0.98), (0.1, 0.8)])
def test_a_frame_stands_at_its_true_phase(first, last):
    """Late first frames and a dead time before the next R wave do not shift the beat."""
    phases = np.linspace(first, last, 30)
    grey = np.cos(2 * np.pi * (phases - 0.37))
    frames = np.full((30, 64, 64), 100.0, np.float32) + 50 * grey[:, None, None].astype("f4")
    cine = cine_of(frames, (2.4, 2.4), times_ms=phases * 900.0)
    prepared = prepare_cine(cine)
    expected = np.interp(prepared.phases, phases, grey, period=1.0)
    np.testing.assert_allclose(prepared.phases, np.arange(50) / 50, atol=1e-7)
    assert np.corrcoef(prepared.frames.mean(axis=(1, 2)), expected)[0, 1] > 0.9995
    inside = (prepared.phases >= first) & (prepared.phases <= last)
    true = np.cos(2 * np.pi * (prepared.phases - 0.37))
    np.testing.assert_allclose(expected[inside], true[inside], atol=0.01)


def test_two_phases_are_refused():
    with pytest.raises(PtaclError, match="2 frames"):
        prepare_cine(cine_of(make_ring(2)))
    pair = dataclasses.replace(cine_of(make_ring(2)), two_phases=True)
    with pytest.raises(PtaclError, match=r"end-diastole and end-systole only.*whole cine series"):
        prepare_cine(pair)


def test_frames_without_a_time_are_left_out_and_too_few_moments_refused():
    ring, times_ms = make_ring(20), np.arange(20) / 20 * 900.0
    times_ms[7] = np.nan
    ring[7] = 1e4
    area = (prepare_cine(cine_of(ring, times_ms=times_ms)).frames > 200).sum(axis=(1, 2))
    assert abs(int(area.argmin()) - 25) <= 1
    with pytest.raises(PtaclError, match="only 1 times"):
        prepare_cine(cine_of(make_ring(20), times_ms=np.zeros(20)))


@pytest.mark.parametrize(("rr_ms", "pixel"), [(0.0, 1.0), (np.nan, 1.0), (900.0, np.nan)])
def test_a_broken_cine_is_refused(rr_ms, pixel):
    frames = make_ring()
    frames[3, 4, 5] = pixel
    with pytest.raises(PtaclError):
        prepare_cine(dataclasses.replace(cine_of(frames), rr_ms=rr_ms))
