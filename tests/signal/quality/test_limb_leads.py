import numpy as np
import pytest

from ptacl.signal.quality.limb_leads import examine_limb_leads
from tests.made.hearts import LIMBS, heart, lead, with_leads


def found(ecg, recorded=LIMBS):
    return examine_limb_leads(ecg.signal_mv[:6], recorded)


def test_lawful_limb_leads_are_left_alone():
    for number in range(3):
        assert found(heart(number)) is None


def test_an_offset_of_one_lead_is_no_contradiction():
    assert found(with_leads(heart(), aVF=lead(heart(), "aVF") + 3.0)) is None


@pytest.mark.parametrize("name", LIMBS)
@pytest.mark.parametrize(
    ("factor", "text"), [(-1.0, "upside down"), (10.0, "scaled × 10"), (0.1, "scaled × 0.1")]
)
def test_a_lead_upside_down_or_of_another_scale_is_named(name, factor, text):
    wrong = found(with_leads(heart(), **{name: factor * lead(heart(), name)}))
    assert wrong.wrong == (name,)
    assert wrong.text == f"{name} is {text}."


@pytest.mark.parametrize("pair", [("I", "II"), ("II", "III"), ("aVL", "aVF"), ("I", "aVR")])
def test_exchanged_labels_are_named(pair):
    first, second = pair
    ecg = heart()
    wrong = found(with_leads(ecg, **{first: lead(ecg, second), second: lead(ecg, first)}))
    assert set(wrong.wrong) == set(pair)
    assert wrong.text == f"{first} and {second} are exchanged by their labels."


def test_three_labels_turned_around_are_named():
    ecg = heart()
    turned = with_leads(ecg, I=lead(ecg, "II"), II=lead(ecg, "III"), III=lead(ecg, "I"))
    assert found(turned).text == "I, II and III are exchanged by their labels."


def test_noise_in_one_lead_is_told_from_a_lead():
    noise = np.random.default_rng(0).normal(0, 0.3, 5000)
    assert found(with_leads(heart(), aVL=noise)).text == (
        "aVL contradicts the other limb leads (Einthoven's law)."
    )


def test_of_three_leads_none_can_be_told_wrong():
    wrong = found(with_leads(heart(), III=-lead(heart(), "III")), ["I", "II", "III"])
    assert wrong.wrong == ()
    assert "contradict" in wrong.text


def test_two_leads_check_nothing():
    assert found(with_leads(heart(), II=lead(heart(), "V2")), ["I", "II"]) is None


def test_missing_samples_are_left_out():
    gap = lead(heart(), "II").copy()
    gap[1000:1500] = np.nan
    assert found(with_leads(heart(), II=gap)) is None
