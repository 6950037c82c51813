"""Calls in warm processes: limits hold, failures stay alone, and processes are used again."""

import sys

import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.parallel.warm import WarmWorkers
from ptacl.parallel.worker import Limits
from tests.made.deeds import deed


@pytest.fixture(scope="module")
def workers():
    made = WarmWorkers(deed, Limits(seconds=4.0, gb=1.5), most=1)
    made.start()
    yield made
    made.close()


def test_calls_one_after_the_other_share_a_process(workers):
    assert workers.call("pid") == workers.call("pid")
    assert workers.call(7) == 49


def test_an_error_of_the_work_is_raised_here_and_keeps_the_process(workers):
    before = workers.call("pid")
    with pytest.raises(BadInput) as refused:
        workers.call("refuse")
    assert refused.value.found == "it is empty"
    assert workers.call("pid") == before


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("die", "worker.ended"),
        ("sleep", "worker.timed_out"),
        pytest.param(
            "swell", "worker.memory",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux"),
        ),
    ],
)  # fmt: skip
def test_a_call_beyond_the_limits_fails_alone_and_the_next_finds_another_process(
    workers, item, code
):
    before = workers.call("pid")
    with pytest.raises(PtaclError) as failed:
        workers.call(item)
    assert failed.value.code == code
    assert workers.call("pid") != before


def test_a_process_that_ended_while_it_was_idle_is_replaced(workers):
    workers.call(1)
    workers._idle[0].process.kill()
    workers._idle[0].process.join()
    assert workers.call(3) == 9
