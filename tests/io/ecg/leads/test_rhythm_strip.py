"""A lead that a file holds more than once."""

import numpy as np

from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.recording import Channel
from ptacl.types import FROM_INDEPENDENT, LEADS

STRIP = np.sin(np.arange(100.0))


def _two(first: np.ndarray, second: np.ndarray, unit: str = "uV") -> tuple[Channel, ...]:
    return Channel("II", first, "uV"), Channel("Lead II (rhythm)", second, unit)


def test_a_repeated_lead_is_taken_once_without_a_word() -> None:
    channels, caveats = without_duplicates(_two(STRIP, STRIP))
    assert len(channels) == 1 and caveats == ()


def test_of_a_part_and_the_whole_the_whole_is_taken() -> None:
    part = np.where(np.arange(100) < 25, STRIP, np.nan)
    for pair in (_two(part, STRIP), _two(STRIP, part)):
        channels, caveats = without_duplicates(pair)
        np.testing.assert_array_equal(channels[0].samples, STRIP)
        assert caveats == ()


def test_a_lead_that_differs_is_told() -> None:
    for second, unit in ((STRIP + 1, "uV"), (STRIP, "mV")):
        channels, caveats = without_duplicates(_two(STRIP, second, unit))
        np.testing.assert_array_equal(channels[0].samples, STRIP)
        assert [caveat.code for caveat in caveats] == ["lead_given_twice"]
        assert "Lead II" in caveats[0].text


def test_of_limb_leads_that_differ_the_one_counts_that_fits_the_others() -> None:
    eight = np.random.default_rng(0).normal(size=(8, 100))
    leads = dict(zip(LEADS, FROM_INDEPENDENT @ eight, strict=True))
    right = Channel("II", leads["II"], "uV")
    wrong = Channel("II", leads["V5"], "uV")
    others = [Channel(lead, leads[lead], "uV") for lead in LEADS if lead != "II"]
    for pair in ((right, wrong), (wrong, right)):
        channels, caveats = without_duplicates((*others, *pair))
        np.testing.assert_array_equal(channels[-1].samples, leads["II"])
        assert "fits the other limb leads" in caveats[0].text


def test_channels_that_are_none_of_the_twelve_stay() -> None:
    respiration = Channel("Resp", STRIP, "Ohm")
    channels, _ = without_duplicates((respiration, *_two(STRIP, STRIP), respiration))
    assert [channel.name for channel in channels] == ["II", "Resp", "Resp"]
