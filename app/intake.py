"""The drop zone: an uploaded ECG becomes an inspection, several become a table.

What cannot be read becomes one message; nothing else on the page changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import faults
import person
import several
import state
import streamlit as st
from steps import Begin, shown_steps
from units_form import asks, units_form
from words import literal

from ptacl.errors import BadInput, PtaclError
from ptacl.format_titles import ECG_FORMAT_TITLES

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from ptacl.gallery import Gallery

_ROUND = "_upload_round"
"""Counts uploads: a new number gives the uploader a new key, which empties it."""
_PENDING = "_pending_files"
_MESSAGE = "_upload_message"
_ASKS = "_asks_for_units"


def drop_zone(gallery: Gallery) -> None:
    """Take files, of one ECG or of many, and what is known about the person."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        zone, note = st.empty(), st.empty()
        files = _uploader(zone)
        _formats(note)
    with right:
        person.form()
    if files:
        _accept(files, note)
        st.session_state[_ROUND] += 1
        _uploader(zone)
        _formats(note)
    if message := st.session_state.get(_MESSAGE):
        st.error(literal(message), icon=":material/error:")
        if st.session_state.get(_ASKS) and (asked := units_form("units")):
            _take(st.session_state[_PENDING], note, **asked)
            st.rerun()
    several.go_on(gallery)


def _uploader(zone: DeltaGenerator) -> list[UploadedFile]:
    """An empty drop zone, in place of the former one; what was in that is gone."""
    return zone.file_uploader(
        "Drop one ECG or many, or a zip of them",
        accept_multiple_files=True,
        key=f"upload-{st.session_state.setdefault(_ROUND, 0)}",
        help="Stays in this browser session's memory and is gone when you close it.",
    )


def _formats(note: DeltaGenerator) -> None:
    titles = " · ".join(dict.fromkeys(ECG_FORMAT_TITLES.values()))
    note.caption(f"{titles}, known by content. A WFDB header and its signal files go together.")


def _accept(uploads: list[UploadedFile], note: DeltaGenerator) -> None:
    """One recording is opened, several become a table; too many, or two of a name, a message."""
    from ptacl.io.gather import separate  # loads every reader: only when a file is there

    files: dict[str, bytes] = {}
    for upload in uploads:
        content = upload.getvalue()
        if files.setdefault(upload.name, content) != content:
            # Which of two signal files belongs to a header could only be guessed.
            _say(
                f"Two different files are named {upload.name}. Rename one of them, or pack each "
                "folder into a zip."
            )
            return
    recordings = separate(files)
    if len(recordings) == 1:
        _take(files, note)
    elif message := several.refusal(len(recordings)):
        _say(message)
    else:
        _say(None)
        several.begin(recordings)


def _say(message: str | None) -> None:
    st.session_state[_MESSAGE] = message
    st.session_state[_ASKS] = False
    st.session_state[_PENDING] = None


def _take(files: Mapping[str, bytes], note: DeltaGenerator, **asked: object) -> None:
    """Read and inspect; on failure keep the files, for the other half of a pair may follow.

    Args:
        files: name → content.
        note: where the steps are shown.
        asked: rate and unit that the person gave.
    """
    begin = shown_steps(note.progress)
    pending = st.session_state.get(_PENDING) or {}
    st.session_state[_MESSAGE] = None
    try:
        try:
            _inspect(files, begin, **asked)
        except PtaclError:
            if not pending or set(pending) <= set(files):
                raise
            _inspect({**pending, **files}, begin, **asked)
        st.session_state[_PENDING] = None
    except PtaclError as error:
        st.session_state[_PENDING] = dict(files)
        st.session_state[_MESSAGE] = _message(error)
        st.session_state[_ASKS] = asks(error)
    except Exception as error:
        # A fault of a reader or of the model must not take the page's result with it.
        said = faults.told(error, f"while reading {_title(files)}")
        _say(f"{said} The result below is the former one.")


def _inspect(files: Mapping[str, bytes], begin: Begin, **asked: object) -> None:
    import ptacl.io  # loads every reader; nobody needs them before a file is there

    begin("read")
    ecg = ptacl.io.read_ecg_files(files, **asked)
    inspection = state.model().inspect(ecg, person.described(), begin=begin)
    state.show_upload(state.Upload(_title(files), inspection))


def _title(files: Mapping[str, bytes]) -> str:
    """The recording's file name: the header's where there are several."""
    names = sorted(files, key=lambda name: (not name.endswith(".hea"), name))
    return Path(names[0]).name


def _message(error: PtaclError) -> str:
    if asks(error):
        assert isinstance(error, BadInput)
        return f"{error.where}: {error.found}. Fill in what you know and press Read."
    return str(error)
