"""Several uploaded recordings: one table, a row each; a row opens its whole inspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import faults
import frame
import one_person
import pandas as pd
import person
import state
import streamlit as st
from steps import Begin, shown_steps
from units_form import asks, units_form
from words import literal

from ptacl.errors import BadInput, PtaclError
from ptacl.many.row import FAILED, Row, columns, failed_row, inspection_row, reason, table
from ptacl.types import Sex

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

LIMIT = 200
"""Recordings at once: more belong to the command, which goes on after a stop."""
ROW_PX, MOST_PX = 35, 400
_WAITING = "_several_waiting"
_DONE = "_several_done"
_SHOWN = "_several_shown"
_ROUND = "_several_round"
"""Counts tables: a new number gives a new table, in which nothing is selected."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One uploaded recording and its row; gone with the session."""

    name: str
    files: Mapping[str, bytes]
    row: Row
    asks: bool = False
    """Whether it only lacks its rate or its unit."""
    asked: Mapping[str, object] = field(default_factory=dict)
    """Rate and unit that the person gave."""


def begin(recordings: Mapping[str, Mapping[str, bytes]]) -> None:
    """Take these recordings in; the table on the page stays until theirs is ready."""
    st.session_state[_WAITING] = [(name, files, {}) for name, files in recordings.items()]
    st.session_state[_DONE] = []


def refusal(count: int) -> str | None:
    """Why so many cannot be taken at once."""
    if count <= LIMIT:
        return None
    return (
        f"These are {count:,} recordings; the page takes up to {LIMIT} at once. For more, run "
        "`ptacl inspect FOLDER --checkpoint CHECKPOINT --out table.csv`: it writes the same table."
    )


def go_on(gallery: Gallery) -> None:
    """Read what waits, with progress; a click meanwhile costs nothing that was read."""
    waiting, done = st.session_state.get(_WAITING), st.session_state.get(_DONE)
    if not waiting:
        return
    total = len(waiting) + len(done)
    bar = st.progress(len(done) / total, "Waiting for the model …")
    while waiting:
        begin = shown_steps(bar.progress, len(done) + 1, total)
        done.append(_read(gallery, *waiting[0], begin))
        waiting.pop(0)
    st.session_state[_SHOWN] = tuple(sorted(done, key=lambda one: one.name))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def show(sex: Sex | None) -> None:
    """The table of the recordings that were read, where there are any."""
    shown: tuple[Taken, ...] = st.session_state.get(_SHOWN, ())
    if not shown:
        return
    failed = sum(one.row["status"] == FAILED for one in shown)
    frame.section(
        f"{len(shown)} recordings" + (f", {failed} of them not read" if failed else ""),
        "Volumes are read from the ECGs alone. Select a row to open its ECG below; click a heading "
        "to sort.",
    )
    data = table(({"file": one.name, **one.row} for one in shown), sex)
    key = f"several-{st.session_state[_ROUND]}"
    st.dataframe(
        data,
        key=key,
        hide_index=True,
        height=min(ROW_PX * (len(shown) + 1) + 3, MOST_PX),
        column_config=_column_config(data, sex),
        placeholder="",
        on_select=_open,
        selection_mode="single-row",
    )
    if (one := _selected(key)) and one.row["status"] == FAILED:
        st.warning(literal(f"{one.name}: {one.row['reason']}"), icon=":material/block:")
    with st.container(horizontal=True):
        st.download_button(
            "Save table (CSV)",
            lambda: data.to_csv(index=False),
            file_name="ptacl-table.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.button("Close table", on_click=_close, icon=":material/close:")
    _ask_for_units(shown)
    read = {one.name: one for one in shown if one.row["status"] != FAILED}
    one_person.show(
        {name: one.row for name, one in read.items()}, sex, lambda name: _inspected(read[name])
    )


def _read(
    gallery: Gallery,
    name: str,
    files: Mapping[str, bytes],
    asked: Mapping[str, Any],
    begin: Begin,
) -> Taken:
    import ptacl.io

    model = gallery.model_info
    try:
        begin("read")
        ecg = ptacl.io.read_ecg_files(files, **asked)
        row = inspection_row(state.model().inspect(ecg, begin=begin))
    except PtaclError as error:
        return Taken(name, files, failed_row(_why(error), model), asks(error))
    except Exception as error:  # a fault of ours must not cost the other files
        return Taken(name, files, failed_row(faults.told(error, "while reading it"), model))
    return Taken(name, files, row, asked=asked)


def _why(error: PtaclError) -> str:
    if asks(error):  # its own words name the flags of the command
        assert isinstance(error, BadInput)
        return f"{error.found[:1].upper()}{error.found[1:]}. Fill it in below the table."
    return reason(error)


def _column_config(data: pd.DataFrame, sex: Sex | None) -> dict[str, Any]:
    """Titles, units and decimals; a column that is empty in every row is put away."""
    config: dict[str, Any] = {}
    for column in columns(sex):
        if data[column.key].isna().all():
            config[column.key] = None
        elif column.kind == "number":
            number = f"%.{column.digits}f"
            config[column.key] = st.column_config.NumberColumn(column.title, format=number)
        elif column.kind == "flag":
            config[column.key] = st.column_config.CheckboxColumn(column.title)
        else:
            wide = "medium" if column.key == "reason" else None
            pinned = column.key == "file"
            config[column.key] = st.column_config.TextColumn(
                column.title, width=wide, pinned=pinned
            )
    return config


def _selected(key: str) -> Taken | None:
    rows = st.session_state[key]["selection"]["rows"]
    shown = st.session_state[_SHOWN]
    return shown[rows[0]] if rows and rows[0] < len(shown) else None


def _open() -> None:
    """Show the selected recording on the page."""
    one = _selected(f"several-{st.session_state[_ROUND]}")
    if one is None or one.row["status"] == FAILED:
        return
    if upload := _inspected(one):
        state.show_upload(upload)


def _inspected(one: Taken) -> state.Upload | None:
    """A recording of the table, inspected anew: only its row was kept."""
    import ptacl.io

    try:
        ecg = ptacl.io.read_ecg_files(one.files, **one.asked)
        return state.Upload(one.name, state.model().inspect(ecg, person.described()))
    except Exception as error:  # it was read before; the page keeps what it shows
        st.toast(faults.told(error, f"while opening {literal(one.name)}"))
        return None


def _close() -> None:
    st.session_state[_SHOWN] = ()


def _ask_for_units(shown: tuple[Taken, ...]) -> None:
    silent = [one for one in shown if one.asks]
    if not silent:
        return
    files = "1 file" if len(silent) == 1 else f"{len(silent)} files"
    st.info(f"No sample rate or no unit in {files}: fill in what you know and press Read.")
    if asked := units_form("units_of_several"):
        st.session_state[_WAITING] = [(one.name, one.files, asked) for one in silent]
        st.session_state[_DONE] = [one for one in shown if not one.asks]
        st.rerun()
