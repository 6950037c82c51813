"""Motion and strain of the gallery's hearts, measured on demand, kept for all sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from . import galleries, heart_contours
from .heart_contours import HeartKey
from .work_queue import Share, WorkQueue

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.motion.records import SliceMotion

CAPACITY = 200
"""Hearts that are kept; one takes about 0.2 MB."""

_queue: WorkQueue[HeartKey, SliceMotion] = WorkQueue(CAPACITY)


def request(gallery: Gallery, subject_ids: Sequence[str]) -> None:
    """Start to measure hearts, those that are not known yet; contours are drawn first."""
    of = galleries.key_of(gallery)
    _queue.request({(of, subject): partial(_measure, gallery, subject) for subject in subject_ids})


def results(gallery: Gallery, subject_ids: Sequence[str]) -> dict[str, SliceMotion]:
    """Return the motion that is measured already, by subject."""
    of = galleries.key_of(gallery)
    return {
        key[1]: motion for key, motion in _queue.results([(of, s) for s in subject_ids]).items()
    }


def failures(gallery: Gallery, subject_ids: Sequence[str]) -> Mapping[str, Exception]:
    """Return why motion could not be measured, by subject."""
    of = galleries.key_of(gallery)
    return {key[1]: error for key, error in _queue.errors([(of, s) for s in subject_ids]).items()}


def running_share(gallery: Gallery, subject_ids: Sequence[str]) -> float:
    """Return the share done of the heart that is being measured, 0 if it is none of these."""
    of = galleries.key_of(gallery)
    return _queue.running_share([(of, s) for s in subject_ids])


def retry() -> None:
    """Forget failures, so that these hearts are tried again."""
    _queue.retry()


def _measure(gallery: Gallery, subject_id: str, share: Share) -> SliceMotion:
    from ptacl.motion.estimate import measure_slice_motion  # imports torch

    inspection = heart_contours.drawn(gallery, subject_id).inspection
    return measure_slice_motion(inspection.slices[0], inspection.labels[0], progress=share)
