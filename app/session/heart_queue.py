"""Results about the gallery's hearts, computed on demand, kept for all sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from . import galleries
from .work_queue import Share, WorkQueue

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

Result = TypeVar("Result")
HeartKey = tuple[galleries.Key, str]
"""A gallery and the id of a subject."""


class HeartQueue(Generic[Result]):
    """A `WorkQueue` whose keys are the subjects of galleries.

    Args:
        capacity: hearts that are kept.
        compute: makes the result of a subject; called with the share of its work that is done.
    """

    def __init__(self, capacity: int, compute: Callable[[Gallery, str, Share], Result]) -> None:
        self._compute = compute
        self._queue: WorkQueue[HeartKey, Result] = WorkQueue(capacity)

    def request(self, gallery: Gallery, subject_ids: Collection[str]) -> None:
        """Start to compute the results of hearts, those that are not known yet."""
        self._queue.request(
            {key: partial(self._compute, gallery, key[1]) for key in _keys(gallery, subject_ids)}
        )

    def result_of(self, gallery: Gallery, subject_id: str) -> Result:
        """Return the result of a heart, computed now where it is not known; not for a page."""
        (key,) = _keys(gallery, [subject_id])
        return self._queue.result_of(key, partial(self._compute, gallery, subject_id))

    def results(self, gallery: Gallery, subject_ids: Collection[str]) -> dict[str, Result]:
        """Return the results that are known already, by subject."""
        known = self._queue.results(_keys(gallery, subject_ids))
        return {subject: result for (_, subject), result in known.items()}

    def failures(self, gallery: Gallery, subject_ids: Collection[str]) -> dict[str, Exception]:
        """Return why results could not be computed, by subject."""
        errors = self._queue.errors(_keys(gallery, subject_ids))
        return {subject: error for (_, subject), error in errors.items()}

    def running_share(self, gallery: Gallery, subject_ids: Collection[str]) -> float:
        """Return the share done of the heart that is under way, 0 if it is none of these."""
        return self._queue.running_share(_keys(gallery, subject_ids))

    def retry(self) -> None:
        """Forget failures, so that these hearts are tried again."""
        self._queue.retry()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing runs or waits; return whether that came within the timeout."""
        return self._queue.wait(timeout_s)


def _keys(gallery: Gallery, subject_ids: Collection[str]) -> list[HeartKey]:
    of = galleries.key_of(gallery)
    return [(of, subject) for subject in subject_ids]
