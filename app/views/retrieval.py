"""Retrieval: who has a heart like this one?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import charts
import frame
import numpy as np
import pandas as pd
import state
import streamlit as st
from filters import choose_subjects
from hearts import show_hearts
from words import label, literal

from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import Neighbour

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

DIRECTIONS = {
    "ecg-cmr": ("ECG → heart", "ecg", "cmr"),
    "ecg-ecg": ("ECG → ECG", "ecg", "ecg"),
    "cmr-ecg": ("heart → ECG", "cmr", "ecg"),
}
_COLUMNS = ("sex", "age_years", *(p.key for p in PHENOTYPES))


@dataclass(frozen=True, slots=True)
class Query:
    """Whose like is sought."""

    title: str
    subject_id: str | None
    vector: np.ndarray
    predicted: dict[str, tuple[float, float, float]]
    """Phenotype key → value, low, high."""


def draw(gallery: Gallery) -> None:
    """The page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        direction = st.segmented_control(
            "Search",
            list(DIRECTIONS),
            default="ecg-cmr",
            required=True,
            format_func=lambda d: DIRECTIONS[d][0],
            key="direction",
            bind="query-params",
        )
        query = _query(gallery, DIRECTIONS[direction or "ecg-cmr"][1])
        mask = choose_subjects(gallery.table, "retrieval")
        with st.container(width=110):
            count = st.number_input("How many", 3, 24, 6, step=3, key="count")
    allowed = None if mask.all() else set(gallery.table.index[mask])
    if allowed is not None and len(allowed) < 2:
        raise PtaclError("Fewer than two subjects pass the filters. Widen the age or the sex.")
    target = DIRECTIONS[direction or "ecg-cmr"][2]
    found = gallery.search(
        query.vector, int(count), modality=target, allowed=allowed, exclude=query.subject_id
    )
    _sentence(gallery, query, found, direction or "ecg-cmr")
    show_hearts(gallery, found, key="found", own=query.subject_id)
    _distribution(gallery, query, found)
    _table(gallery, query, found)


def _query(gallery: Gallery, modality: str) -> Query:
    upload = state.uploaded()
    if upload is not None and modality == "ecg":
        source = st.segmented_control(
            "Query", ["subject", upload.title], default="subject", required=True, key="query_source"
        )
        if source == upload.title:
            inspection = upload.inspection
            predicted = {p.key: (p.value, p.low, p.high) for p in inspection.predictions}
            return Query(upload.title, None, inspection.embedding, predicted)
    with st.container(width=180):
        subject_id = state.choose_subject(gallery)
    place = int(gallery.table.index.get_loc(subject_id))
    row = gallery.table.loc[subject_id]
    predicted = {
        p.key: (
            float(row[f"predicted_{p.key}"]),
            float(row[f"low_{p.key}"]),
            float(row[f"high_{p.key}"]),
        )
        for p in PHENOTYPES
        if np.isfinite(row[f"predicted_{p.key}"])
    }
    return Query(subject_id, subject_id, gallery.vectors[modality][place], predicted)


def _sentence(gallery: Gallery, query: Query, found: Sequence[Neighbour], direction: str) -> None:
    near = gallery.table.loc[[n.subject_id for n in found]]
    words = (
        f"**{len(found)} {'ECGs' if direction != 'ecg-cmr' else 'hearts'}** most like "
        f"{literal(query.title)}"
    )
    lvef = near["lvef_pct"].dropna()
    if len(lvef):
        words += f": LVEF {lvef.min():.0f}–{lvef.max():.0f} %"
    if query.subject_id and np.isfinite(own := gallery.table.loc[query.subject_id, "lvef_pct"]):
        words += f", its own {own:.0f} %"
    if query.subject_id and direction == "ecg-cmr":
        rank = int(gallery.table.loc[query.subject_id, "own_rank"])
        words += f". Among all {len(gallery)}, its own heart is number {rank}"
    st.markdown(f"{words}.")


def _distribution(gallery: Gallery, query: Query, found: Sequence[Neighbour]) -> None:
    frame.section("What these hearts measure, against the query")
    near = gallery.table.loc[[n.subject_id for n in found]]
    own = gallery.table.loc[query.subject_id] if query.subject_id else None
    strips = [
        charts.Strip(
            name=entry.name,
            unit=entry.unit,
            everyone=gallery.table[entry.key].to_numpy(dtype=np.float64),
            neighbours=near[entry.key].to_numpy(dtype=np.float64),
            measured=None if own is None or pd.isna(own[entry.key]) else float(own[entry.key]),
            predicted=query.predicted.get(entry.key),
        )
        for entry in PHENOTYPES
        if gallery.table[entry.key].notna().any()
    ]
    st.plotly_chart(
        charts.neighbour_strips(strips),
        key="strips",
        alt=f"Phenotypes of the hearts most like {query.title}; the numbers are in the table below",
        config={"displayModeBar": False},
    )
    st.caption(
        "Grey: the whole gallery · blue ticks: the hearts found · ◇ the query's own measurement · "
        "● predicted from the query's ECG with its 90 % interval"
    )


def _table(gallery: Gallery, query: Query, found: Sequence[Neighbour]) -> None:
    near = gallery.table.loc[[n.subject_id for n in found], list(_COLUMNS)].round(1)
    near.insert(0, "similarity", [round(n.similarity, 3) for n in found])
    if query.subject_id:
        own = gallery.table.loc[[query.subject_id], list(_COLUMNS)].round(1)
        own.index = [f"{query.subject_id} (query)"]
        own.insert(0, "similarity", np.nan)
        near = pd.concat([own, near])
    frame.section("Table")
    st.dataframe(near.rename(columns=label), alt="The hearts found and their measurements")


frame.show("Who has a heart like this one?", draw)
