"""Neighbours as moving hearts: their cines in step, what was measured in them, a way to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import state
import streamlit as st
from components.cine_grid import CineTile, cine_grid
from words import DISCLAIMER, SYNTHETIC

from ptacl.differences import describe_differences, spreads
from ptacl.phenotypes import phenotype
from ptacl.signal.phase_beat import mean_beat_by_phase
from ptacl.types import LEADS, Neighbour

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SHOWN = ("lvef_pct", "lvedv_ml", "lvm_g")


def show_hearts(
    gallery: Gallery,
    neighbours: Sequence[Neighbour],
    key: str,
    *,
    own: str | None = None,
    compared_with: Mapping[str, object] | None = None,
    with_beats: bool = False,
) -> None:
    """A grid of cines; a click opens the subject on the alignment page.

    Args:
        own: the query, whose own heart stands first.
        compared_with: the query's sex, age and phenotypes: each heart says what differs.
        with_beats: whether the mean beat of each one's ECG stands under its cine.
    """
    tiles = [
        _tile(gallery, n.subject_id, f"similarity {n.similarity:.2f}", with_beats, said)
        for n, said in zip(neighbours, differing(gallery, neighbours, compared_with), strict=True)
    ]
    if own is not None:
        tiles.insert(0, _tile(gallery, own, "the query's own heart", with_beats, is_query=True))
    opened = cine_grid(tiles, key=key)
    if opened:
        st.switch_page("views/alignment.py", query_params={state.SUBJECT: opened})
    beats = " Red: the mean beat of lead II." if with_beats else ""
    st.caption(f"Click a heart to open it; drag on one for window and level of all.{beats}")


def differing(
    gallery: Gallery, neighbours: Sequence[Neighbour], query: Mapping[str, object] | None
) -> list[str]:
    """What differs from the query in each neighbour, as a phrase; empty without a query."""
    if query is None:
        return [""] * len(neighbours)
    spread = spreads(gallery.table)
    rows = [gallery.table.loc[n.subject_id].to_dict() for n in neighbours]
    phrases = [", ".join(describe_differences(row, query, spread)) for row in rows]
    return [phrase or "much the same" for phrase in phrases]


def footnote(gallery: Gallery) -> str:
    """What stands beneath a picture that leaves its page: badge, model, limits."""
    badge = f"{SYNTHETIC} · " if gallery.synthetic else ""
    return f"{badge}model {gallery.checkpoint_name} · {DISCLAIMER}"


def _tile(
    gallery: Gallery,
    subject_id: str,
    line: str,
    with_beat: bool,
    difference: str = "",
    *,
    is_query: bool = False,
) -> CineTile:
    cine = gallery.cine(subject_id)
    row = gallery.table.loc[subject_id]
    entries = [phenotype(key) for key in SHOWN]
    values = [f"{e.name} {row[e.key]:.0f} {e.unit}" for e in entries if row[e.key] == row[e.key]]
    spacing_mm = gallery.manifest.recipe.cine.spacing_mm
    lines = (subject_id, line, " · ".join(values), difference)
    return CineTile(
        tile_id=subject_id,
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=(spacing_mm, spacing_mm),
        caption=tuple(words for words in lines if words),
        beat_mv=_mean_beat(gallery, subject_id) if with_beat else None,
        is_query=is_query,
    )


def _mean_beat(gallery: Gallery, subject_id: str) -> np.ndarray | None:
    ecg = gallery.ecg(subject_id)
    return mean_beat_by_phase(ecg.signal_mv[LEADS.index("II")], ecg.r_peaks)
