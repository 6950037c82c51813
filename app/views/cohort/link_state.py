"""What a person has opened and drawn on the cohort page; both stand in its link."""

from __future__ import annotations

import streamlit as st

from ...components.map_records import Selection
from ...session import selection as showing
from ...session import url_state

MAP = "map"
_FIRST_ROW = "_cohort_first_row"
_STARTED = "_cohort_started"
_TOLD = "_cohort_told"

subject = url_state.Linked("cohort_subject", showing.SUBJECT, "", str, str, widget=MAP)
drawn = url_state.Linked("cohort_drawn", "lasso", "", str, str, widget=MAP)


def open_on_map(subject_id: str | None) -> None:
    """A click on the map opens a subject, here and on the other pages."""
    open_in_table(subject_id)
    st.session_state[_FIRST_ROW] = subject_id


def open_in_table(subject_id: str | None) -> None:
    """A ticked row opens its subject, too, but the table keeps its order."""
    subject.choose(subject_id or "")
    if subject_id is not None:
        showing.show(subject_id)


def first_row(opened: str) -> str | None:
    """The subject that leads the table: the one that the map opened last, or the link."""
    return st.session_state.setdefault(_FIRST_ROW, opened)


def select(selection: Selection) -> None:
    """What was drawn on the map, or put away in its legend."""
    drawn.choose(selection.to_text())
    st.session_state[_TOLD] = drawn.chosen()


def started(selection: Selection) -> tuple[Selection, int]:
    """What the browser did not draw itself, of a link or from before a page switch, and a count.

    Both stay the same while the browser draws on, so that the map's data need not be sent again.
    """
    first, count = st.session_state.get(_STARTED, (selection, 0))
    if MAP not in st.session_state or drawn.chosen() != st.session_state.get(_TOLD):
        first, count = selection, count + 1
        st.session_state[_TOLD] = drawn.chosen()
    st.session_state[_STARTED] = (first, count)
    return first, count
