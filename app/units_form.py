"""A table of numbers does not say its rate and unit: ask."""

import streamlit as st

from ptacl.errors import BadInput, PtaclError


def asks(error: PtaclError) -> bool:
    """Whether the file only lacks its sample rate or its unit, which a form can supply."""
    return isinstance(error, BadInput) and error.found.startswith("it does not say its")


def units_form(key: str) -> dict[str, object] | None:
    """The form; what was filled in, as `read_ecg_files` takes it, once Read is pressed.

    Nothing is filled in before: one click must not take a guess for what the file does not say.
    """
    with st.form(key):
        rate_column, unit_column, button_column = st.columns([2, 2, 1], vertical_alignment="bottom")
        rate = rate_column.number_input(
            "Sample rate (Hz)", 50.0, 10_000.0, None, placeholder="as recorded", key=f"{key}-rate"
        )
        unit = unit_column.selectbox(
            "Unit of the numbers", ["mV", "µV"], None, placeholder="as saved", key=f"{key}-unit"
        )
        pressed = button_column.form_submit_button("Read")
    return {"sample_rate_hz": rate, "unit": unit} if pressed else None
