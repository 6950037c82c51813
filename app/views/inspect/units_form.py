"""A table of numbers does not say its rate or its unit: ask, and guess neither."""

from typing import Any

import streamlit as st

from ptacl.errors import PtaclError

_RATE, _UNIT = "sample rate", "unit"
_LACKING = {
    "ecg.no_sample_rate": frozenset({_RATE}),
    "ecg.no_unit": frozenset({_UNIT}),
    "ecg.no_sample_rate_or_unit": frozenset({_RATE, _UNIT}),
}
"""Error code → what the file lacks; other errors are not mended by a sample rate or a unit."""


def asks(error: PtaclError) -> bool:
    """Return whether the file lacks only its sample rate or unit, which the form can supply."""
    return bool(lacking(error))


def lacking(error: PtaclError) -> frozenset[str]:
    """Return which of the two a file lacks; empty where the form cannot help."""
    return _LACKING.get(error.code, frozenset())


def units_form(key: str, asked: frozenset[str]) -> dict[str, Any] | None:
    """The form, empty at first; what was filled in, as `read_ecg_files` takes it, after Read.

    Args:
        key: of the form; a new one for each upload, which holds nothing of another.
        asked: what the files lack.
    """
    given: dict[str, Any] = {}
    with st.form(key):
        columns = iter(st.columns([2] * len(asked) + [1], vertical_alignment="bottom"))
        if _RATE in asked:
            given["sample_rate_hz"] = next(columns).number_input(
                "Sample rate (Hz)", 50.0, 10_000.0, None, placeholder="such as 500"
            )
        if _UNIT in asked:
            given["unit"] = next(columns).selectbox(
                "Unit of the numbers", ["mV", "µV"], None, placeholder="Choose"
            )
        pressed = next(columns).form_submit_button("Read")
    if not pressed:
        return None
    if None in given.values():
        st.warning("Fill in what is empty: a guess would scale the ECG.", icon=":material/edit:")
        return None
    return given
