"""Neighbours as moving hearts: their cines in step, what was measured in them, a way to each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import state
import streamlit as st
from components.cine_grid import CineTile, cine_grid

from ptacl.phenotypes import phenotype
from ptacl.types import Neighbour

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SHOWN = ("lvef_pct", "lvedv_ml", "lvm_g")


def show_hearts(
    gallery: Gallery, neighbours: Sequence[Neighbour], key: str, *, own: str | None = None
) -> None:
    """A grid of cines; a click opens the subject on the alignment page.

    Args:
        own: the query, whose own heart stands first.
    """
    tiles = [_tile(gallery, n.subject_id, f"similarity {n.similarity:.2f}") for n in neighbours]
    if own is not None:
        tiles.insert(0, _tile(gallery, own, "the query's own heart"))
    opened = cine_grid(tiles, key=key)
    if opened:
        st.switch_page("views/alignment.py", query_params={state.SUBJECT: opened})
    st.caption("All in step by the phase of the beat. Click a heart to open it.")


def _tile(gallery: Gallery, subject_id: str, line: str) -> CineTile:
    cine = gallery.cine(subject_id)
    row = gallery.table.loc[subject_id]
    entries = [phenotype(key) for key in SHOWN]
    values = [f"{e.name} {row[e.key]:.0f} {e.unit}" for e in entries if row[e.key] == row[e.key]]
    spacing_mm = gallery.manifest.recipe.cine.spacing_mm
    return CineTile(
        tile_id=subject_id,
        frames=cine.frames,
        rr_ms=cine.rr_ms,
        spacing=(spacing_mm, spacing_mm),
        caption=(
            subject_id,
            line,
            " · ".join(values),
        ),
    )
