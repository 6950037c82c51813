"""The ECGs that were uploaded in this session: each is one object, with its person and its reading.

Its token stands in the address bar. They live in the session's memory alone: after a reload, in
another tab, or once forgotten, a token stands for nothing, and no other heart takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.types import UNKNOWN_PERSON, Ecg, Inspection, Person

from ..text import failures
from ..text.progress_steps import Begin, shown_steps
from . import attributions, compared_ecg, galleries, selection

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MOST = 24
"""ECGs that a session keeps; a recording takes about a megabyte with its reading."""
_READINGS = "_upload_readings"


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded ECG and the person whose it is."""

    token: str
    title: str
    """Its file's name; a number behind it where that is taken."""
    ecg: Ecg
    person: Person = UNKNOWN_PERSON
    """As the form says; it begins with what the file states."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one model said of an ECG, and of whom it was told."""

    of: galleries.Key
    inspection: Inspection


def tray() -> list[Upload]:
    """What this session holds, in the order in which it came."""
    return list(_held().values())


def held(token: str | None) -> Upload | None:
    """The ECG of a token; None where this session holds none of it."""
    return _held().get(token or "")


def shown() -> Upload | None:
    """The uploaded ECG that is chosen, whether or not this page can show it."""
    return held(selection.shown())


def add(name: str, ecg: Ecg, person: Person = UNKNOWN_PERSON, token: str | None = None) -> Upload:
    """Take an ECG in and show it; comparisons with the former one end.

    Args:
        name: of its file.
        ecg: as read.
        person: whose it is.
        token: where it has one already, as a recording of a batch has.
    """
    upload = Upload(token or selection.new_token(), _free_title(name), ecg, person)
    _held()[upload.token] = upload
    for former in list(_held())[:-MOST]:
        forget(former)
    compared_ecg.end()
    selection.show(upload.token)
    return upload


def show(token: str) -> None:
    """Show an ECG that is held; it is not compared with itself."""
    if compared_ecg.chosen() == token:
        compared_ecg.end()
    selection.show(token)


def forget(token: str) -> None:
    """Drop an ECG and all that was made of it; what shows it says then that it is gone."""
    _held().pop(token, None)
    _readings().pop(token, None)
    attributions.clear()
    if compared_ecg.chosen() == token:
        compared_ecg.end()


def tell(token: str, person: Person) -> None:
    """Say whose an ECG is."""
    if upload := held(token):
        _held()[token] = replace(upload, person=person)


def keep_reading(upload: Upload, of: galleries.Key, inspection: Inspection) -> None:
    """Keep what a model said, in place of what any said before."""
    _readings()[upload.token] = _Reading(of, inspection)


def inspection(opened: Gallery, upload: Upload) -> Inspection:
    """What the model of a gallery says of an uploaded ECG and its person.

    Another gallery than the one that read it last reads it anew; another person is told to the
    heads alone, for the encoder does not ask whose the ECG is.
    """
    of, former = galleries.key_of(opened), _readings().get(upload.token)
    if former is None or former.of != of:
        found = _still_held(opened, _read(upload))
    elif former.inspection.person == upload.person:
        return former.inspection
    else:
        # Imported here: the search index and the filters beside it take seconds to load.
        from ptacl.gallery.conditional_heads import described

        found = described(opened, former.inspection, upload.person)
    keep_reading(upload, of, found)
    return found


def _still_held(opened: Gallery, found: Inspection) -> Inspection:
    """Without the alike hearts of people who withdrew while it was read."""
    kept = tuple(n for n in found.neighbours if n.subject_id in opened.table.index)
    return replace(found, neighbours=kept)


def _read(upload: Upload) -> Inspection:
    place = st.empty()
    place.progress(0.0, "Waiting for the model …")
    begin: Begin = shown_steps(place.progress)
    try:
        return galleries.model().inspect(upload.ecg, upload.person, begin=begin)
    except PtaclError:
        raise
    except Exception as error:
        raise PtaclError(
            failures.told(error, f"while reading {upload.title}"), code="internal.fault"
        ) from error
    finally:
        place.empty()


def _free_title(name: str) -> str:
    taken = {"subject", *(upload.title for upload in tray())}
    numbered = (f"{name} ({number})" for number in range(2, MOST + 3))
    return name if name not in taken else next(title for title in numbered if title not in taken)


def _held() -> dict[str, Upload]:
    return st.session_state.setdefault(selection.UPLOADS, {})


def _readings() -> dict[str, _Reading]:
    return st.session_state.setdefault(_READINGS, {})
