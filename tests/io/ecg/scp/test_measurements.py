"""What the device measured, in SCP-ECG."""

import struct

import pytest

from ptacl.io.ecg.scp.measurements import read_measurements

UNKNOWN = 29999
BEAT = (100, 190, 260, 350, 640, 45, -30, 60)


def global_section(
    beat: tuple[int, ...] = BEAT, rr_ms: int = UNKNOWN, rate: int = 0, qtc: int = UNKNOWN, **more
) -> bytes:
    """Section 7 with two beats, spikes, and the kinds of three beats."""
    spikes = more.get("spikes", 0)
    body = struct.pack("<BBHH", 2, spikes, rr_ms, UNKNOWN)
    body += struct.pack("<5H3h", *beat) + struct.pack("<5H3h", *range(1, 9))
    body += bytes(range(1, 1 + 10 * spikes)) + struct.pack("<H3B", 3, 0, 0, 1)
    return body + struct.pack("<HHHBH", rate, UNKNOWN, qtc, 1, 0)


def lead_section(rows: list[list[int]]) -> bytes:
    body = struct.pack("<HH", len(rows), 0)
    for number, row in enumerate(rows):
        body += struct.pack(f"<HH{len(row)}H", number + 1, 2 * len(row), *row)
    return body


def measured(**sections: bytes) -> dict[str, float]:
    return read_measurements("a.scp", {int(name[1:]): body for name, body in sections.items()})


def test_intervals_come_from_the_reference_beat() -> None:
    assert measured(s7=global_section(rate=71, qtc=415)) == {
        "heart_rate_bpm": 71, "pr_ms": 160, "qrs_ms": 90, "qt_ms": 380, "qtc_ms": 415,
        "p_axis_deg": 45, "qrs_axis_deg": -30, "t_axis_deg": 60,
    }  # fmt: skip


def test_pacemaker_spikes_are_stepped_over() -> None:
    assert measured(s7=global_section(rate=71, qtc=415, spikes=5))["qtc_ms"] == 415


@pytest.mark.parametrize(("rr_ms", "rate", "bpm"), [(800, 0, 75), (800, 74, 74), (800, 29999, 75)])
def test_the_rate_comes_from_the_rr_interval_where_it_is_not_said(
    rr_ms: int, rate: int, bpm: float
) -> None:
    assert measured(s7=global_section(rr_ms=rr_ms, rate=rate))["heart_rate_bpm"] == bpm


@pytest.mark.parametrize("missing", [UNKNOWN, 19999, 0xFFFF, 0])
def test_what_was_not_measured_is_left_out(missing: int) -> None:
    no_p = (missing, missing, 260, 350, 640, 999, -30, 60)
    found = measured(s7=global_section(no_p))
    assert found == {"qrs_ms": 90, "qt_ms": 380, "qrs_axis_deg": -30, "t_axis_deg": 60}
    no_end = (100, 190, 260, 350, missing, 45, -30, 999)
    assert {"qt_ms", "t_axis_deg"}.isdisjoint(measured(s7=global_section(no_end)))
    assert measured(s7=global_section((missing,) * 5 + (999,) * 3)) == {}


def test_an_empty_row_has_no_axes_of_zero() -> None:
    assert measured(s7=global_section((0,) * 8)) == {}


def test_the_lead_measurements_fill_in_where_all_leads_agree() -> None:
    rows = [[90, 160, 92, 400, 0, 30], [90, 160, 92, 402], [UNKNOWN, UNKNOWN, 92, UNKNOWN], [80]]
    assert measured(s10=lead_section(rows)) == {"pr_ms": 160, "qrs_ms": 92}
    both = measured(s7=global_section(), s10=lead_section(rows))
    assert both["qrs_ms"] == 90


@pytest.mark.parametrize("end", [0, 3, 10, 30, 40])
def test_sections_that_end_early_cost_nothing_else(end: int) -> None:
    whole = measured(s7=global_section(rr_ms=800))
    cut = measured(s7=global_section(rr_ms=800)[:end], s10=lead_section([[90] * 6]))
    assert all(value in (whole[key], 90) for key, value in cut.items())
    assert cut["qrs_ms"] == 90
    cut = measured(s7=global_section(rr_ms=800), s10=lead_section([[95] * 20])[:end])
    assert cut == whole
