"""Inspection page of a cine: what to distrust, contours, volumes, the ECG of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ...layout import page
from ...session import cines
from ...text.cine_sentences import (
    BEFORE_CINE,
    contours_verdict,
    corrected_sentence,
    flag_lines,
    no_volume_sentence,
    reading_lines,
    slices_sentence,
)
from ...text.labels import literal
from . import export, hearts, same_person, slices, tray, volumes
from .upload import drop_zone, finish

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

    from ...session.cines import CineUpload


_SHOWN_AT_ONCE = 8
"""Findings before the contours; the rest is folded."""


def draw(gallery: Gallery) -> None:
    """Draw the panels; the work on an upload goes on behind them."""
    cines.follow_link()
    slot = drop_zone()
    tray.show()
    try:
        upload = cines.shown()
        if upload is not None:
            _draw_cine(gallery, upload)
    finally:
        finish(slot)


def _draw_cine(gallery: Gallery, upload: CineUpload) -> None:
    inspection = upload.inspection
    cines.write_address(upload.token)
    with st.container(horizontal=True, vertical_alignment="center"):
        page.section(f"Cine {literal(upload.title)}")
        if upload.is_example or inspection.segmenter.synthetic:
            page.synthetic_badge()
    page.verdicts(
        ("Slices", ("info", slices_sentence(inspection))),
        ("Contours", contours_verdict(inspection)),
    )
    lines = [*flag_lines(inspection), *reading_lines(inspection)]
    if lines:
        page.caveats(BEFORE_CINE, lines[:_SHOWN_AT_ONCE])
    if rest := lines[_SHOWN_AT_ONCE:]:
        with st.expander(f"{len(rest)} more"):
            page.caveats("Further findings", rest, "caveats-more")
    if reason := no_volume_sentence(inspection):
        st.info(literal(reason), icon=":material/block:")
    slices.show(gallery, upload)
    if text := corrected_sentence(inspection):
        st.markdown(f":material/draw: **{text}**")
    with st.container(key="stack_measured"):
        measured, beside = st.columns([3, 2], gap="large")
    with measured:
        volumes.show(upload)
    with beside:
        same_person.show(gallery, upload)
    hearts.show(gallery, upload)
    export.show(upload)


def main() -> None:
    """Draw the page."""
    page.show("What does the cine measure?", draw)
