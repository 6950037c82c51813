"""The drop zone: an uploaded ECG becomes an inspection, or one message; nothing else changes."""

import logging
from collections.abc import Mapping
from pathlib import Path

import state
import streamlit as st
from words import literal

from ptacl.errors import BadInput, PtaclError

FORMATS = "WFDB (.hea with .dat or .mat), DICOM, CSV, NPY, or one zip"
_ROUND = "_upload_round"
"""Counts uploads: a new number gives the uploader a new key, which empties it."""
_PENDING = "_pending_files"
_MESSAGE = "_upload_message"
_ASKS = "_asks_for_units"


def drop_zone() -> None:
    """Take files for one ECG, and what is known about the person."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        files = st.file_uploader(
            f"Drop one ECG: {FORMATS}",
            accept_multiple_files=True,
            key=f"upload-{st.session_state.setdefault(_ROUND, 0)}",
            help="Stays in this browser session's memory and is gone when you close it.",
        )
    with right:
        _person()
    if files:
        _take({file.name: file.getvalue() for file in files})
        st.session_state[_ROUND] += 1
        st.rerun()
    if message := st.session_state.get(_MESSAGE):
        st.error(literal(message), icon=":material/error:")
        if st.session_state.get(_ASKS):
            _units_form()


def _person() -> None:
    """Optional facts: the reference interval needs the sex, indexing needs height and weight."""
    st.caption("About the person, optional: chooses the reference interval, allows values per m²")
    with st.container(horizontal=True, gap="small"):
        with st.container(width=110):
            st.selectbox("Sex", ["—", "female", "male"], key="person_sex", on_change=_describe)
        for title, key, low, high in (
            ("Age (years)", "person_age", 18, 110),
            ("Height (cm)", "person_height", 100, 230),
            ("Weight (kg)", "person_weight", 25, 300),
        ):
            with st.container(width=110):
                st.number_input(title, low, high, None, key=key, on_change=_describe)


def person() -> dict[str, object]:
    """What was filled in, as `Model.inspect` takes it."""
    sex = st.session_state.get("person_sex")
    return {
        "sex": sex if sex in ("female", "male") else None,
        "height_cm": st.session_state.get("person_height"),
        "weight_kg": st.session_state.get("person_weight"),
    }


def age_years() -> float | None:
    """The person's age, where it was filled in."""
    age = st.session_state.get("person_age")
    return None if age is None else float(age)


def _describe() -> None:
    state.describe_upload(**person())


def _take(files: Mapping[str, bytes], **asked: object) -> None:
    """Read and inspect; on failure keep the files, for the other half of a pair may follow."""
    pending = st.session_state.get(_PENDING) or {}
    st.session_state[_MESSAGE] = None
    try:
        try:
            _inspect(files, **asked)
        except PtaclError:
            if not pending or set(pending) <= set(files):
                raise
            _inspect({**pending, **files}, **asked)
        st.session_state[_PENDING] = None
    except PtaclError as error:
        st.session_state[_PENDING] = dict(files)
        st.session_state[_MESSAGE] = _message(error)
        st.session_state[_ASKS] = _asks(error)
    except Exception:
        # A fault of a reader or of the model must not take the page's result with it.
        logging.getLogger(__name__).exception("an uploaded file could not be inspected")
        st.session_state[_PENDING] = None
        st.session_state[_ASKS] = False
        st.session_state[_MESSAGE] = (
            f"{_title(files)}: PTACL failed while reading it. Details are in the terminal where "
            "the app was started; the result below is the former one."
        )


def _inspect(files: Mapping[str, bytes], **asked: object) -> None:
    import ptacl.io  # loads every reader; nobody needs them before a file is there

    with st.spinner("Reading the recording …"):
        ecg = ptacl.io.read_ecg_files(files, **asked)
    with st.spinner("Asking the model …"):
        inspection = state.model().inspect(ecg, **person())
    state.show_upload(state.Upload(_title(files), inspection))


def _title(files: Mapping[str, bytes]) -> str:
    """The recording's file name: the header's where there are several."""
    names = sorted(files, key=lambda name: (not name.endswith(".hea"), name))
    return Path(names[0]).name


def _asks(error: PtaclError) -> bool:
    """Whether the file only lacks its sample rate or its unit, which a form can supply."""
    return isinstance(error, BadInput) and error.found.startswith("it does not say its")


def _message(error: PtaclError) -> str:
    if _asks(error):
        assert isinstance(error, BadInput)
        return f"{error.where}: {error.found}. Fill in what you know and press Read."
    return str(error)


def _units_form() -> None:
    """A table of numbers does not say its rate and unit: ask."""
    with st.form("units"):
        rate_column, unit_column, button_column = st.columns([2, 2, 1], vertical_alignment="bottom")
        rate = rate_column.number_input("Sample rate (Hz)", 50.0, 10_000.0, 500.0)
        unit = unit_column.selectbox("Unit of the numbers", ["mV", "µV"])
        if button_column.form_submit_button("Read"):
            files = st.session_state[_PENDING]
            _take(files, sample_rate_hz=rate, unit=unit)
            st.rerun()
