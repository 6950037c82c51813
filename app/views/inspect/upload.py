"""Upload: one ECG becomes an inspection, several become a table.

An unreadable file gives a message; nothing else on the page changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import BadInput, PtaclError
from ptacl.io.ecg.format_titles import ECG_FORMAT_TITLES

from ...layout import page
from ...panels import person_form
from ...server import reading
from ...session import galleries, selection, uploads
from ...text import failures
from ...text.labels import literal
from ...text.newcomer import introduction
from ...text.progress_steps import Begin, step_reporter
from . import batch_table, tray
from .units_form import StatedUnits, is_answerable, missing_units, units_form

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from ptacl.gallery import Gallery

_ROUND = "_upload_round"
"""Counts uploads: a new number gives the uploader a new key, which empties it."""
_REFUSED = "_refused_upload"
_PERSON_NARROWS = (
    "Sex, age, height and weight narrow the intervals; sex selects the reference range."
)
LARGEST_MB = 20
"""Of one file; the server takes larger ones for cines."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """The last upload, which could not be read."""

    message: str
    shown: str | None
    """Selection at that time: another selection removes the message."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Kept, as the other files of the recording, or rate and unit, may follow."""
    lacks: frozenset[str] = frozenset()
    """Sample rate or unit, to be filled in."""


def drop_zone(gallery: Gallery) -> None:
    """Show the uploader, the person form of the selected upload, and the tray."""
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
        _person(gallery)
    _refused(gallery, note)
    tray.show()
    batch_table.go_on(gallery)


def _person(gallery: Gallery) -> None:
    """Show the form of the person of an upload, or, without one, an introduction."""
    if upload := uploads.shown():
        person_form.form(
            upload.token,
            upload.title,
            upload.person,
            uploads.set_person,
            purpose=_PERSON_NARROWS,
            from_file=person_form.stated(upload.ecg),
        )
    else:
        page.note(introduction(trained_on_simulated=gallery.trained_on_simulated))


def _refused(gallery: Gallery, note: DeltaGenerator) -> None:
    """Show why the last upload was not read, and the form for missing units."""
    refused: _Refused | None = st.session_state.get(_REFUSED)
    if refused is None or refused.shown != selection.shown():
        return
    st.error(literal(refused.message), icon=":material/error:")
    if not refused.lacks:
        return
    if units := units_form(f"units-{st.session_state[_ROUND]}", refused.lacks):
        _read_recording(gallery, refused.files, note, units)
        st.rerun()


def _uploader(zone: DeltaGenerator) -> list[UploadedFile]:
    """Show an empty uploader in place of the former one."""
    return zone.file_uploader(
        "Drop one ECG or many, or a zip of them",
        accept_multiple_files=True,
        key=f"upload-{st.session_state.setdefault(_ROUND, 0)}",
        max_upload_size=LARGEST_MB,
        help="Kept only in the memory of this browser session.",
    )


def _formats(note: DeltaGenerator) -> None:
    """Name the formats, until an upload is shown: then its answer takes their place."""
    if uploads.shown() is not None:
        note.empty()
        return
    titles = " · ".join(dict.fromkeys(ECG_FORMAT_TITLES.values()))
    note.caption(f"{titles}; detected by content. Upload a WFDB header with its signal files.")


def _accept(gallery: Gallery, sent: list[UploadedFile], note: DeltaGenerator) -> None:
    """Open one recording, or start a batch; refuse too many, or two files of one name."""
    files: dict[str, bytes] = {}
    for file in sent:
        content = file.getvalue()
        if files.setdefault(file.name, content) != content:
            # It would be a guess which of two signal files belongs to a header.
            _refuse(
                f"Two different files are named {file.name}. Rename one of them, or pack each "
                "folder into a zip."
            )
            return
    recordings = _separate(files)
    if len(recordings) == 1:
        _read_recording(gallery, files, note)
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


def _read_recording(
    gallery: Gallery,
    files: Mapping[str, bytes],
    note: DeltaGenerator,
    units: StatedUnits | None = None,
) -> None:
    """Read and inspect files; on failure keep them, as others of the recording may follow.

    Args:
        gallery: to compare with.
        files: name → content.
        note: element for the progress.
        units: sample rate and unit that the person stated.
    """
    begin = step_reporter(note.progress)
    joined = {**_former_files(files), **files}
    try:
        _inspect(gallery, joined, begin, units or StatedUnits())
        st.session_state[_REFUSED] = None
    except PtaclError as error:
        _refuse(_message(error), joined, missing_units(error))
    except Exception as error:
        # An internal error must not remove the result on the page.
        text = failures.message(error, f"while reading {_title(joined)}")
        _refuse(f"{text} The result below is the former one.")


def _separate(files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
    """Split files into recordings; those that exceed a limit are one, reported when it is read."""
    try:
        return reading.reader().separate(files)
    except PtaclError:
        return {_title(files): files}


def _former_files(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files refused before, if they make one recording with these.

    A header and its signals do; two broken files do not, and each has its own message.
    """
    refused: _Refused | None = st.session_state.get(_REFUSED)
    former = refused.files if refused else {}
    if not former or set(former) & set(files):
        return {}
    return former if len(_separate({**former, **files})) == 1 else {}


def _inspect(
    gallery: Gallery, files: Mapping[str, bytes], begin: Begin, units: StatedUnits
) -> None:
    begin("read")
    ecg = reading.reader().read_ecg(files, **units, any_leads=gallery.reads_any_leads)
    person, key = person_form.stated(ecg), galleries.key_of(gallery)
    inspection = galleries.model().inspect(ecg, person, begin=begin)
    batch_table.end()
    uploads.store_inspection(uploads.add(_title(files), ecg, person), key, inspection)


def _title(files: Mapping[str, bytes]) -> str:
    """Return the file name of a recording: that of the header if there are several."""
    names = sorted(files, key=lambda name: (not name.endswith(".hea"), name))
    return Path(names[0]).name


def _message(error: PtaclError) -> str:
    if is_answerable(error):
        assert isinstance(error, BadInput)
        return f"{error.where}: {error.found}. Fill in what you know and press Read."
    return str(error)
