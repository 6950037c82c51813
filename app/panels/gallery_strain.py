"""Strain of the gallery's hearts, measured in the background, and its progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError

from ..layout import page
from ..session import heart_motion
from ..text import failures
from ..text.labels import listed, literal
from ..text.progress_steps import MOTION_STEP, hearts_step
from ..text.strain_sentences import strain_flags, strain_sentence
from . import waiting

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.motion.records import SliceMotion


def motions_of(gallery: Gallery, subject_ids: Sequence[str]) -> dict[str, SliceMotion]:
    """Request the motion of hearts and return what is measured, by subject."""
    heart_motion.queue.request(gallery, subject_ids)
    return heart_motion.queue.results(gallery, subject_ids)


def show_progress(gallery: Gallery, subject_ids: Sequence[str]) -> None:
    """Show the progress of hearts that are being measured; the page is not blocked."""

    def ready() -> int:
        measured = heart_motion.queue.results(gallery, subject_ids)
        return len(measured) + len(heart_motion.queue.failures(gallery, subject_ids))

    waiting.show(
        "motion",
        subject_ids,
        ready,
        partial(heart_motion.queue.request, gallery, subject_ids),
        partial(hearts_step, MOTION_STEP),
        partial(heart_motion.queue.running_share, gallery, subject_ids),
    )


def show_note(
    gallery: Gallery, subject_ids: Sequence[str], motions: Mapping[str, SliceMotion]
) -> None:
    """Show the strain of one heart in words, or why it could not be measured."""
    for motion in motions.values():
        flags = " ".join(text for _, text in strain_flags(motion))
        page.note(f"{strain_sentence(motion)} {literal(flags)}")
    if reason := failed(gallery, subject_ids):
        st.info(literal(reason), icon=":material/block:")


def failed(gallery: Gallery, subject_ids: Sequence[str]) -> str:
    """Return which hearts could not be measured and why the first of them; empty for none."""
    missing = heart_motion.queue.failures(gallery, subject_ids)
    if not missing:
        return ""
    error = next(iter(missing.values()))
    known = isinstance(error, PtaclError)
    reason = str(error) if known else failures.message(error, "while measuring the strain")
    return f"No strain of {listed(list(missing))}. {reason}"
