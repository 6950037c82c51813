"""Strain of one slice: ring and curves for the player, and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.motion.records import FIRST_SEGMENT_NUMBER, MID_LEVEL, SEGMENTS

from ..charts.palette import CMR, CMR_ON_DARK
from ..components.clock_curves import ClockCurves, ClockLine
from ..components.strain_ring import StrainRing
from ..layout import page
from ..text.labels import literal
from ..text.strain_sentences import (
    BEFORE_STRAIN,
    RING,
    segment_labels,
    strain_flags,
    strain_sentence,
    strain_table,
)

if TYPE_CHECKING:
    from ptacl.motion.records import SliceMotion

COLOURS = (
    ("#E69F00", "#E69F00"), ("#56B4E9", "#56B4E9"), ("#009E73", "#009E73"),
    ("#CC79A7", "#CC79A7"), ("#D55E00", "#D55E00"), ("#0072B2", "#6FA8DC"),
)  # fmt: skip
"""Of the segments, on a light and on a dark background (Okabe and Ito)."""
_TABLE_PX = 640
_DASH = (5, 3)
"""Of the segments at the septum, in addition to their colour."""


def ring(
    motion: SliceMotion, order: np.ndarray | None = None, offset: tuple[int, int] = (0, 0)
) -> StrainRing:
    """Return the wall coloured by the circumferential strain of its segments.

    Args:
        motion: of the slice.
        order: frame of the cine at each position; as recorded by default.
        offset: row and column of the slice at which the frames that are shown begin.
    """
    chosen = _order(motion, order)
    return StrainRing(
        inner=motion.rings[0][:, chosen],
        outer=motion.rings[-1][:, chosen],
        segment_of_angle=motion.segment_of_angle,
        strain_percent=motion.strain.circumferential_percent[MID_LEVEL][:, chosen],
        segments=tuple(str(FIRST_SEGMENT_NUMBER + index) for index in range(len(SEGMENTS))),
        what=RING,
        offset=offset,
    )


def circumferential(motion: SliceMotion, order: np.ndarray | None = None) -> ClockCurves:
    """Return the global strain in the middle of the wall and that of the six segments.

    Args:
        motion: of the slice.
        order: frame of the cine at each position; as recorded by default.
    """
    chosen = _order(motion, order)
    segments = motion.strain.circumferential_percent[MID_LEVEL]
    lines = [ClockLine("global", motion.strain.gcs_percent[chosen], "")]
    for index, (label, (colour, on_dark)) in enumerate(zip(segment_labels(), COLOURS, strict=True)):
        dash = _DASH if "septal" in label else ()
        lines.append(ClockLine(label, segments[index][chosen], colour, on_dark, dash))
    return ClockCurves(
        "Circumferential strain", "%", lines, marks=[_peak(motion.peaks.gcs.frame, chosen)]
    )


def radial(motion: SliceMotion) -> ClockCurves:
    """Return the global radial strain."""
    line = ClockLine("global", motion.strain.global_radial_percent, CMR, CMR_ON_DARK)
    frames = np.arange(len(line.values))
    return ClockCurves(
        "Radial strain, global", "%", [line], marks=[_peak(motion.peaks.radial.frame, frames)]
    )


def show_numbers(motion: SliceMotion) -> None:
    """Show what makes the strain doubtful, then its numbers."""
    if lines := strain_flags(motion):
        page.caveats(
            BEFORE_STRAIN, [(state, literal(text)) for state, text in lines], "caveats-strain"
        )
    st.markdown(strain_sentence(motion))
    with st.container(width=_TABLE_PX):
        page.table(strain_table(motion), "small")


def _order(motion: SliceMotion, order: np.ndarray | None) -> np.ndarray:
    return np.arange(motion.rings.shape[2]) if order is None else order


def _peak(frame: int, order: np.ndarray) -> tuple[str, int]:
    return "peak", int(np.flatnonzero(order == frame)[0])
