"""Attribution sums to what it explains, and what ranks first matters more than chance."""

import numpy as np
import pytest
import torch

import ptacl
from ptacl.errors import PtaclError
from ptacl.inference.attribution import attribute, average_rhythm, by_wave, strongest
from ptacl.signal.delineation.measurements import MEASUREMENTS
from ptacl.types import LEADS, Attribution, Waves

SEGMENT = 25


@pytest.fixture(scope="module")
def model(tiny_checkpoint):
    return ptacl.load(tiny_checkpoint)


@pytest.fixture(scope="module")
def prepared(model):
    return model.gallery.ecg(model.gallery.table.index[0])


def test_of_a_linear_reading_each_stretch_adds_its_weights_times_its_difference():
    rng = np.random.default_rng(0)
    weights, signal, average = rng.normal(size=(3, 12, 110)).astype(np.float32)
    found = attribute(
        lambda ecgs: (ecgs * torch.from_numpy(weights)).sum(dim=(1, 2)), signal, average, SEGMENT
    )
    parts = weights * (signal - average)
    slow = [parts[:, start : start + SEGMENT].sum(axis=1) for start in range(0, 110, SEGMENT)]
    np.testing.assert_allclose(found, np.stack(slow, axis=1), atol=1e-4)


@pytest.mark.parametrize("key", ["lvef_pct", "lvm_g"])
def test_the_stretches_sum_to_the_difference_from_the_average_beat(model, prepared, key):
    found = model.attribute(prepared, key)
    whole = found.value - found.average_value
    parts = found.segments.sum() + sum(found.measured.values())
    assert parts == pytest.approx(whole, abs=0.02 * np.abs(found.segments).sum())
    assert len(found.measured) == len(MEASUREMENTS)
    told = next(
        entry
        for entry in model.gallery.inspection(model.gallery.table.index[0]).predictions
        if entry.key == key
    )
    assert found.value == pytest.approx(told.value, rel=0.02)


def test_replacing_what_ranks_first_changes_a_prediction_more_than_replacing_by_chance(model):
    rng = np.random.default_rng(0)
    heads, rate_hz = model.gallery.heads, model.config.recipe.ecg.sample_rate_hz
    column = heads.keys.index("lvm_g")
    width = len(heads.weights) - len(MEASUREMENTS)  # what lies behind is measured, not drawn
    first, chance = [], []
    for subject in model.gallery.table.index[:3]:
        prepared = model.gallery.ecg(subject)
        found = model.attribute(prepared, "lvm_g")
        average = average_rhythm(model._average_beat, prepared.r_peaks, rate_hz, 5000)

        def changed(chosen, prepared=prepared, average=average, found=found):
            mask = np.zeros(found.segments.size, bool)
            mask[chosen] = True
            mask = np.repeat(mask.reshape(found.segments.shape), SEGMENT, axis=1)
            ecg = np.where(mask, average, prepared.signal_mv)
            _, features = model.encode(ecg, prepared.r_peaks)
            read = features[:width] - model.encode(prepared.signal_mv, prepared.r_peaks)[1][:width]
            return abs(float(read @ heads.weights[:width, column]))

        direction = np.sign(found.segments.sum())
        count = found.segments.size // 20
        first.append(changed(np.argsort(-direction * found.segments.ravel())[:count]))
        chance.append(changed(rng.choice(found.segments.size, count, replace=False)))
    assert np.mean(first) > 3 * np.mean(chance)


def test_an_average_rhythm_has_the_average_beat_at_each_r_peak():
    beat = np.zeros((12, 480))
    beat[:, 180] = 1.0
    rhythm = average_rhythm(beat, np.array([100, 600, 980]), 500.0, 1000)
    np.testing.assert_array_equal(np.flatnonzero(rhythm[3]), [100, 600, 980])


def test_what_cannot_be_attributed_is_said(model, prepared):
    with pytest.raises(PtaclError, match="Choose one of lvedv_ml"):
        model.attribute(prepared, "lvef")


def test_stretches_are_shared_out_among_the_waves_that_they_reach_into():
    segments = np.zeros((12, 20))
    segments[LEADS.index("V2"), 9] = -4.0  # 450 to 500 ms, the QRS begins at 460
    segments[LEADS.index("V5"), 14] = 1.0
    found = Attribution("lvef_pct", "LVEF", "%", 57.0, 60.0, segments, 0.05)
    waves = Waves(np.nan, np.nan, -40.0, 60.0, 180.0, 350.0)
    sums = by_wave(found, waves, np.array([0.5]))
    assert sums["QRS"][LEADS.index("V2")] == pytest.approx(-3.2)
    assert sums["between"][LEADS.index("V2")] == pytest.approx(-0.8)
    assert sums["P"].any() == 0
    assert sum(values.sum() for values in sums.values()) == pytest.approx(segments.sum())
    assert strongest(sums, -1.0) == [("QRS", "V2", pytest.approx(-3.2))]
    assert strongest(sums, 1.0) == [("ST–T", "V5", pytest.approx(1.0))]
