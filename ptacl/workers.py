"""Worker processes: started afresh, and one thread each."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def worker_pool(count: int) -> ProcessPoolExecutor:
    """A pool whose processes share the cores instead of fighting over them.

    Each process would otherwise start as many threads of linear algebra as there are cores: two
    workers on two cores simulated 1,000 subjects in 21 s, with one thread each in 7 s.

    Args:
        count: processes. They are spawned, not forked: the caller may hold threads (progress
            bars, a warmed model), and each imports what it needs.
    """
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_one_thread)


def _one_thread() -> None:
    # Both bring a library of linear algebra of their own, and only loaded ones can be limited.
    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
