"""Cohort: which hearts are alike?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ...components.embedding_map import embedding_map
from ...components.map_records import Colouring, Selection
from ...layout import page as frame
from ...layout.navigation import page_at
from ...panels.cohort_filters import choose_ranges, choose_subjects
from ...panels.map_hover import hover_notes, hover_pictures
from ...session import galleries, selection
from . import link_state
from .map_options import Look, choose_colour, choose_joined, choose_layers
from .selection_panel import show_selection
from .table import numbers, show_table

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

ALIKE = 6
MAP_HEIGHT_PX = 640
_KEY = "cohort"


def draw(gallery: Gallery) -> None:
    """The page."""
    # Asked for before anything else is drawn: the map that tells them apart stands below.
    opened = link_state.subject.follow()
    drawn = Selection.from_text(link_state.drawn.follow())
    opened = opened if opened in gallery.table.index else ""
    look, shown = _choose(gallery)
    if not shown.all():
        frame.note(f"Filters leave {shown.sum():,} of {len(shown):,} subjects.")
    near = _alike(gallery, opened) if opened else []
    colouring = look.colouring(gallery.table)
    with st.container(key="stack_cohort"):
        left, right = st.columns([2, 1], gap="large")
    with left:
        _map(gallery, look, colouring, shown, opened, near, drawn)
    chosen = shown & drawn.subjects(_places(gallery, look.layers), colouring)
    with right:
        if opened:
            _subject_card(gallery, opened, near)
        show_selection(gallery, shown, chosen, _KEY)
    show_table(gallery, chosen if chosen.any() else shown, opened, selected=bool(chosen.any()))
    hover_pictures(gallery)


def _choose(gallery: Gallery) -> tuple[Look, np.ndarray]:
    """How the map looks, and which subjects pass the filters."""
    _, columns = _ids_and_colours(galleries.key_of(gallery), gallery.table, tuple(numbers(gallery)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour, layers = choose_colour(columns), choose_layers()
        shown = choose_subjects(gallery.table, _KEY)
        shown &= choose_ranges(gallery.table, _KEY, numbers(gallery))
        return Look(colour, layers, choose_joined()), shown


@st.cache_resource(show_spinner=False, max_entries=4)
def _ids_and_colours(
    key: galleries.Key, _table: pd.DataFrame, _numbers: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """Subjects, and the columns in which they differ; slow to list where there are many."""
    columns = ["sex", *_numbers, *(c for c in _table if str(c).startswith("truth_"))]
    return list(_table.index), [c for c in columns if _table[c].nunique() > 1]


def _places(gallery: Gallery, layers: Sequence[str]) -> dict[str, np.ndarray]:
    places = {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr}
    return {layer: xy for layer, xy in places.items() if layer in layers}


def _map(
    gallery: Gallery,
    look: Look,
    colouring: Colouring | None,
    shown: np.ndarray,
    opened: str,
    near: Sequence[str],
    drawn: Selection,
) -> None:
    ids, _ = _ids_and_colours(galleries.key_of(gallery), gallery.table, tuple(numbers(gallery)))
    started, restarts = link_state.started(drawn)
    embedding_map(
        _places(gallery, look.layers),
        ids,
        shown=shown,
        colouring=colouring,
        own_rank=gallery.table["own_rank"].to_numpy() if look.joined else None,
        notes=hover_notes(gallery.table, besides=look.colour),
        lit=near,
        query_xy=tuple(map(float, gallery.map_ecg[gallery.row(opened)])) if opened else None,
        query_name=f"ECG of {opened}",
        started=started,
        restarts=restarts,
        height_px=MAP_HEIGHT_PX,
        description=f"Map of {int(shown.sum())} subjects, coloured by {look.colour_words}",
        synthetic=gallery.synthetic,
        on_open=link_state.open_on_map,
        on_select=link_state.select,
        key=link_state.MAP,
    )
    frame.note(
        "Each point is one embedding of the shared space, laid out by UMAP: near means alike, "
        "distances across the map mean little. Drag to draw a lasso; click a point to open it."
    )


def _alike(gallery: Gallery, subject_id: str) -> list[str]:
    """The subject itself and those whose hearts are most like its ECG."""
    vector = gallery.vectors["ecg"][gallery.row(subject_id)]
    return [subject_id, *(n.subject_id for n in gallery.search(vector, ALIKE, exclude=subject_id))]


def _subject_card(gallery: Gallery, subject_id: str, near: Sequence[str]) -> None:
    frame.section(f"Subject {subject_id}")
    rank = int(gallery.table.loc[subject_id, "own_rank"])
    st.markdown(
        f"◯ its ECG. Bright: its own heart (number {rank} among {len(gallery)} by likeness) and "
        f"the {len(near) - 1} hearts most like its ECG."
    )
    with st.container(horizontal=True):
        for address, title in (
            ("inspect_ecg", "Inspect"),
            ("alignment", "Alignment"),
            ("retrieval", "Retrieval"),
        ):
            st.page_link(
                page_at(address), label=title, query_params={selection.SUBJECT: subject_id}
            )


def main() -> None:
    """Draw the page under its question."""
    frame.show("Which hearts are alike?", draw)
