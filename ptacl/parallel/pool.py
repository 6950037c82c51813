"""A pool of worker processes that survives the death of any of them.

`concurrent.futures` gives up all pending work when one process dies ("a broken pool"), and does not
know which item killed it. Here each worker has a short queue of its own, so that the item at its
head is the one that it died of: that item fails, and all others are done.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from threadpoolctl import threadpool_limits

from ptacl.errors import PtaclError
from ptacl.parallel.worker import Failed, Limits, Message, Worker, attempt, reporting_to

Item = TypeVar("Item")
Result = TypeVar("Result")

ATTEMPTS = 2
"""An item is tried again if its process ended: the system may have killed it to free memory for
another process."""
MOST_FAILED_IN_A_ROW = 20
"""If so many consecutive items end their processes or run out of time, the cause is taken to be the
machine (its memory, its network drive), not the items."""
_POLL_S = 0.5


class WorkerPool(AbstractContextManager["WorkerPool[Item, Result]"], Generic[Item, Result]):
    """Processes that apply one function to many items, each isolated from the others.

    The processes are spawned when the pool is made, and import while the caller does other things.
    Each computes on one thread.

    Args:
        work: a module-level function of one item. It may call `announce_file` and `report_step`.
        processes: how many. 0 works in this process instead, without limits (to debug, or for
            very few items).
        limits: time and memory of one item.
        queue_length: items sent to a worker at once. With 2 it never waits for the next one; with 1
            no long item waits for another while a worker is idle.

    Example:
        >>> with WorkerPool(abs, 0) as pool:
        ...     dict(pool.map([-1, -2]))
        {0: 1, 1: 2}
    """

    def __init__(
        self,
        work: Callable[[Item], Result],
        processes: int,
        limits: Limits | None = None,
        queue_length: int = 2,
    ) -> None:
        self._work = work
        self._queue_length = queue_length
        self._limits = limits or Limits()
        self._workers = [self._start() for _ in range(processes)]
        self._failed_starts = 0
        self._failed_in_a_row = 0

    def __exit__(self, *exception: object) -> None:
        for worker in self._workers:
            worker.kill()

    def map(
        self, items: Sequence[Item], on_step: Callable[[], None] | None = None
    ) -> Iterator[tuple[int, Result | Failed]]:
        """Yield the index of each item and its result, in the order in which they are finished.

        Args:
            items: arguments of the work.
            on_step: called when the work reports a step (`report_step`).

        Raises:
            PtaclError: the processes end before they begin, or one after the other.
        """
        if not self._workers:
            yield from self._map_here(items, on_step)
            return
        waiting = deque(range(len(items)))
        endings: Counter[int] = Counter()
        while waiting or any(worker.queued for worker in self._workers):
            self._fill(waiting, items)
            messages = connection.wait([worker.pipe for worker in self._workers], _POLL_S)
            for position, worker in enumerate(self._workers):
                if worker.pipe in messages:
                    yield from self._receive(position, waiting, endings, on_step)
                elif worker.is_overdue():
                    yield from self._replace(position, waiting, worker.overdue())

    def _fill(self, waiting: deque[int], items: Sequence[Item]) -> None:
        """Send an item to each idle worker, and the next ones ahead while there are enough."""
        for length in range(self._queue_length):
            for worker in self._workers:
                idle = sum(not worker.queued for worker in self._workers)
                enough = length == 0 or len(waiting) > idle
                if worker.ready and waiting and enough and len(worker.queued) == length:
                    index = waiting.popleft()
                    worker.send(index, items[index])

    def _start(self) -> Worker:
        return Worker(self._work, self._limits)

    def _receive(
        self,
        position: int,
        waiting: deque[int],
        endings: Counter[int],
        on_step: Callable[[], None] | None,
    ) -> Iterator[tuple[int, Any]]:
        """Take one message of a worker, or notice that it ended."""
        worker = self._workers[position]
        try:
            kind, content = worker.pipe.recv()
        except (EOFError, OSError):
            self._count_failed_start(worker)
            endings.update(list(worker.queued)[:1])
            again = bool(worker.queued) and endings[worker.queued[0]] < ATTEMPTS
            yield from self._replace(position, waiting, None if again else worker.ended())
            return
        if kind == "ready":
            worker.ready = True
        elif kind == "file":
            worker.file = content
        elif kind == "step" and on_step:
            on_step()
        elif kind == "result":
            self._failed_in_a_row = 0
            result = _with_file(content, worker.file)
            yield worker.finish(), result

    def _replace(
        self, position: int, waiting: deque[int], failed: Failed | None
    ) -> Iterator[tuple[int, Failed]]:
        """Start a new worker in place of one; its first item fails, or waits again if None."""
        worker = self._workers[position]
        worker.kill()
        self._workers[position] = self._start()
        queued = list(worker.queued)
        waiting.extendleft(reversed(queued[1:] if failed else queued))
        if failed and queued:
            self._count_failed_item(failed)
            yield queued[0], failed

    def _count_failed_start(self, worker: Worker) -> None:
        self._failed_starts += not worker.ready
        if self._failed_starts > 2 * len(self._workers):
            raise PtaclError(
                "The worker processes end as soon as they start. Free some memory, or use fewer "
                "with --workers.",
                code="worker.ended",
            ) from None

    def _count_failed_item(self, failed: Failed) -> None:
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= MOST_FAILED_IN_A_ROW:
            raise PtaclError(
                f"{self._failed_in_a_row} items failed one after the other; the last one "
                f"{failed.event}. Check the memory and the drive, or use fewer processes with "
                "--workers, and run the same command again.",
                code="worker.ended",
            )

    def _map_here(
        self, items: Sequence[Item], on_step: Callable[[], None] | None
    ) -> Iterator[tuple[int, Result | Failed]]:
        file = ""

        def report(message: Message) -> None:
            """Note the file in progress, and call ``on_step``."""
            nonlocal file
            if message[0] == "file":
                file = message[1]
            elif message[0] == "step" and on_step:
                on_step()

        for index, item in enumerate(items):
            file = ""
            # One thread, as in a worker: the last bit of a sum depends on their number.
            with reporting_to(report), threadpool_limits(1):
                result = attempt(self._work, item, Limits(None, None))
            yield index, _with_file(result, file)


def _with_file(result: Any, file: str) -> Any:
    """Name the file that was in progress in a failure; return any other result as it is."""
    return replace(result, file=file) if isinstance(result, Failed) else result
