"""Opened subject and drawn selection of the cohort page, which are part of its link."""

from __future__ import annotations

import streamlit as st

from ...components.map_records import Selection
from ...session import selection as shown_selection
from ...session import url_state

MAP = "map"
_FIRST_ROW = "_cohort_first_row"
_STARTED = "_cohort_started"
_REPORTED = "_cohort_told"

subject = url_state.UrlParam("cohort_subject", shown_selection.SUBJECT, "", str, str, widget=MAP)
drawn = url_state.UrlParam("cohort_drawn", "lasso", "", str, str, widget=MAP)


def open_on_map(subject_id: str | None) -> None:
    """Open the subject that was clicked on the map, here and on the other pages."""
    open_in_table(subject_id)
    st.session_state[_FIRST_ROW] = subject_id


def open_in_table(subject_id: str | None) -> None:
    """Open the subject of a ticked row without reordering the table."""
    subject.choose(subject_id or "")
    if subject_id is not None:
        shown_selection.show(subject_id)


def first_row(opened: str) -> str | None:
    """Return the first subject of the table: the last one opened on the map or by a link."""
    return st.session_state.setdefault(_FIRST_ROW, opened)


def select(selection: Selection) -> None:
    """Store the polygon drawn on the map and the entries hidden in its legend."""
    drawn.choose(selection.to_text())
    st.session_state[_REPORTED] = drawn.chosen()


def started(selection: Selection) -> tuple[Selection, int]:
    """Return the selection to send to the browser, from a link or a page switch, and a count.

    Both are constant while the user draws, so that the map's data need not be sent again.
    """
    first, count = st.session_state.get(_STARTED, (selection, 0))
    if MAP not in st.session_state or drawn.chosen() != st.session_state.get(_REPORTED):
        first, count = selection, count + 1
        st.session_state[_REPORTED] = drawn.chosen()
    st.session_state[_STARTED] = (first, count)
    return first, count
