"""Motion and strain of the gallery's hearts, measured on demand, kept for all sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import heart_contours
from .heart_queue import HeartQueue
from .work_queue import Share

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.motion.records import SliceMotion

CAPACITY = 200
"""Hearts that are kept; one takes about 0.2 MB."""


def measure(gallery: Gallery, subject_id: str, share: Share) -> SliceMotion:
    """Measure the motion of a heart on its contours, which are drawn first where they are not.

    Args:
        gallery: of the heart.
        subject_id: subject of the heart.
        share: called with the share of the work that is done.
    """
    from ptacl.motion.estimate import measure_slice_motion  # imports torch

    inspection = heart_contours.queue.result_of(gallery, subject_id).inspection
    return measure_slice_motion(inspection.slices[0], inspection.labels[0], progress=share)


queue: HeartQueue[SliceMotion] = HeartQueue(CAPACITY, measure)
