"""Motion of the slices of an uploaded cine, measured on demand; it lives as long as the cine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from .work_queue import Share, WorkQueue

if TYPE_CHECKING:
    from ptacl.motion.records import SliceMotion
    from ptacl.segmentation.records import CineInspection

CAPACITY = 24
"""Slices of a cine that are kept, before and after corrections."""
_MOTION = "_slice_motion"

SliceKey = tuple[int, bytes]
"""Index of a slice and a checksum of its labels: corrected contours are measured again."""
SliceQueue = WorkQueue[SliceKey, "SliceMotion"]


def request(token: str, inspection: CineInspection, index: int) -> None:
    """Start to measure a slice, unless its motion is known.

    Args:
        token: of the cine.
        inspection: with all corrections.
        index: of the slice.
    """
    cine, labels = inspection.slices[index], inspection.labels[index]

    def measure(share: Share) -> SliceMotion:
        from ptacl.motion.estimate import measure_slice_motion  # imports torch

        return measure_slice_motion(cine, labels, progress=share)

    _queue(token).request({_key(inspection, index): measure})


def result(token: str, inspection: CineInspection, index: int) -> SliceMotion | None:
    """Return the motion of a slice; None as long as it is not measured."""
    key = _key(inspection, index)
    return _queue(token).results([key]).get(key)


def running_share(token: str, inspection: CineInspection, index: int) -> float:
    """Return the share done of a slice that is being measured, 0 if it is not."""
    return _queue(token).running_share([_key(inspection, index)])


def failure(token: str, inspection: CineInspection, index: int) -> Exception | None:
    """Return why a slice could not be measured; None if it was not tried or worked."""
    key = _key(inspection, index)
    return _queue(token).errors([key]).get(key)


def forget(token: str) -> None:
    """Remove the motion of a cine."""
    st.session_state.get(_MOTION, {}).pop(token, None)


def _queue(token: str) -> SliceQueue:
    queues: dict[str, SliceQueue] = st.session_state.setdefault(_MOTION, {})
    return queues.setdefault(token, WorkQueue(CAPACITY))


def _key(inspection: CineInspection, index: int) -> SliceKey:
    return index, hashlib.blake2b(inspection.labels[index].tobytes(), digest_size=16).digest()
