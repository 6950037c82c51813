"""Leads that cannot be used: absent where the model has heads for the others, else estimated."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.signal.lead_sets import REDUCED_SETS, lead_set
from ptacl.signal.preparation import prepare_ecg
from ptacl.synthetic import simulate_subject
from ptacl.types import LEADS, Ecg
from tests.made.hearts import with_only_leads
from tests.made.wrong_signals import sine_in_proportion

ALL_SETS = [entry.name for entry in REDUCED_SETS]


@pytest.fixture(scope="module")
def whole() -> Ecg:
    """An ECG with 12 good leads."""
    return simulate_subject(11, 3).ecg


@pytest.mark.parametrize("name", ["II", "aVF", "V2", "limb", "II-V1-V5", "no-V3"])
def test_absent_leads_are_zero_and_the_beats_those_of_12_leads(whole: Ecg, name: str) -> None:
    leads = lead_set(name).leads
    prepared = prepare_ecg(with_only_leads(whole, *leads), lead_sets=ALL_SETS)
    assert prepared.quality.usable
    assert prepared.quality.absent == tuple(lead for lead in LEADS if lead not in leads)
    assert not prepared.quality.estimated
    assert np.array_equal(prepared.signal_mv.any(axis=1), lead_set(name).present)
    expected = prepare_ecg(whole).r_peaks
    assert len(prepared.r_peaks) == len(expected)
    assert np.abs(prepared.r_peaks - expected).max() < 25  # 50 ms: another lead peaks elsewhere


def test_present_leads_are_those_of_the_whole_ecg(whole: Ecg) -> None:
    present = lead_set("II-V1-V5").present
    prepared = prepare_ecg(with_only_leads(whole, "II", "V1", "V5"), lead_sets=ALL_SETS)
    expected = prepare_ecg(whole).signal_mv
    np.testing.assert_allclose(prepared.signal_mv[present], expected[present], atol=1e-3)


def test_two_limb_leads_give_six(whole: Ecg) -> None:
    prepared = prepare_ecg(with_only_leads(whole, "III", "aVF"), lead_sets=ALL_SETS)
    assert prepared.quality.absent == LEADS[6:]
    np.testing.assert_allclose(prepared.signal_mv[:6], prepare_ecg(whole).signal_mv[:6], atol=5e-3)


def test_a_model_of_12_leads_gets_no_absent_leads(whole: Ecg) -> None:
    quality = prepare_ecg(with_only_leads(whole, "II")).quality
    assert not quality.usable and not quality.absent
    assert quality.reason.startswith("7 leads cannot be read")


def test_a_dead_chest_lead_is_absent_or_estimated_as_the_model_can(whole: Ecg) -> None:
    signal_mv = whole.signal_mv.copy()
    signal_mv[LEADS.index("V3")] = 0.0
    dead = replace(whole, signal_mv=signal_mv, missing={"V3": "flat"})
    estimated = prepare_ecg(dead)
    assert estimated.quality.estimated == ("V3",) and not estimated.quality.absent
    read = prepare_ecg(dead, lead_sets=ALL_SETS)
    assert read.quality.absent == ("V3",) and not read.quality.estimated
    assert not read.signal_mv[LEADS.index("V3")].any()
    assert "leads_estimated" not in {caveat.code for caveat in read.quality.caveats}
    other = lead_set("V3").present
    np.testing.assert_array_equal(read.signal_mv[~other], estimated.signal_mv[~other])


def test_two_lost_leads_without_heads_of_their_own_are_estimated(whole: Ecg) -> None:
    ecg = with_only_leads(whole, *(lead for lead in LEADS if lead not in ("V2", "V5")))
    with_sets = prepare_ecg(ecg, lead_sets=ALL_SETS)
    assert with_sets.quality.estimated == ("V2", "V5") and not with_sets.quality.absent
    np.testing.assert_array_equal(with_sets.signal_mv, prepare_ecg(ecg).signal_mv)


def test_a_whole_ecg_is_prepared_alike_for_every_model(whole: Ecg) -> None:
    plain, with_sets = prepare_ecg(whole), prepare_ecg(whole, lead_sets=ALL_SETS)
    np.testing.assert_array_equal(plain.signal_mv, with_sets.signal_mv)
    assert plain.quality == with_sets.quality


def test_a_sine_in_one_lead_is_no_heartbeat(whole: Ecg) -> None:
    for seed in range(3):
        signal_mv = sine_in_proportion(np.random.default_rng(seed)).astype(np.float32)
        one = with_only_leads(replace(whole, signal_mv=signal_mv), "II")
        quality = prepare_ecg(one, lead_sets=ALL_SETS).quality
        withheld = any(caveat.severity == "withhold" for caveat in quality.caveats)
        assert withheld or not quality.usable
