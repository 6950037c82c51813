"""Table of the subjects on the cohort page, and its download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ...layout import page
from ...text.labels import label, target_labels
from . import link_state

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MOST_ROWS = 2000  # of the table on the page; the download holds them all
COVARIATES = ("age_years", "height_cm", "weight_kg")
MODEL = ("own_rank", "alignment_error_frames", "familiarity_distance")


def numbers(gallery: Gallery) -> list[str]:
    """Return the numeric columns for colouring and filters."""
    targets = target_labels(gallery.targets)
    wanted = (*_phenotypes(gallery), *targets, *COVARIATES, *_ecg(gallery), *MODEL)
    return [column for column in wanted if column in gallery.table]


def _phenotypes(gallery: Gallery) -> list[str]:
    return [entry.key for entry in gallery.phenotypes]


def _ecg(gallery: Gallery) -> list[str]:
    return [entry.key for entry in gallery.measurements if "cohort" in entry.sections]


def show_table(gallery: Gallery, mask: np.ndarray, opened: str, *, selected: bool) -> None:
    """Show the subjects on the map as a table; a ticked row is opened on the map.

    Args:
        gallery: all subjects.
        mask: which subjects are shown.
        opened: the subject that is open, or "".
        selected: whether the mask is a selection drawn on the map.
    """
    page.section("Table of the selection" if selected else "Table of all subjects")
    titles = target_labels(gallery.targets)
    wanted = ("sex", *COVARIATES, *_phenotypes(gallery), *titles, *_ecg(gallery), *MODEL)
    columns = [column for column in wanted if column in gallery.table]
    first = link_state.first_row(opened)
    rows = gallery.table.iloc[_rows(gallery, mask, first)][columns]

    def open_ticked() -> None:
        ticked = st.session_state[f"table-{first}"]["selection"]["rows"]
        link_state.open_in_table(str(rows.index[ticked[0]]) if ticked else None)

    shown = rows.rename(columns=lambda column: label(column, titles)).rename_axis("Subject")
    st.dataframe(
        shown,
        height=320,
        column_config=page.decimals(shown),
        alt="Subjects with their measurements",
        key=f"table-{first}",
        on_select=open_ticked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0] if list(rows.index[:1]) == [first] else []}},
    )
    if len(rows) < mask.sum():
        page.note(f"The first {len(rows):,} of {mask.sum():,}; the download holds them all.")
    st.download_button(
        "Download as CSV",
        lambda: gallery.table.loc[mask, columns].to_csv(),
        file_name="ptacl-cohort-synthetic.csv" if gallery.synthetic else "ptacl-cohort.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _rows(gallery: Gallery, mask: np.ndarray, first: str | None) -> np.ndarray:
    """Return the rows of the table: the subject opened on the map, then the others in order."""
    rows = np.flatnonzero(mask)[:MOST_ROWS]
    if first is None or first not in gallery.table.index:
        return rows
    row = gallery.row(first)
    if not mask[row]:
        return rows
    return np.concatenate([[row], rows[rows != row]])
