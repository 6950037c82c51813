"""Several uploaded recordings: one table, a row each; a row opens its whole inspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from ptacl.errors import BadInput, PtaclError
from ptacl.inference.table import FAILED, Row, failed_row, inspection_row, reason, table
from ptacl.types import Sex
from ptacl.wording import SEX_PLURAL

from ...layout import page
from ...session import galleries, selection, uploads
from ...text import failures
from ...text.progress_steps import Begin, shown_steps
from ...text.sentences import literal
from . import history, person_form
from .batch_columns import column_config
from .units_form import asks, lacking, units_form

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

LIMIT = 200
"""Recordings at once: more belong to the command, which goes on after a stop."""
ROW_PX, MOST_PX = 35, 400
_BATCH = "_several"
_ROUND = "_several_round"
"""Counts tables: a new number gives a new table, in which nothing is selected."""
_SEXES: dict[str, Sex | None] = {
    "women and men": None,
    **{plural: sex for sex, plural in SEX_PLURAL.items()},
}


@dataclass(frozen=True, slots=True)
class Given:
    """One uploaded recording as it came; gone with its batch."""

    name: str
    files: Mapping[str, bytes]
    asked: Mapping[str, Any] = field(default_factory=dict)
    """Rate and unit that the person gave."""
    token: str = field(default_factory=selection.new_token)
    """Of the ECG, once somebody opens it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A recording that was read, or could not be, and its row."""

    given: Given
    row: Row
    lacks: frozenset[str] = frozenset()
    """What it does not say, where it lacks nothing but its rate or its unit."""

    @property
    def name(self) -> str:
        """Of its file."""
        return self.given.name

    @property
    def was_read(self) -> bool:
        """Whether its row holds numbers."""
        return self.row["status"] != FAILED


@dataclass(slots=True)
class Batch:
    """The recordings that were dropped together."""

    key: str
    """Of its widgets: what was chosen for one batch says nothing of the next."""
    waiting: list[Given]
    done: list[Taken] = field(default_factory=list)
    read_by: galleries.Key | None = None
    """The gallery whose model made the rows."""


def begin(recordings: Mapping[str, Mapping[str, bytes]]) -> None:
    """Take these recordings in; the former batch ends, with its trend and its comparisons."""
    waiting = [Given(name, files) for name, files in recordings.items()]
    st.session_state[_BATCH] = Batch(selection.new_token(), waiting)


def end() -> None:
    """Close the table and drop its files; the ECGs that were opened from it stay in the tray."""
    st.session_state.pop(_BATCH, None)


def refusal(count: int) -> str | None:
    """Why so many cannot be taken at once."""
    if count <= LIMIT:
        return None
    return (
        f"These are {count:,} recordings; the page takes up to {LIMIT} at once. For more, run "
        "`ptacl inspect FOLDER --checkpoint CHECKPOINT --out table.csv`: it writes the same table."
    )


def go_on(gallery: Gallery) -> None:
    """Read what waits, with progress; a click meanwhile costs nothing that was read.

    Another gallery than the one that made the rows makes them all anew.
    """
    batch: Batch | None = st.session_state.get(_BATCH)
    if batch is None:
        return
    if (of := galleries.key_of(gallery)) != batch.read_by:
        batch.waiting = [one.given for one in batch.done] + batch.waiting
        batch.done, batch.read_by = [], of
    if not batch.waiting:
        return
    total = len(batch.waiting) + len(batch.done)
    bar = st.progress(len(batch.done) / total, "Waiting for the model …")
    while batch.waiting:
        begin = shown_steps(bar.progress, len(batch.done) + 1, total)
        batch.done.append(_read(gallery, batch.waiting[0], begin))
        batch.waiting.pop(0)
    batch.done.sort(key=lambda one: one.name)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def show(gallery: Gallery) -> None:
    """The table of the recordings that were read, where there are any."""
    batch: Batch | None = st.session_state.get(_BATCH)
    if batch is None:
        return
    failed = sum(not one.was_read for one in batch.done)
    page.section(
        f"{len(batch.done)} recordings" + (f", {failed} of them not read" if failed else ""),
        "Volumes are read from the ECGs alone. Select a row to open its ECG below; click a heading "
        "to sort.",
    )
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=180):
            whom = st.selectbox("Reference intervals for", list(_SEXES), key=f"sex-{batch.key}")
        rows = ({"file": one.name, **one.row} for one in batch.done)
        data = table(rows, _SEXES[whom], gallery.phenotypes)
        st.download_button(
            "Save table (CSV)",
            lambda: data.to_csv(index=False),
            file_name="ptacl-table.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.button("Close table", on_click=end, icon=":material/close:")
    with place:
        _rows(batch, data, _SEXES[whom])
    _ask_for_units(batch)
    read = {one.name: one for one in batch.done if one.was_read}
    history.show(
        batch.key,
        {name: one.row for name, one in read.items()},
        _SEXES[whom],
        {name: one.given.token for name, one in read.items()},
        lambda name: _opened(read[name].given),
    )


def _rows(batch: Batch, data: pd.DataFrame, sex: Sex | None) -> None:
    """The table, and why the selected row failed where it did."""
    key = f"several-{st.session_state[_ROUND]}"
    st.dataframe(
        data,
        key=key,
        hide_index=True,
        height=min(ROW_PX * (len(batch.done) + 1) + 3, MOST_PX),
        column_config=column_config(data, sex),
        placeholder="",
        on_select=_open,
        selection_mode="single-row",
    )
    if (one := _selected(batch, key)) and not one.was_read:
        st.warning(literal(f"{one.name}: {one.row['reason']}"), icon=":material/block:")


def _read(gallery: Gallery, given: Given, begin: Begin) -> Taken:
    import ptacl.io

    model = gallery.model_info
    try:
        begin("read")
        ecg = ptacl.io.read_ecg_files(given.files, **given.asked)
        return Taken(given, inspection_row(galleries.model().inspect(ecg, begin=begin)))
    except PtaclError as error:
        return Taken(given, failed_row(_why(error), model), lacking(error))
    except Exception as error:  # a fault of ours must not cost the other files
        return Taken(given, failed_row(failures.told(error, "while reading it"), model))


def _why(error: PtaclError) -> str:
    if asks(error):  # its own words name the flags of the command
        assert isinstance(error, BadInput)
        return f"{error.found[:1].upper()}{error.found[1:]}. Fill it in below the table."
    return reason(error)


def _selected(batch: Batch, key: str) -> Taken | None:
    rows = st.session_state[key]["selection"]["rows"]
    return batch.done[rows[0]] if rows and rows[0] < len(batch.done) else None


def _open() -> None:
    """Show the selected recording on the page."""
    batch: Batch | None = st.session_state.get(_BATCH)
    one = _selected(batch, f"several-{st.session_state[_ROUND]}") if batch else None
    if one and one.was_read:
        _opened(one.given)


def _opened(given: Given) -> str | None:
    """Show a recording of the batch, taken into the tray by then; its token."""
    import ptacl.io

    if uploads.held(given.token):
        uploads.show(given.token)
        return given.token
    try:
        ecg = ptacl.io.read_ecg_files(given.files, **given.asked)
    except Exception as error:  # it was read before; the page keeps what it shows
        st.toast(failures.told(error, f"while opening {literal(given.name)}"))
        return None
    return uploads.add(given.name, ecg, person_form.stated(ecg), given.token).token


def _ask_for_units(batch: Batch) -> None:
    silent = [one for one in batch.done if one.lacks]
    if not silent:
        return
    files = "1 file" if len(silent) == 1 else f"{len(silent)} files"
    st.info(f"No sample rate or no unit in {files}: fill in what you know and press Read.")
    lacks = frozenset[str]().union(*(one.lacks for one in silent))
    if asked := units_form(f"units-{batch.key}", lacks):
        batch.waiting = [
            replace(one.given, asked={key: asked[key] for key in _wanted(one.lacks)})
            for one in silent
        ]
        batch.done = [one for one in batch.done if not one.lacks]
        st.rerun()


def _wanted(lacks: frozenset[str]) -> list[str]:
    """Arguments of `read_ecg_files` that say what a file lacks; what it says itself stands."""
    arguments = {"sample rate": "sample_rate_hz", "unit": "unit"}
    return [arguments[thing] for thing in sorted(lacks)]
