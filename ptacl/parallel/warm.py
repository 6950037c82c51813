"""Calls in worker processes that stay warm: each with limits, and none harms the caller.

A server reads what strangers send. A call that takes too long, too much memory or its process with
it fails alone; the next one finds another process. Processes are kept, because importing the
readers takes seconds, and handing over a recording milliseconds.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from ptacl.errors import PtaclError
from ptacl.parallel.worker import Failed, Limits, Worker

Item = TypeVar("Item")
Result = TypeVar("Result")
_POLL_S = 0.5
_START_S = 120.0
"""Longest time that a process may take to import the work."""


class WarmWorkers(Generic[Item, Result]):
    """One function of one item, run in processes that are reused. Threads may call it at once.

    Args:
        work: a module-level function; its module is imported when a process starts.
        limits: of one item.
        most: processes at once; further calls wait for one.

    Example:
        >>> workers = WarmWorkers(abs, Limits(seconds=60), most=1)
        >>> workers.call(-3)
        3
        >>> workers.close()
    """

    def __init__(self, work: Callable[[Item], Result], limits: Limits, most: int) -> None:
        self._work = work
        self._limits = limits
        self._free = threading.BoundedSemaphore(most)
        self._idle: list[Worker] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start one process ahead of the first call; it imports while the caller goes on."""
        with self._lock:
            if not self._idle:
                self._idle.append(Worker(self._work, self._limits))

    def call(self, item: Item) -> Result:
        """Return the result of the work on an item.

        Args:
            item: is pickled, as is the result.

        Raises:
            PtaclError: the work took too long (``worker.timed_out``), too much memory
                (``worker.memory``), or ended its process (``worker.ended``).
            Exception: whatever the work raised.
        """
        with self._free:
            worker = self._taken()
            try:
                result = self._result(worker, item)
            except BaseException:  # also a request to stop: what it would send has no reader
                worker.kill()
                raise
            if isinstance(result, Failed) and result.cause != "error":
                worker.kill()  # after a lack of memory it may be in any state
            else:
                with self._lock:
                    self._idle.append(worker)
        if isinstance(result, Failed):
            raise _error(result)
        return result

    def close(self) -> None:
        """End the processes that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def _taken(self) -> Worker:
        """Return a process that lives: an idle one, else a new one."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.process.is_alive():
                    return worker
                worker.kill()
        return Worker(self._work, self._limits)

    def _result(self, worker: Worker, item: Item) -> Any:
        if not worker.ready:
            worker.ready = bool(worker.pipe.poll(_START_S)) and _received(worker) is not None
        if not worker.ready:
            return worker.ended()
        worker.send(0, item)
        while not worker.is_overdue():
            if connection.wait([worker.pipe], _POLL_S):
                message = _received(worker)
                if message is None:
                    return worker.ended()
                if message[0] == "result":
                    worker.finish()
                    return message[1]
        return worker.overdue()


def _received(worker: Worker) -> Any:
    """Return the next message of a process; None if it ended."""
    with suppress(EOFError, OSError):
        return worker.pipe.recv()
    return None


def _error(failed: Failed) -> Exception:
    if failed.cause == "error":
        return failed.error or PtaclError(f"The work {failed.event}.", code="internal.fault")
    return PtaclError(
        f"The file {failed.event}. It may be damaged, or hold far more than one recording; export "
        "it again.",
        code=failed.code,
    )
