"""Twelve leads from whichever a file holds."""

import itertools

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.twelve_leads import complete_leads
from ptacl.types import LEADS, LIMB


def _twelve(seed: int = 0) -> dict[str, np.ndarray]:
    one, two, *chest = np.random.default_rng(seed).normal(size=(8, 50))
    limb = {
        "I": one,
        "II": two,
        "III": two - one,
        "aVR": -(one + two) / 2,
        "aVL": one - two / 2,
        "aVF": two - one / 2,
    }
    return limb | {f"V{number + 1}": samples for number, samples in enumerate(chest)}


@pytest.mark.parametrize("two", list(itertools.combinations(LIMB, 2)))
def test_any_two_limb_leads_give_the_other_four(two: tuple[str, str]) -> None:
    twelve = _twelve()
    given = {lead: s for lead, s in twelve.items() if lead in two or lead.startswith("V")}
    signal, missing = complete_leads(given)
    np.testing.assert_allclose(signal, [twelve[lead] for lead in LEADS], atol=1e-5)
    assert missing == {lead: "derived" for lead in LIMB if lead not in two}


def test_leads_come_in_canonical_order_whatever_their_order_and_spelling() -> None:
    twelve = _twelve()
    spelt = {f"Lead {lead.upper()}": twelve[lead] for lead in reversed(LEADS)}
    signal, missing = complete_leads(spelt | {"vx": twelve["I"], "RESP": twelve["I"]})
    np.testing.assert_array_equal(signal, np.float32([twelve[lead] for lead in LEADS]))
    assert missing == {}


def test_too_few_leads_are_refused_with_what_is_missing() -> None:
    twelve = _twelve()
    with pytest.raises(BadInput, match=r"holds 3 of the 12 .*\(I, II, III\); missing: V1, V2"):
        complete_leads({lead: twelve[lead] for lead in ("I", "II", "III")}, "a.hea")
    with pytest.raises(BadInput, match="missing: V3, V5"):
        complete_leads({lead: s for lead, s in twelve.items() if lead not in ("V3", "V5")})
    with pytest.raises(BadInput, match="missing: I"):
        complete_leads({lead: s for lead, s in twelve.items() if lead == "II" or lead[0] == "V"})
    with pytest.raises(BadInput, match="none that is known"):
        complete_leads({"x": twelve["I"]})


def test_a_lead_given_twice_or_of_another_length_is_refused() -> None:
    twelve = _twelve()
    with pytest.raises(BadInput, match="lead V1 is present twice"):
        complete_leads(twelve | {"C1": twelve["V1"]})
    with pytest.raises(BadInput, match="differ in length"):
        complete_leads(twelve | {"V1": twelve["V1"][:-1]})


def test_flat_leads_and_gaps_are_recorded_and_kept() -> None:
    twelve = _twelve()
    twelve["V2"] = np.zeros(50)
    twelve["V5"] = np.where(np.arange(50) < 5, np.nan, twelve["V5"])
    signal, missing = complete_leads(twelve)
    assert missing == {"V2": "flat", "V5": "gaps"}
    assert np.isnan(signal[10]).sum() == 5


def test_an_empty_limb_lead_is_derived_from_the_others() -> None:
    twelve = _twelve()
    signal, missing = complete_leads(twelve | {"I": np.full(50, np.nan)})
    assert missing == {"I": "derived"}
    np.testing.assert_allclose(signal[0], twelve["I"], atol=1e-5)


def test_a_chest_lead_without_samples_stays_missing_and_the_others_are_read() -> None:
    twelve = _twelve()
    signal, missing = complete_leads(twelve | {"V6": np.full(50, np.nan)})
    assert missing == {"V6": "gaps"}
    assert np.isnan(signal[11]).all()
    np.testing.assert_allclose(signal[:11], [twelve[lead] for lead in LEADS[:11]], atol=1e-6)
    empty = dict.fromkeys(("V1", "V2", "V3", "V4"), np.full(50, np.nan))
    with pytest.raises(BadInput, match=r"holds 8 of the 12 .*missing: V1, V2, V3, V4"):
        complete_leads(twelve | empty)


def test_on_request_one_lead_is_enough_and_what_follows_is_derived() -> None:
    twelve = _twelve()
    signal, missing = complete_leads({"II": twelve["II"]}, any_leads=True)
    assert missing == {lead: "absent" for lead in LEADS if lead != "II"}
    assert np.isnan(np.delete(signal, 1, axis=0)).all()
    np.testing.assert_allclose(signal[1], twelve["II"], atol=1e-6)
    limb = {"aVL": twelve["aVL"], "II": twelve["II"], "V6": np.full(50, np.nan)}
    signal, missing = complete_leads(limb, any_leads=True)
    np.testing.assert_allclose(signal[:6], [twelve[lead] for lead in LIMB], atol=1e-5)
    assert [lead for lead, how in missing.items() if how == "absent"] == list(LEADS[6:])
    signal, missing = complete_leads(twelve, any_leads=True)
    np.testing.assert_array_equal(signal, complete_leads(twelve)[0])
    assert missing == {}
