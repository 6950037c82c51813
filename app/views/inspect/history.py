"""Serial ECGs of one person: their trend, and the comparison of any two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from ptacl.config.exported_cells import safe_csv
from ptacl.inference.trend import Trend, change_table, file_order, trend_table, trends
from ptacl.types import Sex
from ptacl.wording import signed

from ...layout import page
from ...panels.trend_html import trends_html
from ...session import compared_ecg, selection, uploads
from ...text.labels import literal
from ...text.sentences import shown_reference
from ...text.trend_sentences import measured_sentence, trend_sentence

Open = Callable[[str], str | None]
"""Shows a recording by its name and returns its token; None on failure."""
Rows = Mapping[str, Mapping[str, Any]]
"""Name of each recording → its row."""
Order = dict[str, date | None]
"""Recordings from the first to the last, with the dates of the user."""
MOST_DATED = 12
"""Most recordings for which dates can be entered."""
EARLIEST = date(1950, 1, 1)
_BY = {
    True: "predicted: beyond both 90 % intervals",
    False: "predicted: the intervals overlap",
    None: "measured on the ECG",
}


def show(
    key: str,
    rows: Rows,
    sex: Sex | None,
    tokens: Mapping[str, str],
    show_ecg: Open,
) -> None:
    """Show the trend of the recordings, if they are stated to be of one person.

    Args:
        key: of the batch.
        rows: name of each recording → its row.
        sex: selects the reference interval of the phenotypes.
        tokens: name → token of its ECG once opened.
        show_ecg: opens one of them.
    """
    if len(rows) < 2 or not st.toggle(
        "These are ECGs of one person: show them as a trend", key=f"one_person-{key}"
    ):
        return
    order = _order(key, sorted(rows, key=file_order))
    serial = trends([rows[name] for name in order])
    page.section("From the first to the last ECG", _order_sentence(order))
    st.markdown(literal(f"{trend_sentence(serial)} {measured_sentence(serial)}"))
    st.html(Path(__file__).parents[2] / "panels" / "trend.css")
    st.html(trends_html(serial, len(order), sex))
    band = (
        " Choose a sex for the reference intervals to see one."
        if sex is None
        else f" {shown_reference(sex)}"
    )
    st.caption(
        "Red line: the 90 % interval of a prediction from the ECG alone; rate, intervals and axis "
        f"are measured. Each drawing has its own scale.{band} Point at a dot for its value."
    )
    _trend_table_panel(serial, order)
    _choose_two(key, rows, order, tokens, show_ecg)


def _order(key: str, names: list[str]) -> Order:
    """Return the recordings in the order of the entered dates, else of their names."""
    if len(names) > MOST_DATED:
        return dict.fromkeys(names)
    with (
        st.expander("Dates of the recordings, where you know them"),
        st.container(horizontal=True),
    ):
        order: Order = {name: _date(key, name) for name in names}
    if not all(order.values()):
        return order
    return dict(sorted(order.items(), key=lambda item: (item[1], file_order(item[0]))))


def _date(key: str, name: str) -> date | None:
    with st.container(width=200):
        return st.date_input(
            literal(name),
            None,
            EARLIEST,
            "today",
            key=f"recorded-{key}-{name}",
            format="YYYY-MM-DD",
        )


def _order_sentence(order: Order) -> str:
    names = ", ".join(
        f"{position} {name}" + (f" ({when})" if when else "")
        for position, (name, when) in enumerate(order.items(), 1)
    )
    if all(order.values()):
        return f"In the order of the dates: {literal(names)}"
    undated = "until all have a date" if any(order.values()) else "as no date is read from a file"
    return f"In the order of the file names, {undated}: {literal(names)}"


def _trend_table_panel(serial: tuple[Trend, ...], order: Order) -> None:
    table = trend_table(serial)
    if all(order.values()):
        table.insert(1, "date", [list(order.values())[position - 1] for position in table["order"]])
    with st.expander("The trend as a table"):
        _table(table.drop(columns="key").set_index("order"))
    st.download_button(
        "Save trend (CSV)",
        lambda: safe_csv(table, index=False),
        file_name="ptacl-trend.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _table(table: pd.DataFrame) -> None:
    table = table.rename_axis(None).rename_axis(table.index.name, axis="columns")
    page.table(table)


def _choose_two(
    key: str, rows: Rows, order: Order, tokens: Mapping[str, str], show_ecg: Open
) -> None:
    """Show the changes between two recordings, and the button that overlays them."""
    names = list(order)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = st.selectbox("Compare", names, index=len(names) - 1, key=f"compare_first-{key}")
        second = st.selectbox("with", names, index=0, key=f"compare_second-{key}")
        st.button(
            "Compare these two",
            icon=":material/compare:",
            disabled=first == second,
            on_click=_compare,
            args=(first, second, show_ecg),
        )
        if {selection.shown(), compared_ecg.chosen()} <= set(tokens.values()):
            st.button("End comparison", icon=":material/close:", on_click=compared_ecg.end)
    if first != second:
        _changes(rows, *sorted((first, second), key=names.index))


def _changes(rows: Rows, earlier: str, later: str) -> None:
    changes = change_table(trends([rows[earlier], rows[later]]))
    shown = pd.DataFrame(
        {
            "": changes["name"] + ", " + changes["unit"],
            earlier: changes["first"].map("{:.0f}".format),
            later: changes["last"].map("{:.0f}".format),
            "Change": [signed(value, 0) for value in changes["change"]],
            "By": [_BY[disjoint] for disjoint in changes["apart"]],
        }
    )
    with st.expander(f"Changes from {literal(earlier)} to {literal(later)}", expanded=True):
        _table(shown.set_index(""))


def _compare(first: str, second: str, show_ecg: Open) -> None:
    """Show the first recording with the second overlaid; both are added to the tray."""
    other = show_ecg(second)
    if other is not None and show_ecg(first) is not None and uploads.find(other):
        compared_ecg.choose(other)
