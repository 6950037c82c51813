"""Slices of a cine in the player, with contours that can be corrected and curves on its clock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError

from ...charts.cine_slice import (
    Curves,
    ShownSlice,
    curves,
    heart_window,
    phase_marks,
    show_slice,
    whole_window,
)
from ...components.cine_player import VOLUMES, CurveNames, cine_player
from ...components.contour_layer import ContourLayer, Correction
from ...layout import page
from ...panels.cine_tiles import footnote
from ...panels.contours import STYLES
from ...panels.strain import circumferential, radial, ring
from ...session import cines, url_state
from ...text.cine_sentences import CORRECT_HELP, player_title, slice_label
from ...text.labels import literal
from . import strain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from ptacl.gallery import Gallery

    from ...session.cines import CineUpload

AREAS = CurveNames("LV", "RV", "cm²", 1, "Area of the left ventricle in this slice")
WHOLE = "whole field of view"
_NOT_TAKEN = "_correction_refused"
_DRAWN = "_cine_drawn"


def show(gallery: Gallery, upload: CineUpload) -> None:
    """Show the player of one slice, with the choice of slices and the corrections."""
    inspection = upload.inspection
    index, with_strain, progress = _choose(upload)
    motion = strain.motion_of(upload, index) if with_strain else None
    with progress:
        if with_strain:
            strain.show_progress(upload, index)
    cine = inspection.slices[index]
    shown = _drawn(upload, index, whole=bool(st.session_state.get("whole")))
    followed = curves(inspection, index)
    ed_frame, es_frame = phase_marks(inspection, index)
    cine_player(
        shown.frames,
        float(cine.rr_ms) if not cine.two_phases else float("nan"),
        shown.spacing_mm,
        volume_ml=followed.left if followed else None,
        right_volume_ml=followed.right if followed else None,
        curve=_names(followed),
        ed_frame=ed_frame,
        es_frame=es_frame,
        contours=_layer(upload, index, shown),
        curves=[] if motion is None else [circumferential(motion), radial(motion)],
        ring=None if motion is None else ring(motion, offset=shown.offset),
        on_correct=partial(_correct, upload.token, index),
        title=player_title(upload.title, inspection, index),
        footnote=footnote(gallery),
        autoplay=not cine.two_phases,
        key=f"cine-player-{upload.token}",
    )
    if message := st.session_state.pop(_NOT_TAKEN, None):
        st.warning(message, icon=":material/block:")
    _corrections(upload, index)
    page.note(CORRECT_HELP)
    if with_strain:
        strain.show(upload, index, motion)


def _choose(upload: CineUpload) -> tuple[int, bool, DeltaGenerator]:
    """Show the choice of the slice, which is in the address; one slice needs none.

    Returns:
        Index of the slice, whether strain is wanted, and the place of its progress.
    """
    inspection = upload.inspection
    count = len(inspection.slices)
    ids = [str(number + 1) for number in range(count)]
    address = url_state.one_of(f"slice-{upload.token}", cines.SLICE, ids, ids[count // 2])
    address.read()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if count > 1:
            st.segmented_control(
                "Slice, from base to apex",
                ids,
                key=address.key,
                required=True,
                format_func=lambda number: slice_label(inspection, int(number) - 1),
                on_change=address.write,
            )
        st.toggle(WHOLE.capitalize(), key="whole")
        with_strain = strain.choose()
        progress = st.container(width=240)
    return int(address.chosen()) - 1, with_strain, progress


def _drawn(upload: CineUpload, index: int, *, whole: bool) -> ShownSlice:
    """Return the slice as it is shown, drawn again only where its labels changed."""
    labels = upload.inspection.labels[index]
    key = (upload.token, index, whole)
    former = st.session_state.get(_DRAWN)
    if former is not None and former[0] == key and former[1] is labels:
        return former[2]
    cine = upload.inspection.slices[index]
    window = whole_window(cine) if whole else heart_window(upload.original, index)
    shown = show_slice(cine, labels, window)
    st.session_state[_DRAWN] = (key, labels, shown)
    return shown


def _names(followed: Curves | None) -> CurveNames:
    return VOLUMES if followed is None or followed.are_volumes else AREAS


def _layer(upload: CineUpload, index: int, shown: ShownSlice) -> ContourLayer:
    corrected = tuple(frame for place, frame in upload.inspection.corrected if place == index)
    return ContourLayer(
        STYLES,
        shown.rings,
        target=f"{upload.token}/{index}",
        offset=shown.offset,
        corrected_frames=corrected,
    )


def _correct(token: str, index: int, correction: Correction) -> None:
    """Take a correction of the slice on the page."""
    if correction.target != f"{token}/{index}":  # of a slice that was shown before
        return
    try:
        cines.move_contour(
            token, index, correction.frame, correction.key, correction.ring, correction.points
        )
    except (PtaclError, ValueError) as error:
        st.session_state[_NOT_TAKEN] = literal(f"The correction was not taken: {error}")


def _corrections(upload: CineUpload, index: int) -> None:
    """Show undo and reset."""
    corrected = upload.inspection.corrected
    with st.container(horizontal=True, gap="small", key="corrections"):
        st.button(
            "Undo", key="undo", icon=":material/undo:", on_click=cines.undo, args=(upload.token,),
            disabled=not upload.former, help="Take back the last correction",
        )  # fmt: skip
        st.button(
            "Reset this slice", key="reset-slice", on_click=cines.reset,
            args=(upload.token, index), help="Contours of the segmenter in this slice",
            disabled=all(place != index for place, _ in corrected),
        )  # fmt: skip
        st.button(
            "Reset all", key="reset-all", on_click=cines.reset, args=(upload.token,),
            help="Contours of the segmenter in all slices", disabled=not corrected,
        )  # fmt: skip
