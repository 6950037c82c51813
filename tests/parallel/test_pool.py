"""A pool does all items but those that end their process, exceed a limit or raise."""

import os
import subprocess
import sys
import time

import pytest

import ptacl.parallel.pool as pools
from ptacl.errors import PtaclError
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed, Limits
from tests.made.deeds import deed

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's data")


def results_of(items, processes=2, limits=None):
    with WorkerPool(deed, processes, limits) as pool:
        results = list(pool.map(items))
    assert sorted(index for index, _ in results) == list(range(len(items)))
    return dict(results)


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_every_item_has_its_result_whatever_the_order(processes):
    items = list(range(50))
    assert results_of(items, processes) == {index: index * index for index in items}


def test_no_item_is_no_result():
    assert results_of([]) == {}


def test_a_process_that_dies_costs_only_the_item_it_died_of():
    items = [1, 2, "die", 3, 4, "leave", 5, 6, 7, "die", 8]
    results = results_of(items)
    failed = {index: result for index, result in results.items() if isinstance(result, Failed)}
    assert set(failed) == {2, 5, 9}
    assert results[8] == 49 and results[10] == 64
    assert failed[2].event == "ended its process (signal 9, SIGKILL)"
    assert failed[5].event == "ended its process (exit status 7)"
    assert (failed[2].file, failed[5].file) == ("die.dat", "leave.dat")


def test_an_item_whose_process_was_killed_for_another_s_sake_is_done_at_the_second_attempt(
    tmp_path,
):
    assert results_of([1, tmp_path / "marker", 2])[1] == "done at last"


def test_what_takes_too_long_is_ended_and_the_rest_goes_on():
    began = time.monotonic()
    results = results_of([1, "sleep", 2, 3], limits=Limits(seconds=3.0))
    assert results[1].event == "took longer than 3 s" and results[1].file == "sleep.dat"
    assert [results[0], results[2], results[3]] == [1, 4, 9]
    assert time.monotonic() - began < 55


def test_a_result_that_waits_for_a_slow_caller_is_not_overdue():
    with WorkerPool(deed, 1, Limits(seconds=2)) as pool:
        results = {}
        for index, result in pool.map(["large", "large", 3]):
            results[index] = result
            time.sleep(2.5)
    assert len(results[0]) == len(results[1]) == 10_000_000 and results[2] == 9


@linux
@pytest.mark.parametrize("item", ["swell", "swell unseen"])
def test_a_file_that_swells_in_memory_fails_alone(item):
    results = results_of([1, item, 2], limits=Limits(gb=2))
    assert results[1].cause == "memory" and results[1].event == "needed more than 2 GB"
    assert results[1].file == f"{item}.dat"
    assert (results[0], results[2]) == (1, 4)


@pytest.mark.parametrize("processes", [0, 1])
def test_an_exception_names_its_kind_and_none_of_its_text(processes):
    failed = results_of(["anything"], processes)[0]
    assert failed.event == "failed (ValueError), a fault of ptacl"
    assert isinstance(failed.error, ValueError)
    assert "deeds.py" in failed.error.__notes__[0], "the traceback of the worker is lost"


@pytest.mark.parametrize("processes", [0, 1])
def test_a_caller_can_raise_what_the_work_raised(processes):
    full, refused = results_of(["full disk", "refuse"], processes).values()
    assert isinstance(full.error, OSError) and full.error.errno == 28
    assert str(refused.error) == "a.dat: it is empty. Export it again."
    assert isinstance(refused.error, PtaclError)


def test_a_result_that_cannot_be_pickled_fails_alone():
    results = results_of([1, "unpicklable", 2], 1)
    assert results[1].cause == "error" and (results[0], results[2]) == (1, 4)


@pytest.mark.parametrize("processes", [0, 2])
def test_steps_within_items_are_reported(processes):
    steps = []
    with WorkerPool(deed, processes) as pool:
        results = dict(pool.map(["steps", 2, "steps"], lambda: steps.append(1)))
    assert results == {0: "stepped", 1: 4, 2: "stepped"} and len(steps) == 10


@pytest.mark.parametrize("queue_length", [1, 2])
def test_items_are_spread_over_the_workers(queue_length):
    with WorkerPool(deed, 2, queue_length=queue_length) as pool:
        while not all(worker.ready for worker in pool._workers):
            list(pool.map([1]))
        pids = [result for _, result in pool.map(["pid", "pid"])]
    assert len(set(pids)) == 2


def test_processes_end_with_the_pool():
    with WorkerPool(deed, 2) as pool:
        assert dict(pool.map([1])) == {0: 1}
        processes = [worker.process for worker in pool._workers]
    assert not any(process.is_alive() for process in processes)


def test_many_deaths_in_a_row_are_the_machine_s_fault_and_end_the_map(monkeypatch):
    monkeypatch.setattr(pools, "MOST_FAILED_IN_A_ROW", 3)
    assert sum(isinstance(result, Failed) for result in results_of(["die", 1, "die"]).values()) == 2
    with pytest.raises(PtaclError, match="3 items failed one after the other"):
        results_of(["leave"] * 4, 1)


class Vanishing:
    """Work that ends the process as soon as it is unpickled."""

    def __reduce__(self):
        return os._exit, (1,)

    def __call__(self, item):
        return item


def test_processes_that_cannot_even_start_are_an_error_and_no_endless_loop():
    with WorkerPool(Vanishing(), 1) as pool, pytest.raises(PtaclError, match="--workers"):
        list(pool.map([1, 2]))


def test_a_script_without_the_main_guard_starts_processes_once(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from ptacl.parallel.pool import WorkerPool\n"
        "from ptacl.parallel.worker import Limits\n"
        "from math import sqrt\n"
        "print('started')\n"
        "with WorkerPool(sqrt, 2, Limits()) as pool:\n"
        "    print(sorted(value for _, value in pool.map([4.0, 9.0])))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["started", "[2.0, 3.0]"], done.stderr
