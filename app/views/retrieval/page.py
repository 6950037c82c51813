"""Retrieval page: nearest neighbours of an ECG or a heart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.errors import PtaclError
from ptacl.inference.volume_table import query_rows
from ptacl.notebook.volumes_html import volumes_html
from ptacl.types import Neighbour
from ptacl.wording import as_sex

from ...layout import page
from ...panels import contours
from ...panels.cine_tiles import difference_phrases, show_hearts
from ...panels.cohort_filters import choose_ranges, choose_subjects
from ...session import url_state
from ...text.labels import label, literal
from ...text.sentences import REFERENCE_SOURCE
from .query import Query, choose_query
from .query_card import query_tile, show_query
from .query_filters import choose_similar

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.gallery.gallery import Modality

DIRECTIONS: dict[str, tuple[str, Modality, Modality]] = {
    "ecg-cmr": ("ECG → heart", "ecg", "cmr"),
    "ecg-ecg": ("ECG → ECG", "ecg", "ecg"),
    "cmr-ecg": ("heart → ECG", "cmr", "ecg"),
}


def draw(gallery: Gallery) -> None:
    """Draw the panels."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = url_state.one_of("direction", "direction", list(DIRECTIONS), "ecg-cmr")
        chosen.read()
        st.segmented_control(
            "Search",
            list(DIRECTIONS),
            required=True,
            format_func=lambda d: DIRECTIONS[d][0],
            key=chosen.key,
            on_change=chosen.write,
        )
        direction = chosen.chosen()
        _, source, target = DIRECTIONS[direction]
        query = choose_query(gallery, source)
        with st.container(width=110):
            count = st.number_input("How many", 3, 24, 6, step=3, key="k", bind="query-params")
        with_contours = contours.choose()
        progress = st.container(width=240)
    if query.withheld:
        st.info(literal(query.withheld), icon=":material/block:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mask = choose_similar(gallery.table, query) & choose_subjects(gallery.table, "retrieval")
        mask &= choose_ranges(gallery.table, "retrieval", _measured(gallery))
    query_slot = st.container()
    allowed = None if mask.all() else set(gallery.table.index[mask])
    if allowed is not None and not allowed - {query.subject_id}:
        raise PtaclError(
            "No other subject passes the filters. Widen or drop one of them.",
            code="gallery.no_subject_left",
        )
    neighbours = gallery.search(
        query.vector, int(count), modality=target, allowed=allowed, exclude=query.subject_id
    )
    shown = [query.subject_id, *(n.subject_id for n in neighbours)]
    wanted = [subject for subject in shown if subject is not None] if with_contours else []
    hearts = contours.contours_of(gallery, wanted)
    with progress:
        contours.show_progress(gallery, wanted, hearts)
    with query_slot:
        show_query(gallery, query, hearts)
    _sentence(gallery, query, neighbours, direction)
    show_hearts(
        gallery,
        neighbours,
        key="found",
        query=query_tile(gallery, query, hearts, with_beat=target == "ecg"),
        compared_with=query.values,
        with_beats=target == "ecg",
        hearts=hearts,
    )
    contours.show_note(gallery, wanted, hearts)
    _distribution(gallery, query, neighbours)
    _table(gallery, query, neighbours)


def _measured(gallery: Gallery) -> list[str]:
    keys = [entry.key for entry in gallery.phenotypes]
    return [key for key in keys if gallery.table[key].nunique(dropna=True) > 1]


def _sentence(
    gallery: Gallery, query: Query, neighbours: Sequence[Neighbour], direction: str
) -> None:
    near = gallery.table.loc[[n.subject_id for n in neighbours]]
    noun = "heart" if direction == "ecg-cmr" else "ECG"
    text = f"**{len(neighbours)} {noun}{'' if len(neighbours) == 1 else 's'}** nearest to "
    text += literal(query.title)
    lvef = near["lvef_pct"].dropna()
    if len(lvef):
        low, high = f"{lvef.min():.0f}", f"{lvef.max():.0f}"
        text += f": LVEF {low if low == high else f'{low}–{high}'} %"
    if query.subject_id and np.isfinite(own := gallery.table.loc[query.subject_id, "lvef_pct"]):
        text += f"; measured in the query: {own:.0f} %"
    if query.subject_id and direction == "ecg-cmr":
        rank = int(gallery.table.loc[query.subject_id, "own_rank"])
        text += f". Rank of the matching heart: {rank} of {len(gallery)}"
    if query.subject_id is None:
        text += ". Differences are relative to the predictions from its ECG"
    st.markdown(f"{text}.")


def _distribution(gallery: Gallery, query: Query, neighbours: Sequence[Neighbour]) -> None:
    near = gallery.table.loc[[n.subject_id for n in neighbours]]
    own = gallery.table.loc[[query.subject_id]] if query.subject_id else None
    rows = query_rows(query.predicted, near, own)
    if not rows:
        return
    page.section("Measurements of these hearts and the query")
    sex = as_sex(query.values.get("sex"))
    with st.container(width=760):
        st.html(volumes_html(rows, sex))
    page.note(
        "Blue ticks: the hearts found · ◇ measured in the query · ● predicted from the "
        "query's ECG with its 90 % interval · grey: the reference interval. " + REFERENCE_SOURCE
    )


def _table(gallery: Gallery, query: Query, neighbours: Sequence[Neighbour]) -> None:
    columns = ["sex", "age_years", *(entry.key for entry in gallery.phenotypes)]
    near = gallery.table.loc[[n.subject_id for n in neighbours], columns]
    near.insert(0, "similarity", [n.similarity for n in neighbours])
    near["difference"] = difference_phrases(gallery, neighbours, query.values)
    known = "query" if query.subject_id else "predicted"
    own = pd.DataFrame([query.values], index=[f"{query.title} ({known})"], columns=columns)
    near = pd.concat([own, near])[list(near)]
    shown = near.rename(columns=label).rename_axis("Subject")
    page.section("Table")
    st.dataframe(
        shown,
        placeholder="",
        column_config=page.decimals(shown) | page.decimals(shown[[label("similarity")]], 2),
        alt="Measurements of the hearts found",
    )


def main() -> None:
    """Draw the page."""
    page.show("Who has a heart like this one?", draw)
