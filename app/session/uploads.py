"""Uploaded ECGs of the session, each with its person and its inspection.

An upload is addressed by its token and lives only in the memory of the session: after a reload, in
another tab or once forgotten its token is unknown, and no other heart is shown in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.types import UNKNOWN_PERSON, Ecg, Inspection, Person

from ..text import failures
from ..text.progress_steps import Begin, step_reporter
from . import attributions, compared_ecg, galleries, selection

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MOST = 24
"""ECGs that a session keeps; a recording takes about a megabyte with its inspection."""
_INSPECTIONS = "_upload_inspections"


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded ECG and its person."""

    token: str
    title: str
    """Name of its file, with a number where it is not unique."""
    ecg: Ecg
    person: Person = UNKNOWN_PERSON
    """As in the form, which starts with the statements of the file."""


@dataclass(frozen=True, slots=True)
class _StoredInspection:
    """Inspection of an ECG by the model of one gallery."""

    gallery: galleries.Key
    inspection: Inspection


def tray() -> list[Upload]:
    """Return the uploads of this session, the oldest first."""
    return list(_uploads().values())


def find(token: str | None) -> Upload | None:
    """Return the upload of a token; None if this session does not hold it."""
    return _uploads().get(token or "")


def shown() -> Upload | None:
    """Return the selected upload, whether or not this page can show it."""
    return find(selection.shown())


def add(name: str, ecg: Ecg, person: Person = UNKNOWN_PERSON, token: str | None = None) -> Upload:
    """Add an ECG, select it and end the comparison with another one.

    Args:
        name: of its file.
        ecg: the recording.
        person: of the recording.
        token: of a recording that has one already, such as one of a batch.
    """
    upload = Upload(token or selection.new_token(), _free_title(name), ecg, person)
    _uploads()[upload.token] = upload
    for former in list(_uploads())[:-MOST]:
        forget(former)
    compared_ecg.end()
    selection.show(upload.token)
    return upload


def show(token: str) -> None:
    """Select an upload; a comparison with itself ends."""
    if compared_ecg.chosen() == token:
        compared_ecg.end()
    selection.show(token)


def forget(token: str) -> None:
    """Remove an upload and everything derived from it."""
    _uploads().pop(token, None)
    _inspections().pop(token, None)
    attributions.clear()
    if compared_ecg.chosen() == token:
        compared_ecg.end()


def set_person(token: str, person: Person) -> None:
    """Set the person of an upload."""
    if upload := find(token):
        _uploads()[token] = replace(upload, person=person)


def store_inspection(upload: Upload, key: galleries.Key, inspection: Inspection) -> None:
    """Store an inspection in place of a former one.

    Args:
        upload: the ECG.
        key: of the gallery of the model.
        inspection: its result.
    """
    _inspections()[upload.token] = _StoredInspection(key, inspection)


def inspection(opened: Gallery, upload: Upload) -> Inspection:
    """Return the inspection of an upload and its person by the model of a gallery.

    Another gallery runs its whole model; another person runs only the heads, as the encoder does
    not depend on the person.
    """
    key, former = galleries.key_of(opened), _inspections().get(upload.token)
    if former is None or former.gallery != key:
        result = _without_withdrawn(opened, _inspect(upload))
    elif former.inspection.person == upload.person:
        return former.inspection
    else:
        # Imported here: the search index and the filters take seconds to load.
        from ptacl.gallery.conditional_heads import described

        result = described(opened, former.inspection, upload.person)
    store_inspection(upload, key, result)
    return result


def _without_withdrawn(opened: Gallery, result: Inspection) -> Inspection:
    """Return the inspection without neighbours who withdrew while it was computed."""
    remaining = tuple(n for n in result.neighbours if n.subject_id in opened.table.index)
    return replace(result, neighbours=remaining)


def _inspect(upload: Upload) -> Inspection:
    slot = st.empty()
    slot.progress(0.0, "Waiting for the model …")
    begin: Begin = step_reporter(slot.progress)
    try:
        return galleries.model().inspect(upload.ecg, upload.person, begin=begin)
    except PtaclError:
        raise
    except Exception as error:
        message = failures.message(error, f"while reading {upload.title}")
        raise PtaclError(message, code="internal.fault") from error
    finally:
        slot.empty()


def _free_title(name: str) -> str:
    taken = {"subject", *(upload.title for upload in tray())}
    numbered = (f"{name} ({number})" for number in range(2, MOST + 3))
    return name if name not in taken else next(title for title in numbered if title not in taken)


def _uploads() -> dict[str, Upload]:
    return st.session_state.setdefault(selection.UPLOADS, {})


def _inspections() -> dict[str, _StoredInspection]:
    return st.session_state.setdefault(_INSPECTIONS, {})
