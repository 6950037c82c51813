"""The drop zone: an uploaded ECG becomes an inspection, several become a table.

What cannot be read becomes one message; nothing else on the page changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import BadInput, PtaclError
from ptacl.io.ecg.format_titles import ECG_FORMAT_TITLES

from ...session import galleries, selection, uploads
from ...text import failures
from ...text.labels import literal
from ...text.progress_steps import Begin, shown_steps
from . import batch_table, person_form, tray
from .units_form import StatedUnits, is_answerable, missing_units, units_form

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from ptacl.gallery import Gallery

_ROUND = "_upload_round"
"""Counts uploads: a new number gives the uploader a new key, which empties it."""
_REFUSED = "_refused_upload"


@dataclass(frozen=True, slots=True)
class _Refused:
    """The last upload, which could not be read as it was given."""

    message: str
    shown: str | None
    """What the page showed beside the message: it goes when something else is opened."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Kept where the other half of a pair, or a rate and a unit, may still make an ECG of them."""
    lacks: frozenset[str] = frozenset()
    """What the file does not say and a form asks for."""


def drop_zone(gallery: Gallery) -> None:
    """Take files, of one ECG or of many, and what is known about the person of the ECG shown."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        zone, note = st.empty(), st.empty()
        files = _uploader(zone)
        _formats(note)
    if files:
        _accept(gallery, files, note)
        st.session_state[_ROUND] += 1
        _uploader(zone)
        _formats(note)
    with right:
        _person()
    _refused(gallery, note)
    tray.show()
    batch_table.go_on(gallery)


def _person() -> None:
    if upload := uploads.shown():
        person_form.form(upload)
    else:
        st.caption(
            "Once a recording is here, its person can be described: sex, age, height and weight "
            "make the volumes surer."
        )


def _refused(gallery: Gallery, note: DeltaGenerator) -> None:
    """Why the last upload was not read, and the form that may yet make an ECG of it."""
    refused: _Refused | None = st.session_state.get(_REFUSED)
    if refused is None or refused.shown != selection.shown():
        return
    st.error(literal(refused.message), icon=":material/error:")
    if not refused.lacks:
        return
    if units := units_form(f"units-{st.session_state[_ROUND]}", refused.lacks):
        _take(gallery, refused.files, note, units)
        st.rerun()


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


def _accept(gallery: Gallery, sent: list[UploadedFile], note: DeltaGenerator) -> None:
    """One recording is opened, several become a table; too many, or two of a name, a message."""
    from ptacl.io.cohort.uploads import separate  # loads every reader: only when a file is there

    files: dict[str, bytes] = {}
    for file in sent:
        content = file.getvalue()
        if files.setdefault(file.name, content) != content:
            # Which of two signal files belongs to a header could only be guessed.
            _refuse(
                f"Two different files are named {file.name}. Rename one of them, or pack each "
                "folder into a zip."
            )
            return
    recordings = separate(files)
    if len(recordings) == 1:
        _take(gallery, files, note)
    elif message := batch_table.refusal(len(recordings)):
        _refuse(message)
    else:
        st.session_state[_REFUSED] = None
        batch_table.begin(recordings)


def _refuse(
    message: str,
    files: Mapping[str, bytes] | None = None,
    lacks: frozenset[str] = frozenset(),
) -> None:
    st.session_state[_REFUSED] = _Refused(message, selection.shown(), files or {}, lacks)


def _take(
    gallery: Gallery,
    files: Mapping[str, bytes],
    note: DeltaGenerator,
    units: StatedUnits | None = None,
) -> None:
    """Read and inspect; on failure keep the files, for the other half of a pair may follow.

    Args:
        gallery: what the ECG is compared with.
        files: name → content.
        note: where the steps are shown.
        units: sample rate and unit that the person stated.
    """
    begin = shown_steps(note.progress)
    joined = {**_former_half(files), **files}
    try:
        _inspect(gallery, joined, begin, units or StatedUnits())
        st.session_state[_REFUSED] = None
    except PtaclError as error:
        _refuse(_message(error), joined, missing_units(error))
    except Exception as error:
        # A fault of a reader or of the model must not take the page's result with it.
        said = failures.told(error, f"while reading {_title(joined)}")
        _refuse(f"{said} The result below is the former one.")


def _former_half(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files that were refused before, where these make one recording with them.

    A header and its signals do; two broken files do not, and each is told of as itself.
    """
    from ptacl.io.cohort.uploads import separate

    refused: _Refused | None = st.session_state.get(_REFUSED)
    former = refused.files if refused else {}
    if not former or set(former) & set(files):
        return {}
    return former if len(separate({**former, **files})) == 1 else {}


def _inspect(
    gallery: Gallery, files: Mapping[str, bytes], begin: Begin, units: StatedUnits
) -> None:
    import ptacl.io  # loads every reader; nobody needs them before a file is there

    begin("read")
    ecg = ptacl.io.read_ecg_files(files, **units)
    told, of = person_form.stated(ecg), galleries.key_of(gallery)
    inspection = galleries.model().inspect(ecg, told, begin=begin)
    batch_table.end()
    uploads.keep_reading(uploads.add(_title(files), ecg, told), of, inspection)


def _title(files: Mapping[str, bytes]) -> str:
    """The recording's file name: the header's where there are several."""
    names = sorted(files, key=lambda name: (not name.endswith(".hea"), name))
    return Path(names[0]).name


def _message(error: PtaclError) -> str:
    if is_answerable(error):
        assert isinstance(error, BadInput)
        return f"{error.where}: {error.found}. Fill in what you know and press Read."
    return str(error)
