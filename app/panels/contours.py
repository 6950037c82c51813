"""The control "Contours" of pages that show hearts of the gallery, its progress and its legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.errors import PtaclError

from ..charts.palette import CMR, CMR_ON_DARK, CONTOURS
from ..components.clock_curves import ClockCurves, ClockLine
from ..components.contour_layer import ContourLayer, ContourStyle
from ..layout import page
from ..session import heart_contours, heart_motion, url_state
from ..session.heart_contours import HeartContours
from ..text import failures
from ..text.heart_sentences import contours_note
from ..text.labels import literal
from ..text.progress_steps import CONTOUR_STEP, hearts_step
from . import waiting

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

STYLES = tuple(
    ContourStyle(key, label, CONTOURS[key])
    for key, label in (
        ("endocardium", "LV endocardium"),
        ("epicardium", "LV epicardium"),
        ("rv", "RV"),
    )
)
MM2_PER_CM2 = 100.0
_HELP = (
    "Contours of both ventricles, drawn by the segmenter on the cines shown: about two seconds a "
    "heart, kept for the next time."
)
_HELP_STRAIN = " The strain of the wall follows; it takes several seconds."


def choose(*, with_strain: bool = False) -> bool:
    """Show the control; return whether contours are wanted.

    Args:
        with_strain: whether the page measures strain too where contours are wanted.
    """
    address = url_state.switch("contours", "contours")
    address.read()

    def changed() -> None:
        heart_contours.queue.retry()
        heart_motion.queue.retry()
        address.write()

    help_text = _HELP + _HELP_STRAIN * with_strain
    st.toggle("Contours", key=address.key, on_change=changed, help=help_text)
    return address.chosen()


def contours_of(gallery: Gallery, subject_ids: Sequence[str]) -> dict[str, HeartContours]:
    """Request the contours of hearts and return those that are drawn, by subject."""
    heart_contours.queue.request(gallery, subject_ids)
    return heart_contours.queue.results(gallery, subject_ids)


def layer(heart: HeartContours, order: np.ndarray | None = None) -> ContourLayer:
    """Return the contours of a heart as a layer of a player or tile.

    Args:
        heart: its contours.
        order: frame of the cine at each position; as recorded by default.
    """
    rings = heart.shown.rings
    if order is not None:
        rings = {key: [frames[int(at)] for at in order] for key, frames in rings.items()}
    return ContourLayer(STYLES, rings, target=heart.inspection.name, editable=False)


def area_curve(heart: HeartContours, order: np.ndarray) -> ClockCurves:
    """Return the area of the left ventricular cavity over the beat, with ED and ES marked.

    Args:
        heart: its contours.
        order: frame of the cine at each position.
    """
    area_cm2 = heart.inspection.slice_measurements[0].lv_area_mm2[order] / MM2_PER_CM2
    measured = heart.inspection.measurement
    marks = [
        (label, None if frame is None else int(np.flatnonzero(order == frame)[0]))
        for label, frame in (("ED", measured.ed_frame), ("ES", measured.es_frame))
    ]
    line = ClockLine("LV area", area_cm2, CMR, CMR_ON_DARK)
    return ClockCurves("LV area in this slice", "cm²", [line], marks=marks)


def show_progress(
    gallery: Gallery, subject_ids: Sequence[str], hearts: Mapping[str, HeartContours]
) -> None:
    """Show the progress of contours that are being drawn; the page is not blocked.

    Args:
        gallery: of the hearts.
        subject_ids: subjects of the contours.
        hearts: those that this run of the page draws.
    """

    def ready() -> int:
        drawn = heart_contours.queue.results(gallery, subject_ids)
        return len(drawn) + len(heart_contours.queue.failures(gallery, subject_ids))

    # Requested again: another page may have displaced it.
    again = partial(heart_contours.queue.request, gallery, subject_ids)
    waiting.show("contours", subject_ids, ready, again, partial(hearts_step, CONTOUR_STEP))


def show_note(
    gallery: Gallery, subject_ids: Sequence[str], hearts: Mapping[str, HeartContours]
) -> None:
    """Show what the contours are, which of them are doubtful, and why some are missing."""
    if hearts:
        page.note(literal(contours_note({s: h.inspection for s, h in hearts.items()})))
    missing = heart_contours.queue.failures(gallery, subject_ids)
    if missing:
        subject, error = next(iter(missing.items()))
        context = f"while drawing the contours of {subject}"
        known = isinstance(error, PtaclError)
        reason = str(error) if known else failures.message(error, context)
        st.info(literal(reason), icon=":material/block:")
