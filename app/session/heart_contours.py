"""Contours of the gallery's hearts, drawn by the shipped segmenter, kept for all sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..charts.cine_slice import ShownSlice, show_slice, whole_window
from . import cine_work
from .heart_queue import HeartQueue
from .work_queue import Share

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.segmentation.records import CineInspection

CAPACITY = 200
"""Hearts that are kept; one takes about 1 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class HeartContours:
    """Contours of one heart of a gallery and what was measured on them."""

    inspection: CineInspection
    shown: ShownSlice


def draw(gallery: Gallery, subject_id: str, share: Share) -> HeartContours:
    """Draw the contours of a heart and measure them.

    Args:
        gallery: of the heart.
        subject_id: subject of the heart.
        share: called with the share of the work that is done.
    """
    # Imported here: they import the segmenter's filters, which other pages do not need.
    from ptacl.segmentation.inspection import inspect_cine
    from ptacl.signal.preparation import as_cine

    cine = as_cine(gallery.cine(subject_id), gallery.manifest.recipe.cine.spacing_mm)
    inspection = inspect_cine([cine], cine_work.segmenter(), name=subject_id, progress=share)
    shown = show_slice(cine, inspection.labels[0], whole_window(cine))
    return HeartContours(inspection, shown)


queue: HeartQueue[HeartContours] = HeartQueue(CAPACITY, draw)
