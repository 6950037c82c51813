"""Cohort: which hearts are alike?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import charts
import frame
import numpy as np
import pandas as pd
import state
import streamlit as st
from filters import choose_subjects
from words import label

from ptacl.comparison import compare
from ptacl.phenotypes import PHENOTYPE_KEYS

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ptacl.gallery import Gallery

MODALITY = "modality"
CATEGORY_LIMIT = 6  # a column of numbers with at most so many values is a category
MOST_LINES = 300
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
        joined = st.toggle("Join pairs", key="joined", help="Draws a line from ECG to heart.")
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
    with st.container(key="stack_cohort"):
        left, right = st.columns([2, 1], gap="large")
    with left:
        lines = tuple(gallery.table.index[mask][:MOST_LINES]) if joined else ()
        event = st.plotly_chart(
            _map(state.key_of(gallery), gallery, colour, tuple(layers), mask.tobytes(), lines),
            key=f"map-{colour}-{'-'.join(layers)}",
            on_select="rerun",
            selection_mode=("lasso", "box"),
            alt=f"Map of {int(mask.sum())} subjects, coloured by {label(colour)}",
            config={"displaylogo": False},
        )
        st.caption(
            "Each point is one embedding of the shared space, laid out by UMAP: near means alike, "
            "distances across the map mean little. Drag to draw a lasso."
        )
    picked = {str(point["customdata"]) for point in event.selection.points if "customdata" in point}
    chosen = np.asarray(gallery.table.index.isin(picked)) & mask
    with right:
        _selection(gallery.table[mask], chosen[mask])
    return chosen


@st.cache_resource(show_spinner=False, max_entries=64)
def _map(
    of: state.Key,
    _gallery: Gallery,
    colour: str,
    layers: tuple[str, ...],
    mask_bytes: bytes,
    lines: tuple[str, ...],
) -> go.Figure:
    # A figure from cache_data would be a new object each run and lose the first selection.
    mask = np.frombuffer(mask_bytes, dtype=bool)
    table = _gallery.table[mask]
    places = {"ECG": _gallery.map_ecg, "CMR": _gallery.map_cmr}
    return charts.cohort_map(
        {layer: places[layer][mask] for layer in places if layer in layers},
        list(table.index),
        None if colour == MODALITY else _values(table[colour]),
        label(colour),
        lines_for=lines,
    )


def _values(column: pd.Series) -> list[float] | list[str]:
    """Numbers, or words where the column is a category."""
    if column.name == "sex":
        return [_SEX_WORDS.get(value, "unknown") for value in column]
    if column.nunique() <= 2:
        return ["yes" if value else "no" for value in column]
    if column.nunique() <= CATEGORY_LIMIT:
        return [f"{value:g}" for value in column]
    return [float(value) for value in column]


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
    shown = compared.head(8).copy()
    shown.index = [label(c) for c in shown.index]
    st.table(
        shown.map(lambda v: f"{v:.1f}" if np.isfinite(v) else "–").rename(
            columns={"selection": "mean", "rest": "mean of the rest", "effect": "effect (d)"}
        )
    )
    for column in compared.index[:3]:
        values = table[column].to_numpy(dtype=np.float64)
        st.plotly_chart(
            charts.selection_histogram(values[chosen], values[~chosen], label(column)),
            key=f"histogram-{column}",
            alt=f"{label(column)} of the selection (blue) and of the rest (grey)",
            config={"displayModeBar": False},
        )
    st.caption(
        "Blue: selection, grey: rest. d = difference of the means in standard deviations. "
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
