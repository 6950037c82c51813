"""Contours of the gallery's hearts, drawn by the shipped segmenter, kept for all sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..charts.cine_slice import ShownSlice, show_slice, whole_window
from . import cine_work, galleries
from .work_queue import Share, WorkQueue

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.segmentation.records import CineInspection

CAPACITY = 200
"""Hearts that are kept; one takes about 1 MB."""
HeartKey = tuple[galleries.Key, str]


@dataclass(frozen=True, slots=True, eq=False)
class HeartContours:
    """Contours of one heart of a gallery and what was measured on them."""

    inspection: CineInspection
    shown: ShownSlice


_queue: WorkQueue[HeartKey, HeartContours] = WorkQueue(CAPACITY)


def request(gallery: Gallery, subject_ids: Sequence[str]) -> None:
    """Start to draw the contours of hearts, those that are not known yet."""
    of = galleries.key_of(gallery)
    _queue.request({(of, subject): partial(_draw, gallery, subject) for subject in subject_ids})


def results(gallery: Gallery, subject_ids: Sequence[str]) -> dict[str, HeartContours]:
    """Return the contours that are drawn already, by subject."""
    of = galleries.key_of(gallery)
    return {key[1]: heart for key, heart in _queue.results([(of, s) for s in subject_ids]).items()}


def failures(gallery: Gallery, subject_ids: Sequence[str]) -> Mapping[str, Exception]:
    """Return why contours could not be drawn, by subject."""
    of = galleries.key_of(gallery)
    return {key[1]: error for key, error in _queue.errors([(of, s) for s in subject_ids]).items()}


def drawn(gallery: Gallery, subject_id: str) -> HeartContours:
    """Return the contours of a heart, drawn now where they are not known; not for a page."""
    key = (galleries.key_of(gallery), subject_id)
    return _queue.result_of(key, partial(_draw, gallery, subject_id))


def retry() -> None:
    """Forget failures, so that these hearts are tried again."""
    _queue.retry()


def _draw(gallery: Gallery, subject_id: str, share: Share) -> HeartContours:
    # Imported here: they import the segmenter's filters, which other pages do not need.
    from ptacl.segmentation.inspection import inspect_cine
    from ptacl.signal.preparation import as_cine

    cine = as_cine(gallery.cine(subject_id), gallery.manifest.recipe.cine.spacing_mm)
    inspection = inspect_cine([cine], cine_work.segmenter(), name=subject_id, progress=share)
    shown = show_slice(cine, inspection.labels[0], whole_window(cine))
    return HeartContours(inspection, shown)
