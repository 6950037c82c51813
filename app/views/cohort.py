"""Cohort: which hearts are alike?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import frame
import numpy as np
import pandas as pd
import state
import streamlit as st
from components.embedding_map import Colouring, embedding_map
from filters import choose_subjects
from histogram_html import histogram_html
from words import label

from ptacl.comparison import compare
from ptacl.phenotypes import PHENOTYPE_KEYS

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MODALITY = "modality"
CATEGORY_LIMIT = 6  # a column of numbers with at most so many values is a category
ALIKE = 6
_COVARIATES = ("sex", "age_years", "height_cm", "weight_kg")
_ECG = ("heart_rate_bpm", "pr_ms", "qrs_ms", "qtc_ms", "qrs_axis_deg", "rr_sd_ms")
_MODEL = ("own_rank", "alignment_error_frames", "familiarity_distance")
_SEX_WORDS = {"female": "women", "male": "men"}


def draw(gallery: Gallery) -> None:
    """The page."""
    columns = _colourable(gallery.table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            colour = st.selectbox(
                "Colour by",
                [MODALITY, *columns],
                index=1 + columns.index("lvef_pct") if "lvef_pct" in columns else 0,
                format_func=lambda c: "ECG or CMR" if c == MODALITY else label(c),
                key="colour",
                bind="query-params",
            )
        with st.container(width=160):
            layers = st.pills(
                "Layers", ["ECG", "CMR"], selection_mode="multi", default=["ECG", "CMR"],
                key="layers", help="A circle is an ECG, a diamond the heart of the same person.",
            )  # fmt: skip
        mask = choose_subjects(gallery.table, "cohort")
        joined = st.toggle(
            "Join pairs",
            key="joined",
            help="A line from each ECG to its own heart, coloured by that heart's rank.",
        )
    chosen = _map_and_selection(gallery, colour, layers or ["ECG", "CMR"], mask, joined)
    _table(gallery, chosen if chosen.any() else mask, selected=bool(chosen.any()))


def _colourable(table: pd.DataFrame) -> list[str]:
    """Columns worth colouring by: phenotypes, covariates, ECG, model, simulated truth."""
    wanted = [*PHENOTYPE_KEYS, *_COVARIATES, *_ECG, *_MODEL]
    wanted += [c for c in table.columns if c.startswith("truth_")]
    return [c for c in wanted if c in table and table[c].nunique() > 1]


def _map_and_selection(
    gallery: Gallery, colour: str, layers: Sequence[str], mask: np.ndarray, joined: bool
) -> np.ndarray:
    places = {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr}
    places = {layer: places[layer] for layer in places if layer in layers}
    subject_id = _opened(gallery)
    row = None if subject_id is None else gallery.row(subject_id)
    near = [] if subject_id is None else _alike(gallery, subject_id)
    colouring = None if colour == MODALITY else _colouring(gallery.table[colour])
    with st.container(key="stack_cohort"):
        left, right = st.columns([2, 1], gap="large")
    with left:
        selection = embedding_map(
            places,
            list(gallery.table.index),
            shown=mask,
            colouring=colouring,
            own_rank=gallery.table["own_rank"].to_numpy() if joined else None,
            lit=near,
            query_xy=None if row is None else tuple(map(float, gallery.map_ecg[row])),
            query_name=f"ECG of {subject_id}",
            selectable=True,
            description=f"Map of {int(mask.sum())} subjects, coloured by {label(colour)}",
            on_open=_open,
            key="map",
        )
        st.caption(
            "Each point is one embedding of the shared space, laid out by UMAP: near means alike, "
            "distances across the map mean little. Drag to draw a lasso; click a point to open it."
        )
    chosen = np.zeros(len(mask), dtype=bool)
    if selection is not None:
        chosen = mask & selection.subjects(places, colouring)
    with right:
        if subject_id is not None:
            _subject(gallery, subject_id, near)
        _selection(gallery.table[mask], chosen[mask])
    return chosen


def _opened(gallery: Gallery) -> str | None:
    """The subject that was clicked, or that a link names."""
    linked = st.query_params.get(state.SUBJECT)
    return linked if linked in gallery.table.index else None


def _open(subject_id: str | None) -> None:
    if subject_id is None:
        st.query_params.pop(state.SUBJECT, None)
        return
    st.query_params[state.SUBJECT] = subject_id
    state.show_subject(subject_id)


def _alike(gallery: Gallery, subject_id: str) -> list[str]:
    """The subject itself and those whose hearts are most like its ECG."""
    vector = gallery.vectors["ecg"][gallery.row(subject_id)]
    return [subject_id, *(n.subject_id for n in gallery.search(vector, ALIKE, exclude=subject_id))]


def _subject(gallery: Gallery, subject_id: str, near: Sequence[str]) -> None:
    frame.section(f"Subject {subject_id}")
    rank = int(gallery.table.loc[subject_id, "own_rank"])
    st.markdown(
        f"◯ its ECG. Bright: its own heart (number {rank} among {len(gallery)} by likeness) and "
        f"the {len(near) - 1} hearts most like its ECG."
    )
    with st.container(horizontal=True):
        for page, title in (
            ("views/inspect_ecg.py", "Inspect"),
            ("views/alignment.py", "Alignment"),
            ("views/retrieval.py", "Retrieval"),
        ):
            st.page_link(page, label=title, query_params={state.SUBJECT: subject_id})


def _colouring(column: pd.Series) -> Colouring:
    """Numbers, or words where the column is a category."""
    title = label(str(column.name))
    if column.name == "sex":
        words = column.map(_SEX_WORDS).fillna("unknown")
    elif column.nunique() <= 2:
        words = column.map(lambda value: "yes" if value else "no")
    elif column.nunique() <= CATEGORY_LIMIT:
        words = column.map(lambda value: f"{value:g}")
    else:
        return Colouring(title, column.to_numpy(dtype=np.float64))
    places, names = pd.factorize(words, sort=True)
    return Colouring(title, places.astype(np.float64), tuple(map(str, names)))


def _selection(table: pd.DataFrame, chosen: np.ndarray) -> None:
    """n, means against the rest with effect size, histograms of what differs most."""
    frame.section("Selection")
    if not chosen.any():
        st.markdown("Draw a lasso or a box on the map to set a group against the rest.")
        _summary(table)
        return
    columns = [c for c in (*PHENOTYPE_KEYS, *_COVARIATES[1:], *_ECG) if c in table]
    compared = compare(table, chosen, columns)
    women = table["sex"][chosen].eq("female").mean()
    st.markdown(f"**{int(chosen.sum())} of {len(table)} subjects**, {100 * women:.0f} % women")
    shown = compared.head(8)[["selection", "rest", "effect"]].copy()
    shown.index = [label(c) for c in shown.index]
    st.table(
        shown.map(lambda v: f"{v:.1f}" if np.isfinite(v) else "–").rename(
            columns={"selection": "mean", "rest": "mean of the rest", "effect": "effect (g)"}
        )
    )
    for column in compared.index[:3]:
        values = table[column].to_numpy(dtype=np.float64)
        st.html(histogram_html(values[chosen], values[~chosen], label(column)))
    st.caption(
        "Blue: selection, grey: rest. g = difference of the means in standard deviations (Hedges). "
        "A subject counts as selected by its ECG or by its heart."
    )


def _summary(table: pd.DataFrame) -> None:
    """Everybody on the map: what they measure."""
    women = table["sex"].eq("female").mean()
    st.markdown(f"**All {len(table)} subjects on the map**, {100 * women:.0f} % women")
    columns = [c for c in (*PHENOTYPE_KEYS, "age_years", "heart_rate_bpm") if c in table]
    values = table[columns].astype(float)
    st.table(
        pd.DataFrame(
            {
                "mean": [f"{m:.0f}" for m in values.mean()],
                "SD": [f"{s:.0f}" for s in values.std()],
                "5–95 %": [
                    f"{low:.0f}–{high:.0f}"
                    for low, high in zip(values.quantile(0.05), values.quantile(0.95), strict=True)
                ],
            },
            index=[label(c) for c in columns],
        )
    )


def _table(gallery: Gallery, mask: np.ndarray, *, selected: bool) -> None:
    frame.section("Table of the selection" if selected else "Table of all subjects")
    columns = [c for c in (*_COVARIATES, *PHENOTYPE_KEYS, *_ECG, *_MODEL) if c in gallery.table]
    table = gallery.table.loc[mask, columns]
    st.dataframe(
        table.round(1).rename(columns=label).rename_axis("Subject"),
        height=320,
        alt="Subjects with their measurements",
    )
    st.download_button(
        "Download as CSV",
        lambda: table.to_csv(),
        file_name="ptacl-cohort-synthetic.csv" if gallery.synthetic else "ptacl-cohort.csv",
        mime="text/csv",
        on_click="ignore",
    )


frame.show("Which hearts are alike?", draw)
