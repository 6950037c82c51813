"""Average ECGs and cines of groups: median beats with bands, mean cines, typical hearts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.cohort_analysis.group_averages import (
    BEFORE_S,
    GroupBeat,
    group_beat,
    mean_cine,
    most_typical,
    sample,
)
from ptacl.cohort_analysis.interpolation import centre
from ptacl.phenotypes import HEADLINE
from ptacl.types import PreparedCine

from ...charts.palette import GROUPS
from ...components.cine_grid import CineTile, cine_grid
from ...components.lead_beats import Beats, lead_beats
from ...layout import page, rebuilding
from ...panels import contours
from ...panels.cine_tiles import heart_tile, open_heart, spacing_mm, values_line
from ...session import galleries
from ...text.labels import literal
from .group_picker import Group

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MOST = 100
"""Subjects of a group to average; a random sample of a larger group."""
TYPICAL = 2
DASHES = ((), (6, 4), (2, 3), (8, 3, 2, 3))
"""Strokes and gaps of the groups' lines, in their order."""


def show(gallery: Gallery, groups: Sequence[Group]) -> None:
    """Show both panels."""
    _beats(gallery, groups)
    _cines(gallery, groups)


def _beats(gallery: Gallery, groups: Sequence[Group]) -> None:
    page.section("ECGs", "Median of the subjects' mean beats; the band is the middle 80 %.")
    if rebuilding.waits_for_all(gallery, "The median beats"):
        return
    key = galleries.key_of(gallery)
    drawn = [
        Beats(group.title, GROUPS[number], DASHES[number], beat)
        for number, group in enumerate(groups)
        if (beat := _beat(key, group.fingerprint, gallery, group)) is not None
    ]
    if not drawn:
        st.caption("No ECG of these groups has a complete beat.")
        return
    counts = " · ".join(f"{group.title}: {_subjects(group.beat.subjects)}" for group in drawn)
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
    page.section(
        "Hearts",
        "Mean of each group's cines at equal phases of the beat, without registration: it is "
        "blurred where hearts differ in size, position and shape. Next to it the real hearts "
        "nearest to the group's centre.",
    )
    if rebuilding.waits_for_all(gallery, "The mean of the cines"):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        with_contours = contours.choose()
        progress = st.container(width=240)
    typical = [_typical(gallery, group) for group in groups]
    wanted = [subject for own in typical for subject in own] if with_contours else []
    hearts = contours.contours_of(gallery, wanted)
    with progress:
        contours.show_progress(gallery, wanted, hearts)
    tiles = []
    for number, group in enumerate(groups):
        tiles.append(_mean_tile(gallery, number, group))
        tiles += [
            heart_tile(gallery, own, f"typical: {group.title}", contours=hearts.get(own))
            for own in typical[number]
        ]
    open_heart(gallery, cine_grid(tiles, key="group_hearts"))
    st.caption(
        f"Synchronised by the phase of the beat. Click a real heart to open it.{_sampled(groups)}"
    )
    contours.show_note(gallery, wanted, hearts)


def _typical(gallery: Gallery, group: Group) -> list[str]:
    """Return the subjects with the hearts nearest to the group's centre."""
    vectors = gallery.vectors["cmr"]
    rows = most_typical(vectors, group.rows, centre(vectors, group.rows), TYPICAL)
    return [str(gallery.table.index[row]) for row in rows]


def _sampled(groups: Sequence[Group]) -> str:
    if all(len(group.rows) <= MOST for group in groups):
        return ""
    return f" Larger groups: random sample of {MOST}."


def _mean_tile(gallery: Gallery, number: int, group: Group) -> CineTile:
    """Return a tile with the mean of a group's cines and the means of its phenotypes."""
    cine = _mean_cine(galleries.key_of(gallery), group.fingerprint, gallery, group)
    means = gallery.table[list(HEADLINE)].iloc[group.rows].mean().to_dict()
    return CineTile(
        tile_id=f"mean-{number}",
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=spacing_mm(gallery),
        caption=(group.title, f"mean of {min(len(group.rows), MOST)}", values_line(means)),
        opens=False,
    )


@st.cache_resource(show_spinner="Averaging the beats …", max_entries=32)
def _beat(of: galleries.Key, name: str, _gallery: Gallery, _group: Group) -> GroupBeat | None:
    ids = _gallery.table.index[sample(_group.rows, MOST)]
    rate_hz = _gallery.manifest.recipe.ecg.sample_rate_hz
    return group_beat((_gallery.ecg(str(subject)) for subject in ids), rate_hz)


@st.cache_resource(show_spinner="Averaging the cines …", max_entries=32)
def _mean_cine(of: galleries.Key, name: str, _gallery: Gallery, _group: Group) -> PreparedCine:
    ids = _gallery.table.index[sample(_group.rows, MOST)]
    return mean_cine(_gallery.cine(str(subject)) for subject in ids)


def _subjects(count: int) -> str:
    """Format a number of subjects.

    >>> _subjects(1), _subjects(38)
    ('1 subject', '38 subjects')
    """
    return "1 subject" if count == 1 else f"{count:,} subjects"
