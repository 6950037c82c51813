"""Uploaded cines of the session, each with its person, its contours and what was measured.

The rules are those of uploaded ECGs (`uploads`): a cine is addressed by its token and lives only in
the memory of the session; an unknown token shows nothing else in its place. A correction is a new
list of labels: arrays of slices that were not touched are shared with the former list.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.types import UNKNOWN_PERSON, Person

from . import address_bar, slice_motion
from .selection import UploadGone

if TYPE_CHECKING:
    from ptacl.segmentation.records import CineInspection
    from ptacl.signal.heart_labels import Labels

MOST = 4
"""Cines that a session keeps; a stack takes up to 200 MB in memory."""
MOST_STEPS = 200
"""Corrections that can be undone."""
PARAMETER = "cine"
"""Parameter in the address bar."""
SLICE = "slice"
"""Parameter of the slice that is shown, from 1."""
_TOKEN = "cine-"
_CINES = "_cines"
_SHOWN, _ADDRESSED = "_cine_shown", "_cine_addressed"


@dataclass(frozen=True, slots=True, eq=False)
class CineUpload:
    """One uploaded cine, its person and its results."""

    token: str
    title: str
    """Name of its file, with a number where it is not unique."""
    original: CineInspection
    """As drawn by the segmenter."""
    inspection: CineInspection
    """With all corrections."""
    person: Person = UNKNOWN_PERSON
    ecg: str | None = None
    """Token of the ECG of the same person, as the user stated; never guessed."""
    former: tuple[tuple[Labels, ...], ...] = ()
    """Labels before each correction, the oldest first."""
    is_example: bool = False
    """Whether it is a simulated heart that the page offered."""


def tray() -> list[CineUpload]:
    """Return the cines of this session, the oldest first."""
    return list(_cines().values())


def find(token: str | None) -> CineUpload | None:
    """Return the cine of a token; None if this session does not hold it."""
    return _cines().get(token or "")


def add(name: str, inspection: CineInspection, *, is_example: bool = False) -> CineUpload:
    """Add a cine and select it.

    Args:
        name: of its file.
        inspection: its contours and measurements.
        is_example: whether the page offered it.
    """
    token = f"{_TOKEN}{secrets.token_hex(8)}"
    upload = CineUpload(token, _free_title(name), inspection, inspection, is_example=is_example)
    _cines()[token] = upload
    for former in list(_cines())[:-MOST]:
        forget(former)
    show(token)
    return upload


def show(token: str) -> None:
    """Select a cine, at its middle slice."""
    st.session_state[_SHOWN] = token
    address_bar.put(SLICE)


def selected() -> str | None:
    """Return the token of the cine that was chosen last."""
    return st.session_state.get(_SHOWN)


def follow_link() -> None:
    """Select the cine of a link, or of a step back in the browser's history."""
    linked = address_bar.get(PARAMETER)
    if linked is not None and linked != st.session_state.get(_ADDRESSED):
        st.session_state[_SHOWN] = st.session_state[_ADDRESSED] = linked


def shown() -> CineUpload | None:
    """Return the cine that was chosen last; None without any.

    Raises:
        UploadGone: the address names a cine that this session does not hold.
    """
    wanted = selected()
    if wanted is not None and wanted not in _cines():
        raise UploadGone(
            "This was an uploaded cine; it is not kept. An upload stays in the memory of its "
            "browser tab until a reload or Forget. Drop the files again.",
            code="upload.not_kept",
        )
    return find(wanted)


def write_address(token: str) -> None:
    """Write the token of the cine on the page into the address bar."""
    st.session_state[_ADDRESSED] = token
    address_bar.put(PARAMETER, token)


def forget(token: str) -> None:
    """Remove a cine and everything derived from it; the last of the others is shown."""
    _cines().pop(token, None)
    slice_motion.forget(token)
    if st.session_state.get(_SHOWN) == token:
        st.session_state[_SHOWN] = next(reversed(_cines()), None)
        address_bar.put(PARAMETER)


def set_person(token: str, person: Person) -> None:
    """Set the person of a cine."""
    if upload := find(token):
        _cines()[token] = replace(upload, person=person)


def set_ecg(token: str, ecg: str | None) -> None:
    """State which uploaded ECG is of the same person; None for no ECG."""
    if upload := find(token):
        _cines()[token] = replace(upload, ecg=ecg)


def move_contour(
    token: str, index: int, frame: int, outline: str, ring: int, points: np.ndarray
) -> None:
    """Take a contour that a person moved, and measure again.

    Args:
        token: of the cine.
        index: of the slice among the readable ones.
        frame: of the slice.
        outline: which contour, a key of `ptacl.segmentation.contours.OUTLINES`.
        ring: number of the ring within the contour.
        points: (points, 2), column and row in pixels of the slice.

    Raises:
        ValueError: there is no such slice, frame, contour or ring.
    """
    # Imported here: contourpy and the filters take a moment to load.
    from ptacl.segmentation.contours import OUTLINES, moved

    upload = find(token)
    known = next((name for name in OUTLINES if name == outline), None)
    if upload is None or known is None or not 0 <= index < len(upload.inspection.labels):
        raise ValueError(f"there is no contour {outline!r} of slice {index}")
    current = upload.inspection.labels
    if not 0 <= frame < len(current[index]):
        raise ValueError(f"the slice has {len(current[index])} frames, none with index {frame}")
    corrected = moved(current[index][frame], known, ring, points)
    if np.array_equal(corrected, current[index][frame]):
        return
    labels = current[index].copy()
    labels[frame] = corrected
    former = (*upload.former, current)[-MOST_STEPS:]
    changed = (*current[:index], labels, *current[index + 1 :])
    _cines()[token] = _remeasured(replace(upload, former=former), changed)


def undo(token: str) -> None:
    """Take back the last correction."""
    if (upload := find(token)) and upload.former:
        *former, last = upload.former
        _cines()[token] = _remeasured(replace(upload, former=tuple(former)), last)


def reset(token: str, index: int | None = None) -> None:
    """Return to the contours of the segmenter; it can be undone.

    Args:
        token: of the cine.
        index: of one slice; all slices by default.
    """
    if upload := find(token):
        current, original = upload.inspection.labels, upload.original.labels
        labels = tuple(
            own if index in (None, place) else now
            for place, (now, own) in enumerate(zip(current, original, strict=True))
        )
        former = (*upload.former, current)[-MOST_STEPS:]
        _cines()[token] = _remeasured(replace(upload, former=former), labels)


def _remeasured(upload: CineUpload, labels: tuple[Labels, ...]) -> CineUpload:
    # Imported here: the filters below it take a moment to load.
    from ptacl.segmentation.inspection import remeasure

    # From the original: a frame that is as it was counts as corrected no longer.
    return replace(upload, inspection=remeasure(upload.original, labels))


def _free_title(name: str) -> str:
    taken = {upload.title for upload in tray()}
    numbered = (f"{name} ({number})" for number in range(2, MOST + 3))
    return name if name not in taken else next(title for title in numbered if title not in taken)


def _cines() -> dict[str, CineUpload]:
    return st.session_state.setdefault(_CINES, {})
