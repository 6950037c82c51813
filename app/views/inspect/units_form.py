"""Form for the sample rate and the unit of files that state neither; they are never guessed."""

from typing import TypedDict

import streamlit as st

from ptacl.errors import PtaclError


class StatedUnits(TypedDict, total=False):
    """Arguments of `ptacl.io.read_ecg_files` that a person gave."""

    sample_rate_hz: float
    unit: str


_RATE, _UNIT = "sample rate", "unit"
_LACKING = {
    "ecg.no_sample_rate": frozenset({_RATE}),
    "ecg.no_unit": frozenset({_UNIT}),
    "ecg.no_sample_rate_or_unit": frozenset({_RATE, _UNIT}),
}
"""Error code → what the file lacks; other errors are not mended by a sample rate or a unit."""


def is_answerable(error: PtaclError) -> bool:
    """Whether the file lacks only its sample rate or its unit, which the form can supply."""
    return bool(missing_units(error))


def missing_units(error: PtaclError) -> frozenset[str]:
    """Return which of sample rate and unit a file lacks; empty where it has another problem."""
    return _LACKING.get(error.code, frozenset())


def units_for(missing: frozenset[str], units: StatedUnits) -> StatedUnits:
    """Return the part of the stated units that a file lacks; its own statements take precedence."""
    part = StatedUnits()
    if _RATE in missing and "sample_rate_hz" in units:
        part["sample_rate_hz"] = units["sample_rate_hz"]
    if _UNIT in missing and "unit" in units:
        part["unit"] = units["unit"]
    return part


def units_form(key: str, missing: frozenset[str]) -> StatedUnits | None:
    """Show the form, empty at first.

    Args:
        key: of the form; a new one for each upload, so that no value is carried over.
        missing: what the files lack.

    Returns:
        the values once *Read* was pressed with every field filled in; else None.
    """
    rate: float | None = None
    unit: str | None = None
    with st.form(key):
        columns = iter(st.columns([2] * len(missing) + [1], vertical_alignment="bottom"))
        if _RATE in missing:
            rate = next(columns).number_input(
                "Sample rate (Hz)", 50.0, 10_000.0, None, placeholder="such as 500"
            )
        if _UNIT in missing:
            unit = next(columns).selectbox(
                "Unit of the numbers", ["mV", "µV"], None, placeholder="Choose"
            )
        pressed = next(columns).form_submit_button("Read")
    if not pressed:
        return None
    stated = StatedUnits()
    if rate is not None:
        stated["sample_rate_hz"] = rate
    if unit is not None:
        stated["unit"] = unit
    if len(stated) < len(missing):
        st.warning("Fill in what is empty: a guess would scale the ECG.", icon=":material/edit:")
        return None
    return stated
