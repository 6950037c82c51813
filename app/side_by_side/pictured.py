"""What groups look like: median beats with their bands, mean cines beside typical hearts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import charts
import frame
import pandas as pd
import state
import streamlit as st
from components.cine_grid import CineTile, cine_grid
from hearts import SHOWN
from palette import GROUPS
from words import literal

from ptacl.groups.pictures import BEFORE_S, GroupBeat, group_beat, mean_cine, most_typical, sample
from ptacl.groups.walk import centre
from ptacl.phenotypes import phenotype
from ptacl.types import PreparedCine
from side_by_side.choice import Group

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ptacl.gallery import Gallery

MOST = 100
"""Subjects of a group whose beats and cines are averaged; of more, so many drawn at random."""
TYPICAL = 2


def show(gallery: Gallery, groups: Sequence[Group]) -> None:
    """Both panels."""
    _beats(gallery, groups)
    _cines(gallery, groups)


def heart_tile(gallery: Gallery, subject_id: str, line: str) -> CineTile:
    """A subject's cine with a line of its own and what was measured in it."""
    values = _values(gallery.table.loc[subject_id, list(SHOWN)])
    return _tile(gallery, subject_id, gallery.cine(subject_id), (subject_id, line, values))


def open_heart(gallery: Gallery, tile_id: str | None) -> None:
    """Go to the subject whose tile was clicked, where it was one."""
    if tile_id in gallery.table.index:
        st.switch_page("views/alignment.py", query_params={state.SUBJECT: tile_id})


def _beats(gallery: Gallery, groups: Sequence[Group]) -> None:
    frame.section(
        "Their ECGs", "Median of the members' mean beats; the band holds the middle 80 %."
    )
    names = tuple((group.title, group.fingerprint) for group in groups)
    figure, counts = _beats_figure(state.key_of(gallery), names, gallery, groups)
    st.plotly_chart(
        figure, key="group_beats", config={"displayModeBar": False},
        alt=f"Median beat of each group in 12 leads: {counts}",
    )  # fmt: skip
    st.caption(f"{literal(counts)}.{_sampled(groups)}")


@st.cache_resource(show_spinner=False, max_entries=16)
def _beats_figure(
    of: state.Key,
    names: tuple[tuple[str, str], ...],
    _gallery: Gallery,
    _groups: Sequence[Group],
) -> tuple[go.Figure, str]:
    """The figure, and how many subjects stand behind each of its beats."""
    drawn = [
        charts.Beats(group.title, GROUPS[number], beat)
        for number, group in enumerate(_groups)
        if (beat := _beat(of, group.fingerprint, _gallery, group)) is not None
    ]
    recipe = _gallery.manifest.recipe.ecg
    unit = "mV" if recipe.scaling == "millivolts" else "scaled"
    counts = " · ".join(f"{one.title}: {one.beat.subjects} subjects" for one in drawn)
    figure = charts.group_beats(drawn, recipe.sample_rate_hz, BEFORE_S, unit)
    return figure, counts or "no ECG of these groups holds a complete beat"


def _cines(gallery: Gallery, groups: Sequence[Group]) -> None:
    frame.section(
        "Their hearts",
        "The mean of each group's cines at equal phases of the beat, laid over each other as they "
        "are: it blurs where hearts differ in size, place and shape. Beside it the real hearts "
        "nearest to the group's centre.",
    )
    tiles = []
    for number, group in enumerate(groups):
        cine = _mean_cine(state.key_of(gallery), group.fingerprint, gallery, group)
        means = _values(gallery.table[list(SHOWN)].iloc[group.rows].mean())
        caption = (group.title, f"mean of {min(len(group.rows), MOST)}", means)
        tiles.append(_tile(gallery, f"mean-{number}", cine, caption))
        vectors = gallery.vectors["cmr"]
        typical = most_typical(vectors, group.rows, centre(vectors, group.rows), TYPICAL)
        tiles += [
            heart_tile(gallery, str(gallery.table.index[row]), f"typical: {group.title}")
            for row in typical
        ]
    open_heart(gallery, cine_grid(tiles, key="group_hearts"))
    st.caption(
        f"All in step by the phase of the beat. Click a real heart to open it.{_sampled(groups)}"
    )


def _values(measured: pd.Series) -> str:
    """Phenotypes with their units, as far as they are known."""
    entries = [phenotype(key) for key in SHOWN]
    known = [entry for entry in entries if pd.notna(measured[entry.key])]
    return " · ".join(f"{e.name} {measured[e.key]:.0f} {e.unit}" for e in known)


def _sampled(groups: Sequence[Group]) -> str:
    if all(len(group.rows) <= MOST for group in groups):
        return ""
    return f" Of larger groups {MOST} members drawn at random."


@st.cache_resource(show_spinner="Averaging the beats …", max_entries=32)
def _beat(of: state.Key, name: str, _gallery: Gallery, _group: Group) -> GroupBeat | None:
    ids = _gallery.table.index[sample(_group.rows, MOST)]
    rate_hz = _gallery.manifest.recipe.ecg.sample_rate_hz
    return group_beat((_gallery.ecg(str(one)) for one in ids), rate_hz)


@st.cache_resource(show_spinner="Averaging the cines …", max_entries=32)
def _mean_cine(of: state.Key, name: str, _gallery: Gallery, _group: Group) -> PreparedCine:
    ids = _gallery.table.index[sample(_group.rows, MOST)]
    return mean_cine(_gallery.cine(str(one)) for one in ids)


def _tile(gallery: Gallery, tile_id: str, cine: PreparedCine, caption: tuple[str, ...]) -> CineTile:
    spacing_mm = gallery.manifest.recipe.cine.spacing_mm
    return CineTile(
        tile_id=tile_id,
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=(spacing_mm, spacing_mm),
        caption=caption,
    )
