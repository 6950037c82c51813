"""Latent interpolation between groups, and of one subject, shown by the nearest real hearts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.cohort_analysis.interpolation import (
    NEAR,
    Interpolation,
    centre,
    interpolate,
    mean_of_nearest,
    nearest,
    shifted,
)
from ptacl.phenotypes import HEADLINE

from ... import charts
from ...components.cine_grid import cine_grid
from ...layout import page
from ...layout.saved_chart import chart
from ...panels.cine_tiles import heart_tile, open_heart, show_hearts
from ...session import galleries, selection
from ...text.labels import label, listed, literal, name_and_unit
from .group_picker import Group

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ptacl.gallery import Gallery
    from ptacl.gallery.gallery import Modality

STEPS = 8
NEIGHBOURS = 6
_SPACES: dict[Modality, str] = {"cmr": "by hearts (CMR)", "ecg": "by ECGs"}


def show(gallery: Gallery, groups: Sequence[Group]) -> None:
    """Show both panels."""
    page.section(
        "Interpolation between the groups",
        "Even steps along the arc between the groups' centres in the embedding space; each shows "
        "the nearest real heart, without repetition.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        space = st.segmented_control(
            "Near", list(_SPACES), default="cmr", required=True, key="space",
            format_func=_SPACES.__getitem__, bind="query-params",
        )  # fmt: skip
        start, end = _ends(groups)
    space = space or "cmr"
    _interpolation_panel(gallery, space, start, end)
    # In a container, as in `hovered_heart`, so that the fragment does not move other elements.
    with st.container():
        _moved(gallery, space, start, end)


def _ends(groups: Sequence[Group]) -> tuple[Group, Group]:
    """Return the first two groups, or the choice among more."""
    if len(groups) == 2:
        return groups[0], groups[1]
    names = range(len(groups))
    title = lambda index: groups[index].title  # noqa: E731
    start = st.selectbox("From", names, format_func=title, key="walk_from", bind="query-params")
    others = [index for index in names if index != start]
    end = st.selectbox("To", others, format_func=title, key="walk_to", bind="query-params")
    return groups[start], groups[end]


@st.cache_resource(show_spinner=False, max_entries=32)
def _interpolated(
    of: galleries.Key,
    space: Modality,
    names: tuple[str, str],
    _gallery: Gallery,
    _ends: tuple[Group, Group],
) -> Interpolation:
    return interpolate(_gallery.vectors[space], _ends[0].rows, _ends[1].rows, STEPS)


def _interpolation_panel(gallery: Gallery, space: Modality, start: Group, end: Group) -> None:
    names = (start.fingerprint, end.fingerprint)
    path = _interpolated(galleries.key_of(gallery), space, names, gallery, (start, end))
    ids = [str(gallery.table.index[row]) for row in path.hearts]
    tiles = [
        heart_tile(gallery, subject, f"step {step} of {len(ids)}, similarity {similarity:.2f}")
        for step, (subject, similarity) in enumerate(
            zip(ids, path.similarity, strict=True), start=1
        )
    ]
    open_heart(gallery, cine_grid(tiles, key="walk_hearts"))
    page.note(
        f"From {literal(start.title)} to {literal(end.title)}: the angle between the centres is "
        f"{path.angle_deg:.0f}°. A similarity well below that of the adjacent steps means that "
        "no heart of the gallery is near that step. Click a heart to open it."
    )
    figure, table = _along(galleries.key_of(gallery), space, names, gallery.table, path)
    chart(
        figure,
        key="along_walk",
        alt="Phenotypes along the interpolation; the numbers are in the table below",
    )
    page.note(
        f"Lines: mean of the {path.near.shape[1]} nearest hearts of each step (whisker: its 95 % "
        "interval), measured and predicted from their ECGs. The regression uses features from "
        "before the projection, which an interpolated point does not have: so real hearts are "
        "averaged and nothing is predicted from the point itself."
    )
    if panel := page.fold("As a table", "walk_table"):
        panel.dataframe(
            table,
            hide_index=True,
            column_config=page.decimals(table),
            alt="Phenotypes at each step",
        )


@st.cache_resource(show_spinner=False, max_entries=32)
def _along(
    of: galleries.Key,
    space: Modality,
    names: tuple[str, str],
    _table: pd.DataFrame,
    _interpolation: Interpolation,
) -> tuple[go.Figure, pd.DataFrame]:
    """Return the phenotypes along the interpolation as a figure and as a table."""
    paths = [_path(_table, key, _interpolation) for key in HEADLINE]
    columns: dict[str, object] = {
        "Step": range(1, len(_interpolation.hearts) + 1),
        "Heart": _table.index[_interpolation.hearts],
    }
    for path in paths:
        columns[path.title] = path.shown
        columns[f"{path.title}, mean of nearest"] = path.near
        columns[f"{path.title}, predicted"] = path.predicted
    return charts.path_chart(paths), pd.DataFrame(columns)


def _path(table: pd.DataFrame, key: str, path: Interpolation) -> charts.Path:
    values = table[key].to_numpy(dtype=np.float64)
    predicted = table[f"predicted_{key}"].to_numpy(dtype=np.float64)
    near, error = mean_of_nearest(values, path.near)
    return charts.Path(
        label(key), values[path.hearts], near, error, mean_of_nearest(predicted, path.near)[0]
    )


@st.fragment
def _moved(gallery: Gallery, space: Modality, start: Group, end: Group) -> None:
    page.section(
        "One subject, moved along the same direction",
        "Its embedding is rotated in the direction from one group's centre to the other's; shown "
        "are the real hearts nearest to the result.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=180):
            subject_id = selection.choose_subject(gallery)
        percent = st.slider(
            "Distance in % of that between the groups", -100, 200, 50, step=10, key="moved",
            bind="query-params",
        )  # fmt: skip
    vectors = gallery.vectors[space]
    ends = [centre(vectors, group.rows) for group in (start, end)]
    own = vectors[gallery.row(subject_id)]
    arrived = shifted(own, ends[0], ends[1], percent / 100)
    near = nearest(np.stack([own, arrived]) @ vectors.T, NEAR)
    st.markdown(_change(gallery.table, near, subject_id, percent, end))
    show_hearts(gallery, gallery.search(arrived, NEIGHBOURS, modality=space), key="moved_hearts")


def _change(
    table: pd.DataFrame, near: np.ndarray, subject_id: str, percent: int, end: Group
) -> str:
    """Return the mean phenotypes of the nearest hearts, before and after."""
    changes = []
    for key in HEADLINE:
        before, after = mean_of_nearest(table[key].to_numpy(dtype=np.float64), near)[0]
        if np.isfinite(before + after):
            name, unit = name_and_unit(key)
            changes.append(f"{name} {before:.0f} → {after:.0f} {unit}")
    return (
        f"{literal(subject_id)} moved {percent} % of the way towards **{literal(end.title)}**. "
        f"Mean of the {near.shape[1]} nearest hearts: {listed(changes)}."
    )
