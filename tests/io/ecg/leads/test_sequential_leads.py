"""Leads recorded in turn, as on paper."""

import numpy as np
import pytest

from ptacl.io.ecg.leads.sequential_leads import arrange_columns, gap_caveats
from ptacl.types import LEADS, LIMB

RATE_HZ, QUARTER = 500.0, 1250


def _whole() -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    one, two, *chest = np.cumsum(random.normal(size=(8, 4 * QUARTER)), axis=1) / 30
    limb = {lead: a * one + b * two for lead, (a, b) in LIMB.items()}
    return limb | {f"V{number + 1}": row for number, row in enumerate(chest)}


WHOLE = _whole()


def _columns(extra: int = 0) -> dict[str, np.ndarray]:
    """What a print shows of each lead, and its place."""
    parts = {}
    for number, lead in enumerate(LEADS):
        start = number // 3 * QUARTER
        parts[lead] = WHOLE[lead][start : start + QUARTER + (extra if number % 2 else 0)]
    return parts


@pytest.mark.parametrize("strip", [None, "II", "V1"])
@pytest.mark.parametrize("padded", [False, True])
def test_columns_that_begin_at_the_top_go_to_their_times(strip: str | None, padded: bool) -> None:
    columns = _columns() | ({strip: WHOLE[strip]} if strip else {})
    given = columns
    if padded:
        longest = max(map(len, columns.values()))
        given = {
            lead: np.append(part, np.full(longest - len(part), np.nan))
            for lead, part in columns.items()
        }
    placed, [caveat] = arrange_columns(given, RATE_HZ)
    assert caveat.code == "columns_of_a_print"
    for number, lead in enumerate(LEADS):
        expected = np.full(4 * QUARTER, np.nan)
        start = number // 3 * QUARTER
        expected[start : start + QUARTER] = WHOLE[lead][start : start + QUARTER]
        if lead == strip:
            expected = WHOLE[lead]
        np.testing.assert_array_equal(placed[lead], expected)


def test_columns_may_differ_by_a_sample() -> None:
    placed, [_] = arrange_columns(_columns(extra=1), RATE_HZ)
    assert {len(samples) for samples in placed.values()} == {4 * QUARTER}


def test_leads_recorded_together_stay_where_they_are() -> None:
    short = {lead: samples[:QUARTER] for lead, samples in WHOLE.items()}
    for given in (WHOLE, short, short | {"II": WHOLE["II"]}, WHOLE | {"V1": WHOLE["V1"][:4000]}):
        placed, caveats = arrange_columns(given, RATE_HZ)
        assert caveats == ()
        assert all(placed[lead] is given[lead] for lead in LEADS)


def test_gaps_are_told_with_their_length() -> None:
    signal = np.zeros((12, 1000), np.float32)
    signal[7, :250] = np.nan
    [caveat] = gap_caveats(signal, {"V2": "gaps"}, RATE_HZ)
    assert (caveat.code, caveat.text) == ("gaps", "Samples are missing: V2 for 0.5 s.")
    signal[7] = np.nan
    [caveat] = gap_caveats(signal, {"V2": "gaps", "III": "derived"}, RATE_HZ)
    assert caveat.code == "lead_without_samples"
    assert gap_caveats(signal, {"III": "flat"}, RATE_HZ) == ()


def test_leads_that_are_never_all_there_are_told_so() -> None:
    signal = np.full((12, 1000), np.nan, np.float32)
    for number in range(12):
        signal[number, 250 * (number // 3) : 250 * (number // 3 + 1)] = 1
    [caveat] = gap_caveats(signal, dict.fromkeys(LEADS, "gaps"), RATE_HZ)
    assert caveat.code == "leads_in_turn"
