"""Results that take seconds each, computed one after the other for all sessions of the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")
Share = Callable[[float], None]
"""Called by a task with the share of its work that is done, 0 to 1."""


class WorkQueue(Generic[Key, Result]):
    """Tasks of which one runs at a time; those requested last run first.

    Pages request what they show in every run: tasks of pages that were left wait behind it, and are
    dropped where too many wait.

    Args:
        capacity: results that are held, those least recently requested being dropped; as many
            tasks may wait.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._waiting: OrderedDict[Key, Callable[[Share], Result]] = OrderedDict()
        self._results: OrderedDict[Key, Result] = OrderedDict()
        self._errors: dict[Key, Exception] = {}
        self._running: Key | None = None
        self._share = 0.0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def request(self, tasks: Mapping[Key, Callable[[Share], Result]]) -> None:
        """Put tasks before all others, in their order.

        What is done, is under way or has failed is not started again.

        Args:
            tasks: key of a result → what computes it.
        """
        with self._changed:
            for key in reversed(list(tasks)):
                if key in self._results:
                    self._results.move_to_end(key)
                elif key not in self._errors and key != self._running:
                    self._waiting[key] = tasks[key]
                    self._waiting.move_to_end(key)
            while len(self._waiting) > self._capacity:
                self._waiting.popitem(last=False)
            if self._waiting and self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def result_of(self, key: Key, compute: Callable[[Share], Result]) -> Result:
        """Return a result, computed in the calling thread where it is not known."""
        known = self.results([key])
        if key not in known:
            known[key] = compute(lambda share: None)
            self._keep(key, known[key])
        return known[key]

    def results(self, keys: Iterable[Key]) -> dict[Key, Result]:
        """Return the results that are known, by key."""
        with self._changed:
            return {key: self._results[key] for key in keys if key in self._results}

    def errors(self, keys: Iterable[Key]) -> dict[Key, Exception]:
        """Return why tasks failed, by key."""
        with self._changed:
            return {key: self._errors[key] for key in keys if key in self._errors}

    def running_share(self, keys: Collection[Key]) -> float:
        """Return the share done of the running task, 0 where it is not one of these."""
        with self._changed:
            return self._share if self._running is not None and self._running in keys else 0.0

    def retry(self) -> None:
        """Forget all failures: their tasks may be requested again."""
        with self._changed:
            self._errors.clear()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing runs or waits; return whether that came within the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, timeout_s)

    def _work(self) -> None:
        while task := self._next():
            key, compute = task
            try:
                result = compute(self._report)
            except Exception as error:  # returned by `errors`
                with self._changed:
                    self._errors[key] = error
            else:
                self._keep(key, result)

    def _keep(self, key: Key, result: Result) -> None:
        with self._changed:
            self._results[key] = result
            while len(self._results) > self._capacity:
                self._results.popitem(last=False)

    def _next(self) -> tuple[Key, Callable[[Share], Result]] | None:
        """Return the next task; None ends the thread."""
        with self._changed:
            self._running = None
            if not self._waiting:
                self._thread = None
                self._changed.notify_all()
                return None
            key, compute = self._waiting.popitem()
            self._running, self._share = key, 0.0
            return key, compute

    def _report(self, share: float) -> None:
        self._share = min(max(share, 0.0), 1.0)
