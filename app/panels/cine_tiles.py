"""Neighbours as moving hearts: their cines in step, what was measured in them, a way to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.cohort_analysis.differences import describe_differences, spreads
from ptacl.phenotypes import HEADLINE, phenotype
from ptacl.signal.delineation.phase_beat import mean_beat_by_phase
from ptacl.types import LEADS, Neighbour, PreparedEcg
from ptacl.wording import DISCLAIMER

from ..components.cine_grid import CineTile, cine_grid
from ..layout.navigation import page_at
from ..session import selection
from ..text.sentences import SYNTHETIC

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def show_hearts(
    gallery: Gallery,
    neighbours: Sequence[Neighbour],
    key: str,
    *,
    query: CineTile | None = None,
    compared_with: Mapping[str, object] | None = None,
    with_beats: bool = False,
) -> None:
    """A grid of cines; a click opens the subject on the alignment page.

    Args:
        gallery: whose hearts they are.
        neighbours: the hearts, the most alike first.
        key: the grid's name on the page.
        query: what they are compared with stands first.
        compared_with: the query's sex, age and phenotypes: each heart says what differs.
        with_beats: whether the mean beat of each one's ECG stands under its cine.
    """
    said = differing(gallery, neighbours, compared_with)
    tiles = [] if query is None else [query]
    tiles += [
        heart_tile(
            gallery, n.subject_id, f"similarity {n.similarity:.2f}", words, with_beat=with_beats
        )
        for n, words in zip(neighbours, said, strict=True)
    ]
    open_heart(gallery, cine_grid(tiles, key=key))
    beats = " Red: the mean beat of lead II." if any(t.beat_mv is not None for t in tiles) else ""
    st.caption(f"Click a heart to open it; drag on one for window and level of all.{beats}")


def open_heart(gallery: Gallery, tile_id: str | None) -> None:
    """Go to the subject whose tile was clicked."""
    if tile_id in gallery.table.index:
        st.switch_page(page_at("alignment"), query_params={selection.SUBJECT: tile_id})


def heart_tile(
    gallery: Gallery,
    subject_id: str,
    line: str,
    difference: str = "",
    *,
    with_beat: bool = False,
    is_query: bool = False,
) -> CineTile:
    """A subject's cine, a line of its own, what was measured in it, and what differs in it."""
    cine = gallery.cine(subject_id)
    row = gallery.table.loc[subject_id]
    lines = (subject_id, line, values_line(row[list(HEADLINE)].to_dict()), difference)
    return CineTile(
        tile_id=subject_id,
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=spacing_mm(gallery),
        caption=tuple(words for words in lines if words),
        beat_mv=mean_beat(gallery.ecg(subject_id)) if with_beat else None,
        is_query=is_query,
    )


def mean_beat(ecg: PreparedEcg) -> np.ndarray | None:
    """The mean beat of lead II by phase; None where no beat is complete."""
    return mean_beat_by_phase(ecg.signal_mv[LEADS.index("II")], ecg.r_peaks)


def values_line(values: Mapping[str, float]) -> str:
    """Phenotypes with their units, as far as they are known."""
    known = [phenotype(key) for key in HEADLINE if isfinite(values.get(key, nan))]
    return " · ".join(f"{entry.name} {values[entry.key]:.0f} {entry.unit}" for entry in known)


def spacing_mm(gallery: Gallery) -> tuple[float, float]:
    """Rows and columns of every cine of a gallery."""
    spacing = gallery.manifest.recipe.cine.spacing_mm
    return spacing, spacing


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
