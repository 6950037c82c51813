"""Which heart is shown, a subject of the gallery or an uploaded ECG, and its address."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError

from .galleries import first_shown

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SUBJECT = "subject"
"""In the address bar: a subject of the gallery, or the token of an uploaded ECG."""
_TOKEN = "upload-"
"""Begins every token; the rest of one is random and means nothing."""
UPLOADS = "_uploads"
"""The uploaded ECGs of this session by their tokens (`session/uploads.py`)."""
_SHOWN = "_shown"
"""Subject or token that the person chose last; what a page shows that can show it."""
_ADDRESSED = "_addressed"
"""What the address bar said after the last run: another value is a link, or a way back."""
_PATH = "_path"
"""Of the page that the last run drew."""
_NAMED = "_named_by_page"
"""Subject that the page of this run shows."""
_LAST_SUBJECT = "_last_subject"


def new_token() -> str:
    """A token for an uploaded ECG, which the address bar may hold."""
    return f"{_TOKEN}{secrets.token_hex(8)}"


def is_token(text: str | None) -> bool:
    """Whether a value of the address bar stands for an uploaded ECG."""
    return text is not None and text.startswith(_TOKEN)


def shown() -> str | None:
    """Subject or token that is to be shown: what a link asks for, else what was chosen last."""
    linked = st.query_params.get(SUBJECT)
    if linked is not None and linked != st.session_state.get(_ADDRESSED):
        st.session_state[_SHOWN] = st.session_state[_ADDRESSED] = linked
    return chosen()


def chosen() -> str | None:
    """Subject or token that was chosen last, whatever this page's address asks for."""
    return st.session_state.get(_SHOWN)


def show(wanted: str) -> None:
    """Show a subject of the gallery, or an uploaded ECG by its token."""
    st.session_state[_SHOWN] = wanted


def write_address(wanted: str) -> None:
    """Let the address bar name what the page shows."""
    st.session_state[_ADDRESSED] = wanted
    if st.query_params.get(SUBJECT) != wanted:  # each writing is a step of the browser's history
        st.query_params[SUBJECT] = wanted


class NotKept(PtaclError):
    """What is to be shown is an uploaded ECG that this session does not hold."""


def expect_kept() -> None:
    """Stop a page that would show another heart in the place of an upload that is gone.

    Raises:
        NotKept: the address names an uploaded ECG that this session does not hold.
    """
    wanted = shown()
    is_asked_for = wanted == st.query_params.get(SUBJECT)
    if is_asked_for and is_token(wanted) and wanted not in st.session_state.get(UPLOADS, {}):
        raise NotKept(
            "This was an uploaded ECG; it is not kept. An upload stays in the memory of the "
            "browser tab that sent it: a reload, another tab or Forget ends it. Drop the file "
            "again, or choose a heart of the gallery.",
            code="upload.not_kept",
        )


def choose_subject(opened: Gallery, label: str = "Subject") -> str:
    """Let the person choose a subject; the choice is in the address bar and stays between pages.

    Where an uploaded ECG is what is shown, this page cannot show it: the last subject stands here.

    Raises:
        NotKept: the address asks for an uploaded ECG that is gone; a subject can still be chosen.
    """
    ids = list(opened.table.index)
    try:
        expect_kept()
    except NotKept:
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
    """Let the person choose a subject where an uploaded ECG is shown; nobody is chosen yet."""
    st.session_state[SUBJECT] = None
    st.selectbox(
        label, list(opened.table.index), None, key=SUBJECT, on_change=_show_chosen,
        placeholder="Type to search", help="Type to search.",
    )  # fmt: skip


def _show_chosen() -> None:
    if st.session_state[SUBJECT] is not None:
        show(st.session_state[SUBJECT])


def linked_to_nobody(opened: Gallery) -> bool:
    """Whether the address names a subject that the gallery does not hold."""
    linked = st.query_params.get(SUBJECT)
    return linked is not None and not is_token(linked) and linked not in opened.table.index


def last_subject() -> str | None:
    """The subject that was chosen last on any page."""
    return st.session_state.get(_LAST_SUBJECT)


def choose(subject_id: str) -> None:
    """Choose a subject on a page that has no choice of its own; the other pages open it."""
    show(subject_id)
    st.session_state[_LAST_SUBJECT] = subject_id


def begin_page(path: str) -> None:
    """Begin a run: what another page showed, and had in its address, is no longer so.

    The menu opens a page with a bare address: a subject in it was asked for by a link.
    """
    st.session_state[_NAMED] = None
    if st.session_state.get(_PATH) != path:
        st.session_state[_PATH] = path
        st.session_state[_ADDRESSED] = None


def named_by_page() -> str | None:
    """The subject that this page shows, as far as it has said so."""
    return st.session_state.get(_NAMED)
