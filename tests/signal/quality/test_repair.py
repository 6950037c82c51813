from dataclasses import replace

import numpy as np
import pytest

from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.quality.repair import repair_leads
from ptacl.types import LEADS
from tests.made.hearts import LIMBS, from_limbs, heart, in_order, lead, with_leads
from tests.made.wrong_signals import SPOILINGS, spoil

EIGHT = {"III": "derived", "aVR": "derived", "aVL": "derived", "aVF": "derived"}


def codes(ecg):
    return [(caveat.code, caveat.severity) for caveat in prepare_ecg(ecg).quality.caveats]


def beside(ecg, clean=None):
    """Greatest root mean square difference of a prepared lead from the clean ECG's, in mV."""
    apart = prepare_ecg(ecg).signal_mv - prepare_ecg(clean or heart()).signal_mv
    return np.sqrt((apart**2).mean(axis=1)).max()


def test_a_clean_ecg_is_not_touched():
    signal = heart().signal_mv
    assert repair_leads(signal, 500.0, {}).signal_mv is signal
    assert repair_leads(signal, 500.0, EIGHT).signal_mv is signal


@pytest.mark.parametrize("how", SPOILINGS)
@pytest.mark.parametrize("name", ["V1", "V4"])
def test_a_spoiled_chest_lead_is_replaced_or_predictions_are_withheld(how, name):
    clean = heart()
    spoiled = replace(clean, signal_mv=spoil(clean.signal_mv, LEADS.index(name), how).astype("f4"))
    withheld = ("leads_exchanged", "withhold") in codes(spoiled)
    alone = how == "not its own beats"  # may fall on the beats of the others by chance
    assert beside(spoiled) < 0.25 or withheld or alone


@pytest.mark.parametrize("how", ["10 mV square wave", "flat", "at a rail", "sentinel for 4 s"])
@pytest.mark.parametrize("name", LIMBS)
def test_a_spoiled_limb_lead_follows_from_the_others_exactly(how, name):
    clean = heart()
    spoiled = replace(clean, signal_mv=spoil(clean.signal_mv, LEADS.index(name), how).astype("f4"))
    quality = prepare_ecg(spoiled).quality
    assert beside(spoiled) < 0.02
    assert quality.estimated == () and quality.usable


def test_noise_of_an_electrode_is_not_given_back_by_the_leads_that_share_it():
    clean = heart()
    noise = np.random.default_rng(0).normal(0, 0.4, 5000).astype(np.float32)
    right_arm = from_limbs(clean, lead(clean, "I") - noise, lead(clean, "II") - noise)
    quality = prepare_ecg(right_arm).quality
    assert set(quality.estimated) == {"I", "II"}
    assert beside(right_arm) < 0.2


def test_a_lead_that_others_were_computed_from_takes_them_along():
    clean = replace(heart(), missing=EIGHT)
    noise = np.random.default_rng(0).normal(0, 0.4, 5000).astype(np.float32)
    noisy = replace(from_limbs(clean, lead(clean, "I") + noise, lead(clean, "II")), missing=EIGHT)
    assert prepare_ecg(noisy).quality.estimated == ("I",)
    assert beside(noisy, clean) < 0.2


def test_a_stretch_off_is_estimated_there_alone():
    clean = heart()
    off = lead(clean, "V4").copy()
    off[2000:2800] = -32.768
    ecg = with_leads(clean, V4=off)
    repaired = repair_leads(ecg.signal_mv, 500.0, {})
    assert repaired.estimated == ()
    untouched = np.r_[0:1900, 2900:5000]
    v4 = LEADS.index("V4")
    assert np.array_equal(repaired.signal_mv[v4, untouched], clean.signal_mv[v4, untouched])
    assert beside(ecg) < 0.03
    assert codes(ecg) == [("stretches_estimated", "check")]


def test_exchanged_labels_of_limb_leads_are_put_right():
    clean = heart()
    ecg = with_leads(clean, I=lead(clean, "II"), II=lead(clean, "I"))
    assert beside(ecg) < 0.01
    assert codes(ecg) == [("limb_leads_mended", "check")]


def test_contradicting_limb_leads_that_cannot_be_told_withhold():
    clean = replace(heart(), missing={"aVR": "derived", "aVL": "derived", "aVF": "derived"})
    assert codes(with_leads(clean, III=-lead(clean, "III"))) == [
        ("limb_leads_contradict", "withhold")
    ]


def test_a_right_leg_electrode_on_an_arm_withholds():
    clean = heart()
    second = np.zeros_like(lead(clean, "II"))
    found = codes(from_limbs(clean, -lead(clean, "III"), second))
    assert ("flat_limb_lead", "withhold") in found


def test_equal_leads_are_no_12_lead_ecg():
    clean = heart()
    assert codes(replace(clean, signal_mv=np.tile(lead(clean, "II"), (12, 1)))) == [
        ("equal_leads", "withhold")
    ]
    assert codes(in_order(clean, "223456"))[0] == ("equal_leads", "withhold")


def test_limb_leads_of_another_person_withhold():
    clean, other = heart(0), heart(2)
    mixed = from_limbs(clean, lead(other, "I"), lead(other, "II"))
    assert ("limb_and_chest_apart", "withhold") in codes(mixed)


@pytest.mark.parametrize(("gain", "severity"), [(0.1, "withhold"), (10.0, "withhold")])
def test_a_wrong_gain_is_told(gain, severity):
    wrong = replace(heart(), signal_mv=(gain * heart().signal_mv).astype(np.float32))
    assert ("odd_gain", severity) in codes(wrong)


def test_three_bad_leads_are_not_estimated():
    signal = heart().signal_mv.copy()
    signal[[6, 8, 10]] = 0.0
    found = repair_leads(signal, 500.0, {})
    assert found.estimated == ("V1", "V3", "V5")
    assert found.signal_mv is signal
