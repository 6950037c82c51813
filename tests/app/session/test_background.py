import threading

import pytest

from app.session.background import Background


def test_progress_is_seen_while_the_work_goes_on():
    go_on, reported = threading.Event(), threading.Event()

    def work(report):
        report(0.4, "half")
        reported.set()
        go_on.wait(5)
        return "done"

    task = Background(work)
    assert reported.wait(5)
    assert (task.share, task.doing) == (0.4, "half")
    assert not task.wait(0.01)
    go_on.set()
    assert task.result() == "done"


def test_whoever_asks_for_the_result_gets_the_error():
    def work(report):
        raise ValueError("no such gallery")

    task = Background(work)
    with pytest.raises(ValueError, match="no such gallery"):
        task.result()
    assert task.failed


def test_delayed_work_starts_at_once_when_somebody_asks():
    task = Background(lambda report: 7, delay_s=60)
    assert task.wait(5)
    assert task.result() == 7


def test_delayed_work_waits_its_time_when_nobody_asks():
    started = threading.Event()
    Background(lambda report: started.set(), delay_s=0.3)
    assert not started.wait(0.1)
    assert started.wait(5)
