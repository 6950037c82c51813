"""The table of measured ECG values, and that everything reads it."""

import dataclasses
import re
from pathlib import Path

import pytest

from ptacl.inference.table import columns
from ptacl.measurements import (
    DEVICE_RANGES,
    MEASUREMENTS,
    EcgIntervals,
    measurement,
    measurements_in,
    shown_in,
)

REPOSITORY = Path(__file__).parent.parent


def test_every_field_has_a_row_and_every_row_a_field_or_a_device():
    keys = [entry.key for entry in MEASUREMENTS]
    assert len(set(keys)) == len(keys)
    assert {f.name for f in dataclasses.fields(EcgIntervals)} <= set(keys)
    assert all(entry.is_measured or entry.key in DEVICE_RANGES for entry in MEASUREMENTS)
    assert all(
        entry.is_measured for entry in MEASUREMENTS if entry.device_tolerance or entry.sections
    )


def test_a_table_shows_what_it_holds_in_the_order_of_the_rows():
    found = measurements_in(["qtc_ms", "pr_ms", "age_years", "t_axis_deg"])
    assert [entry.key for entry in found] == ["pr_ms", "qtc_ms", "t_axis_deg"]
    assert [m.key for m in shown_in("groups")] == [
        "heart_rate_bpm", "pr_ms", "qrs_ms", "qtc_ms", "qrs_axis_deg",
    ]  # fmt: skip
    assert measurement("qtc_ms").own_label == "QTc, Fridericia"
    with pytest.raises(KeyError):
        measurement("q_ms")


def test_the_columns_of_recordings_are_as_they_were():
    titles = {column.key: column.title for column in columns()}
    assert titles["qtc_ms"] == "QTc after Fridericia (ms)"
    assert titles["device_qtc_ms"] == "QTc (ms), device"
    assert titles["device_p_axis_deg"] == "P axis (°), device"
    assert "p_axis_deg" not in titles and "device_rr_sd_ms" not in titles


def test_no_page_has_a_list_of_its_own():
    """Two or more keys in one statement outside the table and the formats that name them."""
    several = re.compile(r'"(?:pr|qrs|qt|qtc)_ms",?[^=\n]*"(?:pr|qrs|qt|qtc|rr_sd)_ms"')
    for path in (REPOSITORY / "app").rglob("*.py"):
        assert not several.search(path.read_text(encoding="utf-8")), path
