"""Table of several uploaded recordings; a row opens its inspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ptacl.config.exported_cells import safe_csv
from ptacl.errors import BadInput, PtaclError
from ptacl.inference.table import FAILED, Row, failed_row, inspection_row, reason, table
from ptacl.types import Sex
from ptacl.wording import SEX_PLURAL

from ...layout import page
from ...panels import person_form
from ...server import reading
from ...session import galleries, selection, uploads
from ...text import failures
from ...text.labels import literal
from ...text.progress_steps import Begin, step_reporter
from . import batch_reports, history
from .batch_columns import column_config
from .units_form import StatedUnits, is_answerable, missing_units, units_for, units_form

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

LIMIT = 200
"""Recordings at once; the command takes more and resumes after an interruption."""
ROW_PX, MOST_PX = 35, 400
_BATCH = "_several"
_ROUND = "_several_round"
"""Counts tables: a new number gives a new table without a selected row."""
_SEXES: dict[str, Sex | None] = {
    "women and men": None,
    **{plural: sex for sex, plural in SEX_PLURAL.items()},
}


@dataclass(frozen=True, slots=True)
class UploadedRecording:
    """One uploaded recording of a batch, as its files."""

    name: str
    files: Mapping[str, bytes]
    units: StatedUnits = field(default_factory=StatedUnits)
    """Sample rate and unit that the person stated."""
    token: str = field(default_factory=selection.new_token)
    """Token of the ECG once it is opened."""


@dataclass(frozen=True, slots=True)
class ProcessedRecording:
    """A recording and its row, read or failed."""

    given: UploadedRecording
    row: Row
    lacks: frozenset[str] = frozenset()
    """Sample rate or unit, where the file lacks nothing else."""

    @property
    def name(self) -> str:
        """Name of its file."""
        return self.given.name

    @property
    def was_read(self) -> bool:
        """Whether its row has values."""
        return self.row["status"] != FAILED


@dataclass(slots=True)
class Batch:
    """Recordings that were uploaded together."""

    key: str
    """Key of its widgets, so that no choice is carried over to the next batch."""
    waiting: list[UploadedRecording]
    done: list[ProcessedRecording] = field(default_factory=list)
    read_by: galleries.Key | None = None
    """Gallery of the model that made the rows."""


def begin(recordings: Mapping[str, Mapping[str, bytes]]) -> None:
    """Start a batch of recordings; the former one ends with its trend and comparisons."""
    waiting = [UploadedRecording(name, files) for name, files in recordings.items()]
    st.session_state[_BATCH] = Batch(selection.new_token(), waiting)


def end() -> None:
    """Close the table and drop its files; ECGs opened from it stay in the tray."""
    st.session_state.pop(_BATCH, None)


def refusal(count: int) -> str | None:
    """Return why so many recordings are refused; None if they are not."""
    if count <= LIMIT:
        return None
    return (
        f"These are {count:,} recordings; the page takes up to {LIMIT} at once. For more, run "
        "`ptacl inspect FOLDER --checkpoint CHECKPOINT --out table.csv`: it writes the same table."
    )


def go_on(gallery: Gallery) -> None:
    """Process the waiting recordings with progress; a click meanwhile loses no result.

    Another gallery than the one of the rows processes all of them again.
    """
    batch: Batch | None = st.session_state.get(_BATCH)
    if batch is None:
        return
    if (of := galleries.key_of(gallery)) != batch.read_by:
        batch.waiting = [recording.given for recording in batch.done] + batch.waiting
        batch.done, batch.read_by = [], of
    if not batch.waiting:
        return
    total = len(batch.waiting) + len(batch.done)
    bar = st.progress(len(batch.done) / total, "Waiting for the model …")
    while batch.waiting:
        begin = step_reporter(bar.progress, len(batch.done) + 1, total)
        batch.done.append(_read(gallery, batch.waiting[0], begin))
        batch.waiting.pop(0)
    batch.done.sort(key=lambda recording: recording.name)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def show(gallery: Gallery) -> None:
    """Show the table of the batch, if there is one."""
    batch: Batch | None = st.session_state.get(_BATCH)
    if batch is None:
        return
    failed = sum(not recording.was_read for recording in batch.done)
    page.section(
        f"{len(batch.done)} recordings" + (f", {failed} of them not read" if failed else ""),
        "Volumes are predicted from the ECGs alone. Select a row to open its ECG below; click a "
        "heading to sort.",
    )
    slot = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=180):
            sex_label = st.selectbox(
                "Reference intervals for", list(_SEXES), key=f"sex-{batch.key}"
            )
        data = table(
            ({"file": recording.name, **recording.row} for recording in batch.done),
            _SEXES[sex_label],
            gallery.phenotypes,
        )
        st.download_button(
            "Save table (CSV)",
            lambda: safe_csv(data, index=False),
            file_name="ptacl-table.csv",
            mime="text/csv",
            on_click="ignore",
        )
        st.button("Close table", on_click=end, icon=":material/close:")
    with slot:
        _rows(batch, data, _SEXES[sex_label])
    _ask_for_units(batch)
    batch_reports.show(gallery, batch.key, _readers(batch))
    read = {recording.name: recording for recording in batch.done if recording.was_read}
    history.show(
        batch.key,
        {name: recording.row for name, recording in read.items()},
        _SEXES[sex_label],
        {name: recording.given.token for name, recording in read.items()},
        lambda name: _add_to_tray(read[name].given),
    )


def _readers(batch: Batch) -> dict[str, batch_reports.Read]:
    """Return a function for each recording that was read, which reads it again."""
    import ptacl.io

    return {
        recording.name: partial(
            ptacl.io.read_ecg_files,
            recording.given.files,
            **recording.given.units,
            any_leads=True,
        )
        for recording in batch.done
        if recording.was_read
    }


def _rows(batch: Batch, data: pd.DataFrame, sex: Sex | None) -> None:
    """Show the table, and why the selected row failed if it did."""
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
    if (recording := _selected(batch, key)) and not recording.was_read:
        st.warning(literal(f"{recording.name}: {recording.row['reason']}"), icon=":material/block:")


def _read(gallery: Gallery, given: UploadedRecording, begin: Begin) -> ProcessedRecording:
    model = gallery.model_info
    try:
        begin("read")
        any_leads = gallery.reads_any_leads
        ecg = reading.reader().read_ecg(given.files, **given.units, any_leads=any_leads)
        return ProcessedRecording(
            given, inspection_row(galleries.model().inspect(ecg, begin=begin))
        )
    except PtaclError as error:
        return ProcessedRecording(
            given, failed_row(_why(error), error.code, model), missing_units(error)
        )
    except Exception as error:  # an internal error must not stop the other files
        message = failures.message(error, "while reading it")
        return ProcessedRecording(given, failed_row(message, "internal.fault", model))


def _why(error: PtaclError) -> str:
    if is_answerable(error):  # its advice names flags of the command line
        assert isinstance(error, BadInput)
        return f"{error.found[:1].upper()}{error.found[1:]}. Fill it in below the table."
    return reason(error)


def _selected(batch: Batch, key: str) -> ProcessedRecording | None:
    rows = st.session_state[key]["selection"]["rows"]
    return batch.done[rows[0]] if rows and rows[0] < len(batch.done) else None


def _open() -> None:
    """Open the selected recording."""
    batch: Batch | None = st.session_state.get(_BATCH)
    recording = _selected(batch, f"several-{st.session_state[_ROUND]}") if batch else None
    if recording and recording.was_read:
        _add_to_tray(recording.given)


def _add_to_tray(given: UploadedRecording) -> str | None:
    """Show a recording of the batch and add it to the tray; return its token."""
    if uploads.find(given.token):
        uploads.show(given.token)
        return given.token
    try:
        # With any leads: it was read before, by the rules of the gallery at that time.
        ecg = reading.reader().read_ecg(given.files, **given.units, any_leads=True)
    except Exception as error:  # it was read before; the page stays as it is
        st.toast(failures.message(error, f"while opening {literal(given.name)}"))
        return None
    return uploads.add(given.name, ecg, person_form.stated(ecg), given.token).token


def _ask_for_units(batch: Batch) -> None:
    silent = [recording for recording in batch.done if recording.lacks]
    if not silent:
        return
    files = "1 file" if len(silent) == 1 else f"{len(silent)} files"
    st.info(f"No sample rate or no unit in {files}: fill in what you know and press Read.")
    lacks = frozenset[str]().union(*(recording.lacks for recording in silent))
    if units := units_form(f"units-{batch.key}", lacks):
        batch.waiting = [
            replace(recording.given, units=units_for(recording.lacks, units))
            for recording in silent
        ]
        batch.done = [recording for recording in batch.done if not recording.lacks]
        st.rerun()
