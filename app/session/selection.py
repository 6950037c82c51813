"""Selection of the session: a subject of the gallery or an uploaded ECG, and its address."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError

from . import address_bar
from .galleries import first_shown

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SUBJECT = "subject"
"""Parameter in the address bar: a subject of the gallery, or the token of an uploaded ECG."""
_TOKEN = "upload-"
"""Prefix of every token; the rest is random."""
UPLOADS = "_uploads"
"""The uploaded ECGs of this session by their tokens (`session/uploads.py`)."""
_SHOWN = "_shown"
"""Subject or token that was chosen last; every page that can show it does."""
_ADDRESSED = "_addressed"
"""Value in the address bar after the last run: another value is a link or a step back."""
_PATH = "_path"
"""Path of the page of the last run."""
_NAMED = "_named_by_page"
"""Subject on the page of this run."""
_LAST_SUBJECT = "_last_subject"


def new_token() -> str:
    """Return a new token for an uploaded ECG, for the address bar."""
    return f"{_TOKEN}{secrets.token_hex(8)}"


def is_token(text: str | None) -> bool:
    """Whether a value of the address bar is the token of an uploaded ECG."""
    return text is not None and text.startswith(_TOKEN)


def shown() -> str | None:
    """Return the subject or token to show: that of a link, else the last choice."""
    linked = address_bar.get(SUBJECT)
    if linked is not None and linked != st.session_state.get(_ADDRESSED):
        st.session_state[_SHOWN] = st.session_state[_ADDRESSED] = linked
    return chosen()


def chosen() -> str | None:
    """Return the subject or token that was chosen last, regardless of the address."""
    return st.session_state.get(_SHOWN)


def show(wanted: str) -> None:
    """Show a subject of the gallery, or an uploaded ECG by its token."""
    st.session_state[_SHOWN] = wanted


def write_address(wanted: str) -> None:
    """Write the subject or token of the page into the address bar."""
    st.session_state[_ADDRESSED] = wanted
    address_bar.put(SUBJECT, wanted)


class UploadGone(PtaclError):
    """The address names an uploaded ECG that this session does not hold."""


def require_upload() -> None:
    """Check that the upload in the address is held, so that no other heart is shown instead.

    Raises:
        UploadGone: the address names an uploaded ECG that this session does not hold.
    """
    wanted = shown()
    is_linked = wanted == address_bar.get(SUBJECT)
    if is_linked and is_token(wanted) and wanted not in st.session_state.get(UPLOADS, {}):
        raise UploadGone(
            "This was an uploaded ECG; it is not kept. An upload stays in the memory of its "
            "browser tab until a reload or Forget. Drop the file again, or choose a heart of the "
            "gallery.",
            code="upload.not_kept",
        )


def choose_subject(opened: Gallery, label: str = "Subject") -> str:
    """Show the choice of a subject, which is in the address bar and common to all pages.

    For pages that cannot show an upload: while one is selected they show the last subject.

    Args:
        opened: the gallery.
        label: of the widget.

    Returns:
        the subject's id.

    Raises:
        UploadGone: the address names an uploaded ECG that is not held; a subject can be chosen.
    """
    ids = list(opened.table.index)
    try:
        require_upload()
    except UploadGone:
        choose_instead(opened, label)
        raise
    wanted = (shown(), st.session_state.get(_LAST_SUBJECT), first_shown(opened))
    # Assigned in every run: on another page the selection is another widget, and starts empty.
    st.session_state[SUBJECT] = next(subject for subject in wanted if subject in ids)
    chosen = st.selectbox(label, ids, key=SUBJECT, on_change=_show_chosen, help="Type to search.")
    st.session_state[_LAST_SUBJECT] = st.session_state[_NAMED] = chosen
    if not is_token(shown()):
        show(chosen)
    write_address(chosen)
    return chosen


def choose_instead(opened: Gallery, label: str) -> None:
    """Show the choice of a subject, initially empty, while an uploaded ECG is selected."""
    st.session_state[SUBJECT] = None
    st.selectbox(
        label, list(opened.table.index), None, key=SUBJECT, on_change=_show_chosen,
        placeholder="Type to search", help="Type to search.",
    )  # fmt: skip


def _show_chosen() -> None:
    if st.session_state[SUBJECT] is not None:
        show(st.session_state[SUBJECT])


def links_to_unknown_subject(opened: Gallery) -> bool:
    """Whether the address names a subject that is not in the gallery."""
    linked = address_bar.get(SUBJECT)
    return linked is not None and not is_token(linked) and linked not in opened.table.index


def last_subject() -> str | None:
    """Return the subject that was chosen last on any page."""
    return st.session_state.get(_LAST_SUBJECT)


def choose(subject_id: str) -> None:
    """Select a subject on a page without a widget for it; the other pages open it."""
    show(subject_id)
    st.session_state[_LAST_SUBJECT] = subject_id


def begin_page(path: str) -> None:
    """Begin a run: reset the state of another page.

    The menu opens a page without parameters, so a subject in the address is from a link.
    """
    st.session_state[_NAMED] = None
    former = st.session_state.get(_PATH)
    address_bar.begin(switched=former not in (None, path))
    if former != path:
        st.session_state[_PATH] = path
        st.session_state[_ADDRESSED] = None


def named_by_page() -> str | None:
    """Return the subject that this page has shown so far in this run."""
    return st.session_state.get(_NAMED)
