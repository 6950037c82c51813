"""Neighbours as a grid of cines with their measurements and links."""

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
from ..session.heart_contours import HeartContours
from ..text.sentences import SYNTHETIC
from .contours import layer

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
    hearts: Mapping[str, HeartContours] | None = None,
) -> None:
    """Show a grid of cines; a click opens the subject on the alignment page.

    Args:
        gallery: of the hearts.
        neighbours: the hearts, the nearest first.
        key: the grid's name on the page.
        query: tile of the query, shown first.
        compared_with: the query's sex, age and phenotypes, to state the differences of each heart.
        with_beats: whether each tile shows the mean beat of the ECG under the cine.
        hearts: contours to draw, by subject.
    """
    phrases = difference_phrases(gallery, neighbours, compared_with)
    tiles = [] if query is None else [query]
    tiles += [
        heart_tile(
            gallery,
            n.subject_id,
            f"similarity {n.similarity:.2f}",
            difference,
            with_beat=with_beats,
            contours=(hearts or {}).get(n.subject_id),
        )
        for n, difference in zip(neighbours, phrases, strict=True)
    ]
    open_heart(gallery, cine_grid(tiles, key=key))
    beats = " Red: the mean beat of lead II." if any(t.beat_mv is not None for t in tiles) else ""
    st.caption(f"Click a heart to open it; drag on one for window and level of all.{beats}")


def open_heart(gallery: Gallery, tile_id: str | None) -> None:
    """Open the subject of the clicked tile."""
    if tile_id is not None and tile_id in gallery.table.index:
        st.switch_page(page_at("alignment"), query_params={selection.SUBJECT: tile_id})


def heart_tile(
    gallery: Gallery,
    subject_id: str,
    line: str,
    difference: str = "",
    *,
    with_beat: bool = False,
    is_query: bool = False,
    contours: HeartContours | None = None,
) -> CineTile:
    """Return a tile with a subject's cine, ``line``, its measurements and ``difference``."""
    cine = gallery.cine(subject_id)
    row = gallery.table.loc[subject_id]
    lines = (subject_id, line, values_line(row[list(HEADLINE)].to_dict()), difference)
    return CineTile(
        tile_id=subject_id,
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=spacing_mm(gallery),
        caption=tuple(text for text in lines if text),
        beat_mv=mean_beat(gallery.ecg(subject_id)) if with_beat else None,
        is_query=is_query,
        contours=None if contours is None else layer(contours),
    )


def mean_beat(ecg: PreparedEcg) -> np.ndarray | None:
    """Return the mean beat of lead II by phase; None without a complete beat."""
    return mean_beat_by_phase(ecg.signal_mv[LEADS.index("II")], ecg.r_peaks)


def values_line(values: Mapping[str, float]) -> str:
    """Return the known phenotypes with their units as one line."""
    known = [phenotype(key) for key in HEADLINE if isfinite(values.get(key, nan))]
    return " · ".join(f"{entry.name} {values[entry.key]:.0f} {entry.unit}" for entry in known)


def spacing_mm(gallery: Gallery) -> tuple[float, float]:
    """Return row and column spacing in mm of the cines of a gallery."""
    spacing = gallery.manifest.recipe.cine.spacing_mm
    return spacing, spacing


def difference_phrases(
    gallery: Gallery, neighbours: Sequence[Neighbour], query: Mapping[str, object] | None
) -> list[str]:
    """Return a phrase on how each neighbour differs from the query; empty without a query."""
    if query is None:
        return [""] * len(neighbours)
    spread = spreads(gallery.table)
    rows = [gallery.table.loc[n.subject_id].to_dict() for n in neighbours]
    phrases = [", ".join(describe_differences(row, query, spread)) for row in rows]
    return [phrase or "no marked difference" for phrase in phrases]


def footnote(gallery: Gallery) -> str:
    """Return the footnote of a saved picture: badge, model, disclaimer."""
    badge = f"{SYNTHETIC} · " if gallery.synthetic else ""
    return f"{badge}model {gallery.checkpoint_name} · {DISCLAIMER}"
