"""Cohort page: map of the embeddings, selection and table of the subjects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ...components.embedding_map import embedding_map
from ...components.map_records import Colouring, Selection
from ...layout import page
from ...layout.navigation import page_at
from ...panels.cohort_filters import choose_ranges, choose_subjects
from ...panels.map_hover import hover_notes, hover_pictures
from ...session import galleries, selection
from ...text.labels import literal, target_labels
from . import link_state
from .map_options import Look, choose_colour, choose_joined, choose_layers
from .selection_panel import show_selection
from .table import numbers, show_table

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

NEIGHBOURS = 6
MAP_HEIGHT_PX = 640
_KEY = "cohort"


def draw(gallery: Gallery) -> None:
    """Draw the panels."""
    # Read before anything is drawn: they depend on the state of the map, which is drawn below.
    opened = link_state.subject.read()
    drawn = Selection.from_text(link_state.drawn.read())
    opened = opened if opened in gallery.table.index else ""
    look, shown = _choose(gallery)
    if not shown.all():
        page.note(f"Filters leave {shown.sum():,} of {len(shown):,} subjects.")
    near = _nearest(gallery, opened) if opened else []
    colouring = look.colouring(gallery.table)
    with st.container(key="stack_cohort"):
        left, right = st.columns([2, 1], gap="large")
    with left:
        _map(gallery, look, colouring, shown, opened, near, drawn)
    chosen = shown & drawn.subjects(_positions(gallery, look.layers), colouring)
    with right:
        if opened:
            _subject_card(gallery, opened, near)
        show_selection(gallery, shown, chosen, _KEY)
    show_table(gallery, chosen if chosen.any() else shown, opened, selected=bool(chosen.any()))
    hover_pictures(gallery)


def _choose(gallery: Gallery) -> tuple[Look, np.ndarray]:
    """Return the options of the map, and which subjects pass the filters."""
    _, columns = _ids_and_colours(galleries.key_of(gallery), gallery.table, tuple(numbers(gallery)))
    titles = target_labels(gallery.targets)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour, layers = choose_colour(columns, titles), choose_layers()
        shown = choose_subjects(gallery.table, _KEY)
        shown &= choose_ranges(gallery.table, _KEY, numbers(gallery), titles)
        return Look(colour, layers, choose_joined(), titles), shown


@st.cache_resource(show_spinner=False, max_entries=4)
def _ids_and_colours(
    key: galleries.Key, _table: pd.DataFrame, _numbers: tuple[str, ...]
) -> tuple[list[str], list[str]]:
    """Return subjects, and the columns in which they differ; slow for many."""
    columns = ["sex", *_numbers, *(c for c in _table if str(c).startswith("truth_"))]
    return list(_table.index), [c for c in columns if _table[c].nunique() > 1]


def _positions(gallery: Gallery, layers: Sequence[str]) -> dict[str, np.ndarray]:
    positions = {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr}
    return {layer: xy for layer, xy in positions.items() if layer in layers}


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
        _positions(gallery, look.layers),
        ids,
        shown=shown,
        colouring=colouring,
        match_rank=gallery.table["own_rank"].to_numpy() if look.joined else None,
        notes=hover_notes(gallery.table, exclude=look.colour),
        lit=near,
        query_xy=_xy(gallery, opened) if opened else None,
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
    page.note(
        "Each point is one embedding of the shared space, projected by UMAP: close points are "
        "similar, large distances mean little. Drag to draw a lasso; click a point to open it."
    )


def _xy(gallery: Gallery, subject_id: str) -> tuple[float, float]:
    """Return the position of a subject's ECG on the map."""
    x, y = gallery.map_ecg[gallery.row(subject_id)]
    return float(x), float(y)


def _nearest(gallery: Gallery, subject_id: str) -> list[str]:
    """Return the subject itself and the nearest hearts of its ECG."""
    vector = gallery.vectors["ecg"][gallery.row(subject_id)]
    return [
        subject_id,
        *(n.subject_id for n in gallery.search(vector, NEIGHBOURS, exclude=subject_id)),
    ]


def _subject_card(gallery: Gallery, subject_id: str, near: Sequence[str]) -> None:
    page.section(f"Subject {literal(subject_id)}")
    rank = int(gallery.table.loc[subject_id, "own_rank"])
    st.markdown(
        f"◯ its ECG. Bright: its matching heart (rank {rank} of {len(gallery)} by similarity) and "
        f"the {len(near) - 1} nearest hearts of its ECG."
    )
    with st.container(horizontal=True):
        for address, title in (
            ("inspect_ecg", "Inspect"),
            ("alignment", "Alignment"),
            ("retrieval", "Retrieval"),
        ):
            st.page_link(
                page_at(address, with_icon=False),
                label=title,
                query_params={selection.SUBJECT: subject_id},
            )


def main() -> None:
    """Draw the page."""
    page.show("Which hearts are similar?", draw)
