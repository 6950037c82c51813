"""What groups look like: median beats with their bands, mean cines beside typical hearts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import frame
import pandas as pd
import state
import streamlit as st
from components.cine_grid import CineTile, cine_grid
from components.lead_beats import Beats, lead_beats
from hearts import SHOWN
from palette import GROUPS
from words import literal

from ptacl.groups.pictures import BEFORE_S, GroupBeat, group_beat, mean_cine, most_typical, sample
from ptacl.groups.walk import centre
from ptacl.phenotypes import phenotype
from ptacl.types import PreparedCine
from side_by_side.choice import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MOST = 100
"""Subjects of a group whose beats and cines are averaged; of more, so many drawn at random."""
TYPICAL = 2
DASHES = ((), (6, 4), (2, 3), (8, 3, 2, 3))
"""Strokes and gaps of the groups' lines, in their order."""


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
    key = state.key_of(gallery)
    drawn = [
        Beats(group.title, GROUPS[number], DASHES[number], beat)
        for number, group in enumerate(groups)
        if (beat := _beat(key, group.fingerprint, gallery, group)) is not None
    ]
    if not drawn:
        st.caption("No ECG of these groups holds a complete beat.")
        return
    counts = " · ".join(f"{one.title}: {one.beat.subjects} subjects" for one in drawn)
    recipe = gallery.manifest.recipe.ecg
    lead_beats(
        drawn,
        recipe.sample_rate_hz,
        BEFORE_S,
        unit="mV" if recipe.scaling == "millivolts" else "scaled",
        description=f"Median beat of each group in 12 leads: {counts}",
        key="group_beats",
    )
    st.caption(f"{literal(counts)}.{_sampled(groups)}")


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
