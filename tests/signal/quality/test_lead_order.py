from dataclasses import replace

import numpy as np
import pytest

from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.quality.lead_order import exchanges, find_exchange, odd_lead
from ptacl.signal.quality.lead_statistics import read_beat
from tests.made.hearts import from_limbs, heart, in_order, lead, with_leads

HEARTS = range(6)


def beat(ecg):
    signal = ecg.signal_mv
    return read_beat(signal, find_r_peaks(signal, 500.0), 500.0)


def texts(change):
    found = [find_exchange(beat(change(heart(number)))) for number in HEARTS]
    return [exchange.text if exchange else "" for exchange in found]


def test_usual_hearts_are_left_alone():
    assert texts(lambda ecg: ecg) == [""] * len(HEARTS)
    assert all(odd_lead(beat(heart(number))) is None for number in HEARTS)


def test_every_exchange_is_undone_by_its_own_matrix():
    for exchange in exchanges():
        assert np.linalg.matrix_rank(exchange.undo) == 8
        if "turned" not in exchange.text and "scaled" not in exchange.text:
            assert np.allclose(exchange.undo @ exchange.undo, np.eye(8))


def test_exchanged_arms_are_found():
    found = texts(lambda ecg: from_limbs(ecg, -lead(ecg, "I"), lead(ecg, "III")))
    assert sum("arm electrodes" in text for text in found) >= 5 and all(found)


def test_chest_leads_in_the_reverse_order_are_found():
    assert set(texts(lambda ecg: in_order(ecg, "654321"))) == {"V1 to V6 are in reverse order"}


@pytest.mark.parametrize(("order", "pair"), [("213456", "V1 and V2"), ("321456", "V1 and V3")])
def test_exchanged_chest_leads_are_named(order, pair):
    found = texts(lambda ecg: in_order(ecg, order))
    assert found.count(f"{pair} are exchanged") >= 5


@pytest.mark.parametrize("name", ["V1", "V4", "V6"])
def test_a_chest_lead_upside_down_is_named(name):
    for number in HEARTS:
        ecg = heart(number)
        lead_and_reason = odd_lead(beat(with_leads(ecg, **{name: -lead(ecg, name)})))
        assert lead_and_reason is not None and lead_and_reason[0] == name


@pytest.mark.parametrize("name", ["V2", "V5"])
def test_a_lead_ten_times_too_high_is_what_the_others_contradict(name):
    ecg = heart()
    found = odd_lead(beat(with_leads(ecg, **{name: 10 * lead(ecg, name)})))
    assert found == (name, "inconsistent with the other leads")


def test_a_lead_with_beats_of_its_own_is_told():
    ecg = heart()
    alone = np.roll(lead(heart(1), "V2")[::-1], 137)
    assert odd_lead(beat(with_leads(ecg, V2=alone))) == ("V2", "not beating with the other leads")


def test_a_gain_of_all_leads_changes_no_shape():
    ecg = heart()
    louder = replace(ecg, signal_mv=3 * ecg.signal_mv)
    np.testing.assert_allclose(beat(louder).shape, beat(ecg).shape, rtol=1e-3, atol=1e-3)


def test_leads_that_were_estimated_are_not_asked():
    ecg = in_order(heart(), "213456")
    assert find_exchange(beat(ecg), frozenset({"V1", "V2"})) is None
