"""Retrieval: who has a heart like this one?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.errors import PtaclError
from ptacl.inference.volume_table import query_rows
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import Neighbour, Sex

from ...layout import page
from ...panels.cine_tiles import differing, show_hearts
from ...panels.cohort_filters import choose_ranges, choose_subjects
from ...panels.volumes_html import volumes_html
from ...session import url_state
from ...text.sentences import REFERENCE_SOURCE, label, literal
from .query import Query, choose_query
from .query_card import query_tile, show_query
from .query_filters import choose_alike

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

DIRECTIONS = {
    "ecg-cmr": ("ECG → heart", "ecg", "cmr"),
    "ecg-ecg": ("ECG → ECG", "ecg", "ecg"),
    "cmr-ecg": ("heart → ECG", "cmr", "ecg"),
}
_COLUMNS = ("sex", "age_years", *(p.key for p in PHENOTYPES))


def draw(gallery: Gallery) -> None:
    """The page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = url_state.one_of("direction", "direction", list(DIRECTIONS), "ecg-cmr")
        chosen.follow()
        direction = st.segmented_control(
            "Search",
            list(DIRECTIONS),
            required=True,
            format_func=lambda d: DIRECTIONS[d][0],
            key=chosen.key,
            on_change=chosen.keep,
        )
        _, source, target = DIRECTIONS[direction]
        query = choose_query(gallery, source)
        with st.container(width=110):
            count = st.number_input("How many", 3, 24, 6, step=3, key="k", bind="query-params")
    if query.withheld:
        st.info(literal(query.withheld), icon=":material/block:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mask = choose_alike(gallery.table, query) & choose_subjects(gallery.table, "retrieval")
        mask &= choose_ranges(gallery.table, "retrieval", _measured(gallery.table))
    show_query(gallery, query)
    allowed = None if mask.all() else set(gallery.table.index[mask])
    if allowed is not None and not allowed - {query.subject_id}:
        raise PtaclError("No other subject passes the filters. Widen or drop one of them.")
    found = gallery.search(
        query.vector, int(count), modality=target, allowed=allowed, exclude=query.subject_id
    )
    _sentence(gallery, query, found, direction)
    show_hearts(
        gallery,
        found,
        key="found",
        query=query_tile(gallery, query, with_beat=target == "ecg"),
        compared_with=query.values,
        with_beats=target == "ecg",
    )
    _distribution(gallery, query, found)
    _table(gallery, query, found)


def _measured(table: pd.DataFrame) -> list[str]:
    return [p.key for p in PHENOTYPES if table[p.key].nunique(dropna=True) > 1]


def _sentence(gallery: Gallery, query: Query, found: Sequence[Neighbour], direction: str) -> None:
    near = gallery.table.loc[[n.subject_id for n in found]]
    what = "heart" if direction == "ecg-cmr" else "ECG"
    words = f"**{len(found)} {what}{'' if len(found) == 1 else 's'}** most like "
    words += literal(query.title)
    lvef = near["lvef_pct"].dropna()
    if len(lvef):
        low, high = f"{lvef.min():.0f}", f"{lvef.max():.0f}"
        words += f": LVEF {low if low == high else f'{low}–{high}'} %"
    if query.subject_id and np.isfinite(own := gallery.table.loc[query.subject_id, "lvef_pct"]):
        words += f", its own {own:.0f} %"
    if query.subject_id and direction == "ecg-cmr":
        rank = int(gallery.table.loc[query.subject_id, "own_rank"])
        words += f". Among all {len(gallery)}, its own heart is number {rank}"
    if query.subject_id is None:
        words += ". What differs is told against what its ECG predicts"
    st.markdown(f"{words}.")


def _distribution(gallery: Gallery, query: Query, found: Sequence[Neighbour]) -> None:
    near = gallery.table.loc[[n.subject_id for n in found]]
    own = gallery.table.loc[[query.subject_id]] if query.subject_id else None
    rows = query_rows(query.predicted, near, own)
    if not rows:
        return
    page.section("What these hearts measure, against the query")
    said = query.values.get("sex")
    sex: Sex | None = said if said in ("female", "male") else None
    with st.container(width=760):
        st.html(volumes_html(rows, sex))
    page.note(
        "Blue ticks: the hearts found · ◇ the query's own measurement · ● predicted from the "
        "query's ECG with its 90 % interval · grey: the reference interval. " + REFERENCE_SOURCE
    )


def _table(gallery: Gallery, query: Query, found: Sequence[Neighbour]) -> None:
    near = gallery.table.loc[[n.subject_id for n in found], list(_COLUMNS)]
    near.insert(0, "similarity", [n.similarity for n in found])
    near["what differs"] = differing(gallery, found, query.values)
    known = "query" if query.subject_id else "predicted"
    own = pd.DataFrame([query.values], index=[f"{query.title} ({known})"], columns=list(_COLUMNS))
    near = pd.concat([own, near])[list(near)]
    shown = near.rename(columns=label).rename_axis("Subject")
    page.section("Table")
    st.dataframe(
        shown,
        placeholder="",
        column_config=page.decimals(shown) | page.decimals(shown[[label("similarity")]], 2),
        alt="The hearts found and their measurements",
    )


def main() -> None:
    """Draw the page under its question."""
    page.show("Who has a heart like this one?", draw)
