"""Groups of leads on one clock."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.lead_groups import Group, align_groups
from ptacl.io.ecg.recording import Channel
from ptacl.types import FROM_INDEPENDENT, LEADS
from tests.io.ecg.test_read import simple_leads

RATE_HZ = 500.0
COLUMNS = (LEADS[:3], LEADS[3:6], LEADS[6:9], LEADS[9:])


def twelve(samples: int = 5000) -> dict[str, np.ndarray]:
    """Leads with a heartbeat whose rate changes, so that no two stretches are alike."""
    beats = np.sin(np.cumsum(np.linspace(0.008, 0.02, samples)))[None] ** 21
    eight = simple_leads(samples) * 0.2 + np.linspace(-0.7, 1.5, 8)[:, None] * beats
    return dict(zip(LEADS, FROM_INDEPENDENT @ eight, strict=True))


def group(leads: tuple[str, ...], first: int, end: int, start_s: float | None) -> Group:
    signal = twelve()
    channels = tuple(Channel(lead, signal[lead][first:end], "mV") for lead in leads)
    return Group(channels, RATE_HZ, start_s)


def columns(starts: tuple[float | None, ...]) -> list[Group]:
    return [
        group(leads, 1250 * place, 1250 * (place + 1), start)
        for place, (leads, start) in enumerate(zip(COLUMNS, starts, strict=True))
    ]


def held(groups: list[Group]) -> tuple[dict[str, np.ndarray], list[str]]:
    found = align_groups("a.xml", groups)
    codes = [caveat.code for caveat in found.caveats]
    return {channel.name: channel.samples for channel in found.channels}, codes


def expect_columns(found: dict[str, np.ndarray]) -> None:
    for place, leads in enumerate(COLUMNS):
        for lead in leads:
            part = slice(1250 * place, 1250 * (place + 1))
            np.testing.assert_array_equal(found[lead][part], twelve()[lead][part])
            assert np.isfinite(found[lead]).sum() in (1250, 5000)


def test_stated_times_place_the_columns_in_any_order() -> None:
    found, codes = held(columns((0.0, 2.5, 5.0, 7.5))[::-1])
    expect_columns(found)
    assert codes == ["leads_in_turn"]


def test_lead_ii_may_be_in_the_strip_alone() -> None:
    strip = group(("II",), 0, 5000, 0.0)
    without = [
        replace(column, channels=tuple(c for c in column.channels if c.name != "II"))
        for column in columns((0.0,) * 4)
    ]
    for groups in ([*without, strip], [strip, *without]):
        found, _ = held(groups)
        expect_columns(found)


def test_a_group_that_is_there_twice_changes_nothing() -> None:
    limb, chest = group(LEADS[:6], 0, 5000, 0.0), group(LEADS[6:], 0, 5000, 0.0)
    found, codes = held([limb, chest, group(LEADS[:6], 0, 5000, 0.0)])
    for lead in LEADS:
        np.testing.assert_array_equal(found[lead], twelve()[lead])
    assert codes == []


def test_six_columns_of_two_leads_are_one_recording() -> None:
    pairs = [LEADS[at : at + 2] for at in range(0, 12, 2)]
    groups = [group(pair, 800 * n, 800 * (n + 1), None) for n, pair in enumerate(pairs)]
    found, codes = held([*groups, group(("II",), 0, 4800, None)])
    for place, pair in enumerate(pairs):
        part = slice(800 * place, 800 * (place + 1))
        for lead in pair:
            np.testing.assert_array_equal(found[lead][part], twelve()[lead][part])
    assert codes == ["group_times_assumed", "leads_in_turn"]


@pytest.mark.parametrize("start", [0.0, 3600.0, None])
def test_a_rhythm_strip_as_long_as_all_columns_says_that_they_follow_each_other(
    start: float | None,
) -> None:
    strip = group(("II",), 0, 5000, start)
    for groups in ([*columns((start,) * 4), strip], [strip, *columns((start,) * 4)]):
        found, codes = held(groups)
        expect_columns(found)
        np.testing.assert_array_equal(found["II"], twelve()["II"])
        assert codes == ["group_times_assumed", "leads_in_turn"]


def test_einthovens_law_says_that_columns_of_one_stated_time_follow_each_other() -> None:
    found, codes = held(columns((0.0,) * 4))
    expect_columns(found)
    assert codes == ["group_times_assumed", "leads_in_turn"]


def test_einthovens_law_says_that_groups_were_recorded_together() -> None:
    together = [group(leads, 0, 5000, 0.0) for leads in COLUMNS]
    found, codes = held(together)
    for lead in LEADS:
        np.testing.assert_array_equal(found[lead], twelve()[lead])
    assert codes == []


@pytest.mark.parametrize("start", [0.0, None])
def test_beats_that_do_not_coincide_say_that_limb_and_chest_leads_follow_each_other(
    start: float | None,
) -> None:
    limb, chest = group(LEADS[:6], 0, 2500, start), group(LEADS[6:], 2500, 5000, start)
    found, codes = held([limb, chest])
    for lead in LEADS:
        part = slice(0, 2500) if lead in LEADS[:6] else slice(2500, 5000)
        np.testing.assert_array_equal(found[lead][part], twelve()[lead][part])
        assert np.isfinite(found[lead]).sum() == 2500
    assert codes == ["group_times_assumed", "leads_in_turn"]


def test_limb_and_chest_leads_apart_are_one_recording() -> None:
    for start, expected in ((0.0, []), (None, ["group_times_assumed"])):
        found, codes = held([group(LEADS[:6], 0, 5000, start), group(LEADS[6:], 0, 5000, start)])
        for lead in LEADS:
            np.testing.assert_array_equal(found[lead], twelve()[lead])
        assert codes == expected


def test_a_group_of_all_leads_needs_no_other() -> None:
    strip = group(("II",), 0, 5000, 0.0)
    found, codes = held([strip, group(LEADS, 0, 4000, 0.0), group(LEADS, 0, 600, 0.0)])
    assert {len(samples) for samples in found.values()} == {4000}
    assert codes == []


def test_groups_that_are_no_one_recording_are_refused() -> None:
    far = [group(LEADS[:6], 0, 5000, 0.0), group(LEADS[6:], 0, 5000, 3600.0)]
    with pytest.raises(BadInput, match="do not form one recording"):
        align_groups("a.xml", far)
    other = Group(group(LEADS[6:], 0, 5000, 0.0).channels, 250.0, 0.0)
    with pytest.raises(BadInput, match="no sample rate in common"):
        align_groups("a.xml", [far[0], other])
    pieces = [
        group((lead,), 1250 * place, 1250 * (place + 1), 0.0)
        for place, column in enumerate(COLUMNS)
        for lead in column
    ]
    with pytest.raises(BadInput, match="the recording times of its leads are missing"):
        align_groups("a.xml", pieces)


def test_each_lead_in_a_group_of_its_own_is_one_recording() -> None:
    found, told = held([group((lead,), 0, 5000, 0.0) for lead in LEADS])
    for lead in LEADS:
        np.testing.assert_array_equal(found[lead], twelve()[lead])
    assert told == []


def test_a_strip_at_a_rate_of_its_own_is_left_out() -> None:
    strip = Group(group(("II",), 0, 2500, 0.0).channels, 250.0, 0.0)
    for groups in ([strip, *columns((0.0,) * 4)], [*columns((0.0,) * 4), strip]):
        found, _ = held(groups)
        expect_columns(found)
