"""Jobs are all done, wherever they run, and tell how far they are."""

import os

import pytest

from ptacl.parallel.pool import WorkerEnded, item_done, run_jobs


def square(numbers: range) -> list[int]:
    squares = []
    for number in numbers:
        squares.append(number**2)
        item_done()
    return squares


def die(number: int) -> None:
    if number:
        os._exit(1)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_job_comes_back_with_its_result(workers: int) -> None:
    jobs = [range(start, start + 3) for start in range(0, 30, 3)]
    seen: list[int] = []
    done = dict(run_jobs(square, jobs, workers, seen.append))
    assert [value for job in jobs for value in done[job]] == [number**2 for number in range(30)]
    assert seen == sorted(seen) and seen[-1] == 30


def test_a_killed_worker_is_told_in_a_sentence() -> None:
    # Whether the next run goes on is for the caller to say: raw files are written anew.
    with pytest.raises(WorkerEnded, match=r"fewer --workers\.$"):
        list(run_jobs(die, [0, 1, 0], 2))
