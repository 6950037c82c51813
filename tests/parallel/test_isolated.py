import os
import sys
import time

import pytest

from ptacl.errors import PtaclError
from ptacl.parallel.isolated import Crew, Lost
from tests.made.deeds import deed


def done(items, processes=2, **settings):
    with Crew(deed, processes, **settings) as crew:
        found = list(crew.map(items))
    assert sorted(number for number, _ in found) == list(range(len(items)))
    return dict(found)


def test_every_item_has_its_result_whatever_the_order():
    items = list(range(50))
    assert done(items) == {number: number * number for number in items}


def test_no_item_is_no_result():
    assert done([]) == {}


def test_a_process_that_dies_costs_only_the_item_it_died_of():
    items = [1, 2, "die", 3, 4, "leave", 5, 6, 7, "die", 8]
    found = done(items)
    lost = {number for number, result in found.items() if isinstance(result, Lost)}
    assert lost == {2, 5, 9}
    assert found[8] == 49 and found[10] == 64
    assert "SIGKILL" in found[2].reason and "exit status 7" in found[5].reason


def test_what_takes_too_long_is_ended_and_the_rest_goes_on():
    began = time.monotonic()
    found = done([1, "sleep", 2, 3], time_limit_s=1.0)
    assert "longer than 1 seconds" in found[1].reason
    assert [found[0], found[2], found[3]] == [1, 4, 9]
    assert time.monotonic() - began < 30


def test_a_result_that_waits_for_a_slow_reader_is_not_overdue():
    with Crew(deed, 1, time_limit_s=0.5) as crew:
        found = {}
        for number, result in crew.map(["large", "large", 3]):
            found[number] = result
            time.sleep(1.0)
    assert len(found[0]) == len(found[1]) == 10_000_000 and found[2] == 9


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's data")
def test_a_file_that_swells_in_memory_fails_alone():
    found = done([1, "swell", 2])
    assert "memory" in found[1].reason
    assert (found[0], found[2]) == (1, 4)


def test_an_exception_names_its_kind_and_none_of_its_text():
    found = done(["anything"])
    assert "ValueError" in found[0].reason and "Jane" not in found[0].reason


def test_processes_end_with_the_crew():
    with Crew(deed, 2) as crew:
        assert dict(crew.map([1])) == {0: 1}
        processes = [hand.process for hand in crew._hands]
    assert not any(process.is_alive() for process in processes)


class Vanishing:
    """Work that ends the process which only wants to know what it is."""

    def __reduce__(self):
        return os._exit, (1,)

    def __call__(self, item):
        return item


def test_processes_that_cannot_even_start_are_an_error_and_no_endless_loop():
    with Crew(Vanishing(), 1) as crew, pytest.raises(PtaclError, match="--workers"):
        list(crew.map([1, 2]))
