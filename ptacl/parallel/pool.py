"""Worker processes: started afresh, one thread each, and gone when the one that started them is.

A worker whose parent was killed would wait for work for ever: the pipe that it reads from stays
open at its own end. So a thread in each worker watches the parent and takes the worker with it.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import count
from multiprocessing import connection, get_context, parent_process
from multiprocessing.sharedctypes import Synchronized
from typing import TypeVar

from ptacl.errors import PtaclError

Job = TypeVar("Job")
Result = TypeVar("Result")
LOOK_EVERY_S = 0.5
"""So often the count of the workers is looked at while no job ends."""


class WorkerEnded(PtaclError):
    """A worker died, and its job with it; whoever asked for the jobs knows what is kept."""


class _Counter:
    """How many items the jobs of this process, or of all workers, have finished."""

    shared: "Synchronized[int] | None" = None
    """Set in each worker; in the first process items go straight to `show`."""
    show: Callable[[], None] | None = None


def item_done() -> None:
    """Called by a job after each of its items, so that progress moves within long jobs."""
    if _Counter.shared is not None:
        with _Counter.shared.get_lock():
            _Counter.shared.value += 1
    if _Counter.show is not None:
        _Counter.show()


def worker_pool(processes: int, counter: "Synchronized[int] | None" = None) -> ProcessPoolExecutor:
    """A pool whose processes share the cores instead of fighting over them.

    Each process would otherwise start as many threads of linear algebra as there are cores; what
    that costs is in the change log, and tests/benchmarks/bench_simulate.py prints the time now.

    Args:
        processes: how many. They are spawned, not forked: the caller may hold threads (progress
            bars, a warmed model), and each imports what it needs.
        counter: where `item_done` counts.
    """
    return ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin_worker, initargs=(counter,)
    )


def run_jobs(
    work: Callable[[Job], Result],
    jobs: Sequence[Job],
    workers: int,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Job, Result]]:
    """Do all jobs; each comes back with its result as soon as it is done, in any order.

    Args:
        work: a module-level function; it may call `item_done`.
        jobs: what it is called with.
        workers: processes; 1 runs in this one.
        progress: called with the number of items done so far, in all jobs together.

    Raises:
        WorkerEnded: a worker was killed, most often because memory ran out.
    """
    if workers <= 1 or len(jobs) <= 1:
        yield from _run_here(work, jobs, progress)
        return
    counter = get_context("spawn").Value("q", 0)
    with worker_pool(workers, counter) as pool:
        futures = {pool.submit(work, job): job for job in jobs}
        try:
            while futures:
                done, _ = wait(futures, LOOK_EVERY_S, FIRST_COMPLETED)
                if progress:
                    progress(counter.value)
                for future in done:
                    yield futures.pop(future), future.result()
        except BrokenProcessPool as error:
            raise WorkerEnded(
                "A worker process was ended from outside, most often because memory ran out. "
                "Run the same command again with fewer --workers.",
                code="worker.ended",
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _run_here(
    work: Callable[[Job], Result], jobs: Sequence[Job], progress: Callable[[int], None] | None
) -> Iterator[tuple[Job, Result]]:
    before, numbers = _Counter.show, count(1)
    _Counter.show = (lambda: progress(next(numbers))) if progress else None
    try:
        for job in jobs:
            yield job, work(job)
    finally:
        _Counter.show = before


def take_one_thread() -> None:
    """Have this process compute on one thread from now on: the other cores belong to others."""
    # Both bring a library of linear algebra of their own, and only loaded ones can be limited.
    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    if torch := sys.modules.get("torch"):  # it gives every new thread its own number
        torch.set_num_threads(1)


def _begin_worker(counter: "Synchronized[int] | None") -> None:
    take_one_thread()
    _Counter.shared = counter
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
