"""Results that take seconds each, computed one after the other for all sessions of the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


class WorkQueue(Generic[Key, Result]):
    """Tasks of which one runs at a time; those requested last run first.

    Pages request what they show in every run: what nobody shows any more waits behind it, and is
    dropped where too much waits.

    Args:
        kept: results that are kept, those least recently requested being dropped; as many tasks
            may wait.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._waiting: OrderedDict[Key, Callable[[], Result]] = OrderedDict()
        self._results: OrderedDict[Key, Result] = OrderedDict()
        self._errors: dict[Key, Exception] = {}
        self._running: Key | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def request(self, tasks: Mapping[Key, Callable[[], Result]]) -> None:
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
            while len(self._waiting) > self._kept:
                self._waiting.popitem(last=False)
            if self._waiting and self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def results(self, keys: Iterable[Key]) -> dict[Key, Result]:
        """Return the results that are known, by key."""
        with self._changed:
            return {key: self._results[key] for key in keys if key in self._results}

    def errors(self, keys: Iterable[Key]) -> dict[Key, Exception]:
        """Return why tasks failed, by key."""
        with self._changed:
            return {key: self._errors[key] for key in keys if key in self._errors}

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
                result = compute()
            except Exception as error:  # told to whoever asks for the result
                with self._changed:
                    self._errors[key] = error
            else:
                with self._changed:
                    self._results[key] = result
                    while len(self._results) > self._kept:
                        self._results.popitem(last=False)

    def _next(self) -> tuple[Key, Callable[[], Result]] | None:
        """Return the next task; None ends the thread."""
        with self._changed:
            self._running = None
            if not self._waiting:
                self._thread = None
                self._changed.notify_all()
                return None
            key, compute = self._waiting.popitem()
            self._running = key
            return key, compute
