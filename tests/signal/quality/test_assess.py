import numpy as np
import pytest

from ptacl.signal.quality.assess import assess
from ptacl.types import LEADS
from tests.made.hearts import from_limbs, heart, lead
from tests.signal.made_ecgs import make_ecg

R_TIMES_S = np.arange(0.5, 10, 0.8)
TIMES_S = np.arange(5000) / 500
V3 = LEADS.index("V3")


def judged(signal, lead="V3", missing=None):
    return assess(signal.astype("f4"), 500.0, missing or {}).per_lead[LEADS.index(lead)]


def test_a_clean_ecg_is_good_without_reserve():
    quality = assess(make_ecg(R_TIMES_S), 500.0, {"III": "derived"})
    assert {q.state for q in quality.per_lead} == {"good"}
    assert quality.usable
    assert quality.reason == ""
    assert tuple(q.lead for q in quality.per_lead) == LEADS


@pytest.mark.parametrize(
    ("added", "state", "reason"),
    [
        (np.random.default_rng(0).normal(0, 0.06, 5000), "check", "noisy (0.0"),
        (np.random.default_rng(0).normal(0, 0.3, 5000), "bad", "noisy (0.2"),
        (0.08 * np.sin(2 * np.pi * 50 * TIMES_S), "check", "humming (0.08 mV)"),
        (0.08 * np.sin(2 * np.pi * 60 * TIMES_S), "check", "humming (0.08 mV)"),
        (1.0 * np.sin(2 * np.pi * 0.2 * TIMES_S), "check", "wandering"),
        (3.0 * np.sin(2 * np.pi * 0.2 * TIMES_S), "bad", "wandering"),
        (0.2 * np.sin(2 * np.pi * 0.2 * TIMES_S), "good", ""),
    ],
)
def test_what_is_added_to_a_lead_is_named(added, state, reason):
    signal = make_ecg(R_TIMES_S)
    signal[V3] += added.astype("f4")
    found = judged(signal)
    assert found.state == state
    assert found.reason.startswith(reason)
    assert judged(signal, "V4").state == "good"


def test_flat_still_clipped_and_missing_samples_are_named():
    clean = make_ecg(R_TIMES_S)
    flat, still, clipped, few, many = (clean.copy() for _ in range(5))
    flat[V3] = 0.4
    still[V3, 1000:1400] = 0.1
    clipped[V3] = np.clip(2 * clean[V3], -0.5, 0.5)
    few[V3, 100:150] = np.nan
    many[V3, 100:2000] = np.nan
    assert (judged(flat).state, judged(flat).reason) == ("bad", "flat")
    assert (judged(still).state, judged(still).reason) == ("check", "still for 0.8 s")
    assert (judged(clipped).state, judged(clipped).reason[:11]) == ("bad", "clipped for")
    assert (judged(few).state, judged(few).reason) == ("check", "missing for 1.0%")
    assert (judged(many).state, judged(many).reason) == ("bad", "missing for 38%")
    assert judged(clean, missing={"V3": "flat"}).state == "bad"


def test_two_bad_leads_are_allowed_and_three_are_not():
    signal = make_ecg(R_TIMES_S)
    signal[[6, 8]] = 0.0
    signal[2:6] = 0.0  # the derived limb leads do not count
    two = assess(signal, 500.0, {})
    assert two.usable
    assert "V1 is flat" in two.reason
    signal[9] = 0.0
    three = assess(signal, 500.0, {})
    assert not three.usable
    assert three.reason == "3 leads cannot be read: V1, V3, V4."


def test_fewer_than_four_beats_are_not_usable():
    few = assess(make_ecg([1.0, 2.0, 3.0], duration_s=3.5), 500.0, {})
    assert not few.usable
    assert few.reason == "Only 3 heartbeats were found; 4 are needed."
    assert not assess(np.zeros((12, 5000), "f4"), 500.0, {}).usable


def test_swapped_arms_are_suspected():
    clean = heart()
    swapped = from_limbs(clean, -lead(clean, "I"), lead(clean, "III"))
    found = assess(swapped.signal_mv, 500.0, {}).caveats
    assert [(caveat.code, caveat.severity) for caveat in found] == [("leads_exchanged", "withhold")]
    assert "arm electrodes are exchanged" in found[0].text
    assert assess(clean.signal_mv, 500.0, {}).caveats == ()


@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 1000.0])
def test_other_rates_are_judged_alike(rate_hz):
    quality = assess(make_ecg(R_TIMES_S, rate_hz=rate_hz), rate_hz, {})
    assert {q.state for q in quality.per_lead} == {"good"}


def test_most_real_normal_ecgs_are_good_and_all_are_usable(ptbxl):
    normal = [assess(s, 500.0, {}) for s, codes in ptbxl.values() if "NORM" in codes]
    good = [all(q.state == "good" for q in quality.per_lead) for quality in normal]
    assert np.mean(good) > 0.9
    assert all(quality.usable for quality in normal)
