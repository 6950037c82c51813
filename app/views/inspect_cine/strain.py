"""Strain of the slice in the player: its control, its progress, its numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError

from ...layout import page
from ...panels import waiting
from ...panels.strain import show_numbers
from ...session import slice_motion, url_state
from ...text import failures
from ...text.labels import literal
from ...text.progress_steps import MOTION_STEP, hearts_step
from ...text.strain_sentences import MEANING

if TYPE_CHECKING:
    from ptacl.motion.records import SliceMotion

    from ...session.cines import CineUpload

_HELP = "Follows the muscle through the beat of the slice shown; takes several seconds a slice."


def choose() -> bool:
    """Show the control; return whether strain is wanted."""
    address = url_state.switch("strain", "strain")
    address.read()
    st.toggle("Strain", key=address.key, on_change=address.write, help=_HELP)
    return address.chosen()


def motion_of(upload: CineUpload, index: int) -> SliceMotion | None:
    """Request the motion of a slice; return it as soon as it is measured."""
    slice_motion.request(upload.token, upload.inspection, index)
    return slice_motion.result(upload.token, upload.inspection, index)


def show_progress(upload: CineUpload, index: int) -> None:
    """Show the progress while the slice is being measured."""
    of = (upload.token, upload.inspection, index)

    def ready() -> int:
        return int(slice_motion.result(*of) is not None or slice_motion.failure(*of) is not None)

    waiting.show(
        "strain",
        [f"{upload.token} {index} {len(upload.former)}"],
        ready,
        partial(slice_motion.request, *of),
        partial(hearts_step, MOTION_STEP),
        partial(slice_motion.running_share, *of),
    )


def show(upload: CineUpload, index: int, motion: SliceMotion | None) -> None:
    """Show the numbers of the slice, or why there are none."""
    page.section("Strain in this slice")
    error = slice_motion.failure(upload.token, upload.inspection, index)
    if error is not None:
        known = isinstance(error, PtaclError)
        reason = str(error) if known else failures.message(error, "while measuring the strain")
        st.info(literal(reason), icon=":material/block:")
    elif motion is None:
        st.caption("The slice is being measured.")
    else:
        show_numbers(motion)
        page.note(MEANING)
