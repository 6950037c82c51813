"""The query of a search: its cine and ECG, and its phenotypes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from markupsafe import Markup

from ptacl.phenotypes import Phenotype
from ptacl.types import LEADS

from ... import charts
from ...components.cine_grid import CineTile
from ...components.cine_player import cine_player
from ...layout.saved_chart import chart
from ...panels.cine_tiles import footnote, heart_tile, mean_beat, spacing_mm, values_line
from ...panels.contours import layer
from ...session.heart_contours import HeartContours
from ...text.labels import literal
from ...text.markup import render
from .query import Query

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def show_query(gallery: Gallery, query: Query, hearts: Mapping[str, HeartContours]) -> None:
    """Show the ECG, the cine if there is one, and the phenotypes.

    Args:
        gallery: searched in.
        query: of the search.
        hearts: contours to draw, by subject.
    """
    with st.container(key="stack_query"):
        left, right = st.columns([5, 3], gap="large")
    with left:
        if query.subject_id is None:
            _strip(gallery, query)
        else:
            _player(gallery, query, query.subject_id, hearts.get(query.subject_id))
    with right:
        st.html(phenotypes_html(query, gallery.phenotypes))


def query_tile(
    gallery: Gallery, query: Query, hearts: Mapping[str, HeartContours], *, with_beat: bool
) -> CineTile | None:
    """Return the tile of the query: the cine of a subject, or the mean beat of an upload.

    None for an upload without a complete beat.
    """
    if query.subject_id is not None:
        return heart_tile(
            gallery,
            query.subject_id,
            "the query",
            with_beat=with_beat,
            is_query=True,
            contours=hearts.get(query.subject_id),
        )
    beat_mv = mean_beat(query.ecg)
    if beat_mv is None:
        return None
    rate_hz = gallery.manifest.recipe.ecg.sample_rate_hz
    values = values_line({key: value for key, (value, _, _) in query.predicted.items()})
    return CineTile(
        tile_id="your ECG",
        frames=None,
        rr_ms=float(np.diff(query.ecg.r_peaks).mean()) / rate_hz * 1000,
        spacing=spacing_mm(gallery),
        caption=(query.title, "your ECG; its heart was not imaged", f"predicted: {values}"),
        beat_mv=beat_mv,
        opens=False,
        is_query=True,
    )


def _player(gallery: Gallery, query: Query, subject_id: str, heart: HeartContours | None) -> None:
    cine = gallery.cine(subject_id)
    enough_beats = len(query.ecg.r_peaks) >= 2
    cine_player(
        cine.frames,
        cine.rr_ms,
        spacing_mm(gallery),
        ecg_lead_mv=query.ecg.signal_mv[LEADS.index("II")] if enough_beats else None,
        ecg_sample_rate_hz=gallery.manifest.recipe.ecg.sample_rate_hz,
        r_peaks=query.ecg.r_peaks if enough_beats else None,
        volume_ml=gallery.volume_curve(subject_id),
        contours=None if heart is None else layer(heart),
        title=f"The query, {subject_id}",
        footnote=footnote(gallery),
        key="query_player",
    )


def _strip(gallery: Gallery, query: Query) -> None:
    lead_mv = query.ecg.signal_mv[LEADS.index("II"), : query.ecg.valid_samples]
    st.markdown(f"**The query, {literal(query.title)}**")
    chart(
        charts.lead_strip(lead_mv, gallery.manifest.recipe.ecg.sample_rate_hz),
        key="query_strip",
        alt=f"Lead II of {query.title}",
    )
    st.caption("Lead II. An uploaded ECG has no cine: its volumes are predicted.")


def phenotypes_html(query: Query, phenotypes: Sequence[Phenotype]) -> Markup:
    """Return a table of measured and predicted phenotypes; a dash where one is unknown."""
    return render(
        "views/retrieval/phenotypes.html", rows=[_row(entry, query) for entry in phenotypes]
    )


def _row(entry: Phenotype, query: Query) -> dict[str, str]:
    measured = query.values[entry.key] if query.subject_id is not None else None
    is_known = isinstance(measured, float) and measured == measured
    predicted = query.predicted.get(entry.key)
    return {
        "title": entry.title,
        "name": f"{entry.name}, {entry.unit}",
        "measured": f"{measured:.0f}" if is_known else "–",
        "predicted": "–" if predicted is None else "{:.0f} ({:.0f}–{:.0f})".format(*predicted),
    }
