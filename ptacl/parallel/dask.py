"""Shards built by the workers of a Dask cluster (`pip install 'ptacl[dask]'`).

A shard depends on nothing but its own files, so a cluster needs only what every import needs: each
worker has ptacl installed and sees the cohort and the store under the same paths.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ptacl.errors import PtaclError

Job = TypeVar("Job")
Result = TypeVar("Result")
PATIENCE_S = 10.0
RETRIES = 2
"""A batch system may end a worker at any time; its shard is then built again on another one."""


def run_on_dask(
    work: Callable[[Job], Result], jobs: Sequence[Job], address: str
) -> Iterator[tuple[Job, Result]]:
    """Run all jobs on a cluster; yield each with its result as soon as it is done, in any order.

    Args:
        work: a module-level function of a package that is installed on the workers.
        jobs: its arguments.
        address: address of the scheduler, ``tcp://host:8786``.

    Raises:
        PtaclError: Dask is not installed, no scheduler answers, or jobs ended their workers
            several times (raised when all others are done).
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise PtaclError(
            "Dask is not installed. Install it: pip install 'ptacl[dask]'.",
            code="dask.not_installed",
        ) from error
    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PtaclError(
            f"No Dask scheduler answers at {address}. Start one with `dask scheduler`, and workers "
            "with `dask worker`.",
            code="dask.no_scheduler",
        ) from error
    ended = 0
    with client:
        # pure=False: an earlier result must not be reused for a shard that was deleted since.
        futures = {client.submit(work, job, pure=False, retries=RETRIES): job for job in jobs}
        for future in as_completed(list(futures), loop=client.loop):
            try:
                result = future.result()
            except KilledWorker:  # the other jobs go on
                ended += 1
            else:
                yield futures[future], result
            future.release()
    if ended:
        raise PtaclError(
            f"Dask's workers were ended several times during {ended} of {len(jobs)} shards, most "
            "often because memory ran out. Run the same command again with smaller "
            "--shard-subjects or more memory a worker.",
            code="worker.ended",
        )
