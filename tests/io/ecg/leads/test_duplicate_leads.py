"""One lead given several times."""

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.duplicate_leads import deduplicate_leads
from ptacl.types import LEADS, LIMB


def _twelve(samples: int = 400) -> dict[str, np.ndarray]:
    one, two, *chest = np.random.default_rng(0).normal(size=(8, samples))
    limb = {lead: a * one + b * two for lead, (a, b) in LIMB.items()}
    return limb | {f"V{number + 1}": row for number, row in enumerate(chest)}


TWELVE = _twelve()


def _given(*more: tuple[str, np.ndarray]) -> list[tuple[str, np.ndarray]]:
    return [*TWELVE.items(), *more]


@pytest.mark.parametrize("lead", ["II", "V1"])
def test_copies_are_taken_once(lead: str) -> None:
    for copy in (TWELVE[lead], TWELVE[lead] + 1e-3, TWELVE[lead] * 1.01):
        chosen, caveats = deduplicate_leads("a.dcm", _given((lead, copy)))
        assert caveats == ()
        assert len(chosen) == 12
        np.testing.assert_array_equal(chosen[lead], TWELVE[lead])


def test_a_strip_of_another_length_is_left_out() -> None:
    for order in (_given(("II", np.ones(1600))), [("II", np.ones(1600)), *_given()]):
        chosen, caveats = deduplicate_leads("a.dcm", order)
        np.testing.assert_array_equal(chosen["II"], TWELVE["II"])
        assert caveats == ()


@pytest.mark.parametrize("lead", list(LIMB))
@pytest.mark.parametrize("first", [True, False])
def test_of_two_different_limb_leads_einthovens_law_takes_one(lead: str, first: bool) -> None:
    wrong = (lead, TWELVE["V3"])
    chosen, [caveat] = deduplicate_leads("a.dcm", [wrong, *_given()] if first else _given(wrong))
    np.testing.assert_array_equal(chosen[lead], TWELVE[lead])
    assert (caveat.code, f"Lead {lead} " in caveat.text) == ("lead_given_twice", True)


def test_of_two_different_chest_leads_neither_is_taken() -> None:
    with pytest.raises(BadInput, match="lead V1 is present twice with different samples"):
        deduplicate_leads("a.dcm", _given(("V1", TWELVE["V3"])))
    both_wrong = [pair for pair in _given() if pair[0] != "I"]
    two = [("I", TWELVE["V3"]), ("I", TWELVE["V4"])]
    with pytest.raises(BadInput, match="lead I is present twice"):
        deduplicate_leads("a.dcm", [*both_wrong, *two])


def test_leads_given_once_pass_as_they_are() -> None:
    chosen, caveats = deduplicate_leads("a.dcm", _given())
    assert (list(chosen), caveats) == (list(LEADS), ())
