"""Several recordings as the ECGs of one person: their trend, and any two of them compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import frame
import pandas as pd
import state
import streamlit as st
from trend_html import trends_html
from trend_words import measured_sentence, signed_whole, trend_sentence
from words import literal, shown_reference

from ptacl.many.trend import Trend, change_table, file_order, trend_table, trends
from ptacl.types import Sex

Inspect = Callable[[str], state.Upload | None]
"""Opens a recording by its name; None where that failed."""
Rows = Mapping[str, Mapping[str, Any]]
"""Name of each recording that was read → its row."""
Order = dict[str, date | None]
"""The recordings from the first to the last, with the dates that the person gave."""
MOST_DATED = 12
"""Of more recordings nobody types the dates."""
EARLIEST = date(1950, 1, 1)
_BY = {
    True: "predicted: beyond both 90 % intervals",
    False: "predicted: the intervals overlap",
    None: "measured on the ECG",
}
_COMPARED = "_compared_uploads"
"""Title of the ECG that was opened to be compared, and the other one."""


def compared() -> state.Upload | None:
    """The ECG to compare the page's upload with, where the person chose these two."""
    title, other = st.session_state.get(_COMPARED) or (None, None)
    upload = state.shown_upload()
    return other if upload is not None and upload.title == title else None


def show(
    rows: Rows,
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
    order = _order(sorted(rows, key=file_order))
    found = trends([rows[name] for name in order])
    frame.section("From the first to the last ECG", _told_order(order))
    st.markdown(f"{trend_sentence(found)} {measured_sentence(found)}")
    st.html(Path(__file__).parent / "trend.css")
    st.html(trends_html(found, len(order), sex))
    band = (
        " Fill in the sex to see the reference interval."
        if sex is None
        else f" {shown_reference(sex)}"
    )
    st.caption(
        "Red line: the 90 % interval of a prediction from the ECG alone; rate, intervals and axis "
        f"were measured on it. Each drawing has its own scale.{band} Point at a dot for its value."
    )
    _twin(found, order)
    _choose_two(rows, order, inspect)


def _order(names: list[str]) -> Order:
    """The recordings by the dates that the person gives, else by name; none is read from a file."""
    if len(names) > MOST_DATED:
        return dict.fromkeys(names)
    with (
        st.expander("Dates of the recordings, where you know them"),
        st.container(horizontal=True),
    ):
        order: Order = {name: _date(name) for name in names}
    if not all(order.values()):
        return order
    return dict(sorted(order.items(), key=lambda item: (item[1], file_order(item[0]))))


def _date(name: str) -> date | None:
    with st.container(width=200):
        return st.date_input(
            literal(name), None, EARLIEST, "today", key=f"recorded-{name}", format="YYYY-MM-DD"
        )


def _told_order(order: Order) -> str:
    said = ", ".join(
        f"{place} {name}" + (f" ({when})" if when else "")
        for place, (name, when) in enumerate(order.items(), 1)
    )
    if all(order.values()):
        return f"In the order of the dates that you gave: {literal(said)}"
    undated = "until each has a date" if any(order.values()) else "for no date is read from a file"
    return f"In the order of the file names, {undated}: {literal(said)}"


def _twin(found: tuple[Trend, ...], order: Order) -> None:
    table = trend_table(found)
    if all(order.values()):
        table.insert(1, "date", [list(order.values())[place - 1] for place in table["order"]])
    with st.expander("The trend as a table"):
        _table(table.drop(columns="key").set_index("order"))
    st.download_button(
        "Save trend (CSV)",
        lambda: table.to_csv(index=False),
        file_name="ptacl-trend.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _table(table: pd.DataFrame) -> None:
    table = table.rename_axis(None).rename_axis(table.index.name, axis="columns")
    frame.table(table)


def _choose_two(rows: Rows, order: Order, inspect: Inspect) -> None:
    """Two of the recordings: what changed, and the one laid over the other on the paper."""
    names = list(order)
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
    if first != second:
        _changes(rows, *sorted((first, second), key=names.index))


def _changes(rows: Rows, earlier: str, later: str) -> None:
    found = change_table(trends([rows[earlier], rows[later]]))
    shown = pd.DataFrame(
        {
            "": found["name"] + ", " + found["unit"],
            earlier: found["first"].map("{:.0f}".format),
            later: found["last"].map("{:.0f}".format),
            "Change": [signed_whole(value) for value in found["change"]],
            "By": [_BY[apart] for apart in found["apart"]],
        }
    )
    with st.expander(f"What changed from {literal(earlier)} to {literal(later)}", expanded=True):
        _table(shown.set_index(""))


def _compare(first: str, second: str, inspect: Inspect) -> None:
    shown, other = inspect(first), inspect(second)
    if shown is not None and other is not None:
        state.show_upload(shown)
        st.session_state[_COMPARED] = (shown.title, other)


def _end() -> None:
    st.session_state[_COMPARED] = None
