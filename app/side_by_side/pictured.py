"""What groups look like: median beats with their bands, mean cines beside typical hearts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import charts
import frame
import state
import streamlit as st
from components.cine_grid import CineTile, cine_grid
from hearts import SHOWN, heart_tile, open_heart, spacing_mm, values_line
from palette import GROUPS
from words import literal

from ptacl.groups.pictures import BEFORE_S, GroupBeat, group_beat, mean_cine, most_typical, sample
from ptacl.groups.walk import centre
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
        tiles.append(_mean_tile(gallery, number, group))
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


def _sampled(groups: Sequence[Group]) -> str:
    if all(len(group.rows) <= MOST for group in groups):
        return ""
    return f" Of larger groups {MOST} members drawn at random."


def _mean_tile(gallery: Gallery, number: int, group: Group) -> CineTile:
    """The mean of a group's cines, above the means of what was measured in all its members."""
    cine = _mean_cine(state.key_of(gallery), group.fingerprint, gallery, group)
    means = gallery.table[list(SHOWN)].iloc[group.rows].mean().to_dict()
    return CineTile(
        tile_id=f"mean-{number}",
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=spacing_mm(gallery),
        caption=(group.title, f"mean of {min(len(group.rows), MOST)}", values_line(means)),
        opens=False,
    )


@st.cache_resource(show_spinner="Averaging the beats …", max_entries=32)
def _beat(of: state.Key, name: str, _gallery: Gallery, _group: Group) -> GroupBeat | None:
    ids = _gallery.table.index[sample(_group.rows, MOST)]
    rate_hz = _gallery.manifest.recipe.ecg.sample_rate_hz
    return group_beat((_gallery.ecg(str(one)) for one in ids), rate_hz)


@st.cache_resource(show_spinner="Averaging the cines …", max_entries=32)
def _mean_cine(of: state.Key, name: str, _gallery: Gallery, _group: Group) -> PreparedCine:
    ids = _gallery.table.index[sample(_group.rows, MOST)]
    return mean_cine(_gallery.cine(str(one)) for one in ids)
