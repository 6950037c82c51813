"""Several recordings as the ECGs of one person: their trend, and any two of them compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import frame
import state
import streamlit as st
from trend_html import trends_html
from words import literal, shown_reference, trend_sentence

from ptacl.many.trend import Trend, file_order, trend_table, trends
from ptacl.types import Sex

Inspect = Callable[[str], state.Upload | None]
"""Opens a recording by its name; None where that failed."""
_COMPARED = "_compared_uploads"
"""Title of the ECG that was opened to be compared, and the other one."""


def compared() -> state.Upload | None:
    """The ECG to compare the page's upload with, where the person chose these two."""
    title, other = st.session_state.get(_COMPARED) or (None, None)
    upload = state.shown_upload()
    return other if upload is not None and upload.title == title else None


def show(
    rows: Mapping[str, Mapping[str, Any]],
    sex: Sex | None,
    inspect: Inspect,
) -> None:
    """The trend of recordings that are one person's, on request.

    Args:
        rows: name of each recording that was read → its row.
        sex: whose reference interval stands behind the phenotypes.
        inspect: opens one of them.
    """
    if len(rows) < 2 or not st.toggle(
        "These are ECGs of one person: show them as a trend", key="one_person"
    ):
        return
    names = sorted(rows, key=file_order)
    found = trends([rows[name] for name in names])
    frame.section(
        "From the first to the last ECG",
        "In the order of the file names, for no date is read from a file: "
        + literal(", ".join(f"{place} {name}" for place, name in enumerate(names, 1))),
    )
    st.markdown(trend_sentence(found))
    st.html(Path(__file__).parent / "trend.css")
    st.html(trends_html(found, len(names), sex))
    band = (
        " Fill in the sex to see the reference interval."
        if sex is None
        else f" {shown_reference(sex)}"
    )
    st.caption(
        "Red line: the 90 % interval of a prediction; rate, intervals and axis were measured on "
        f"the ECG. Each drawing has its own scale.{band} Point at a dot for its value."
    )
    _twin(found)
    _choose_two(names, inspect)


def _twin(found: tuple[Trend, ...]) -> None:
    table = trend_table(found)
    with st.expander("The trend as a table"):
        st.html(
            table.drop(columns="key").to_html(border=0, classes="numbers", index=False, na_rep="")
        )
    st.download_button(
        "Save trend (CSV)",
        lambda: table.to_csv(index=False),
        file_name="ptacl-trend.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _choose_two(names: list[str], inspect: Inspect) -> None:
    """Two of the recordings; the first is opened below, the second lies over it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox("Compare", names, index=len(names) - 1, key="compare_first")
        second = st.selectbox("with", names, index=0, key="compare_second")
        st.button(
            "Compare these two",
            icon=":material/compare:",
            disabled=first == second,
            on_click=_compare,
            args=(first, second, inspect),
        )
        if compared() is not None:
            st.button("End comparison", icon=":material/close:", on_click=_end)


def _compare(first: str, second: str, inspect: Inspect) -> None:
    shown, other = inspect(first), inspect(second)
    if shown is not None and other is not None:
        state.show_upload(shown)
        st.session_state[_COMPARED] = (shown.title, other)


def _end() -> None:
    st.session_state[_COMPARED] = None
