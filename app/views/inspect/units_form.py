"""A table of numbers does not say its rate or its unit: ask, and guess neither."""

import re
from typing import Any

import streamlit as st

from ptacl.errors import BadInput, PtaclError

_RATE, _UNIT = "sample rate", "unit"
_SILENT = re.compile(rf"it does not say its ({_RATE}|{_UNIT})(?: nor its ({_UNIT}))?")


def asks(error: PtaclError) -> bool:
    """Whether the file only lacks its sample rate or its unit, which a form can supply."""
    return bool(lacking(error))


def lacking(error: PtaclError) -> frozenset[str]:
    """What of the two a file lacks, where it lacks nothing else; what it says itself stands."""
    said = _SILENT.fullmatch(error.found) if isinstance(error, BadInput) else None
    return frozenset(filter(None, said.groups())) if said else frozenset()


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
