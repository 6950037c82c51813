import threading

from app.session.work_queue import WorkQueue

PATIENCE_S = 10.0


def held(queue: WorkQueue[str, str]) -> threading.Event:
    """Keep the queue busy until the event is set."""
    go_on, begun = threading.Event(), threading.Event()

    def wait(share) -> str:
        begun.set()
        go_on.wait(PATIENCE_S)
        return "first"

    queue.request({"first": wait})
    assert begun.wait(PATIENCE_S)
    return go_on


def test_what_was_requested_last_runs_first_and_once() -> None:
    queue: WorkQueue[str, str] = WorkQueue(10)
    ran: list[str] = []

    def task(name: str):
        return lambda share: ran.append(name) or name

    go_on = held(queue)
    queue.request({name: task(name) for name in "ab"})
    queue.request({name: task(name) for name in "cd"})
    queue.request({"b": task("b"), "first": task("first")})
    go_on.set()
    assert queue.wait(PATIENCE_S)
    assert ran == ["b", "c", "d", "a"]
    queue.request({"a": task("a")})
    assert queue.wait(PATIENCE_S) and len(ran) == 4
    assert queue.results(["a", "first", "unknown"]) == {"a": "a", "first": "first"}


def test_no_more_is_kept_or_waits_than_allowed() -> None:
    queue: WorkQueue[str, str] = WorkQueue(2)
    go_on = held(queue)
    queue.request({name: lambda share, name=name: name for name in "abcd"})
    go_on.set()
    assert queue.wait(PATIENCE_S)
    assert set(queue.results(["first", *"abcd"])) == {"a", "b"}


def test_a_failure_is_told_does_not_stop_the_others_and_is_retried_only_when_asked() -> None:
    queue: WorkQueue[str, str] = WorkQueue(5)
    attempts: list[str] = []

    def fails(share) -> str:
        attempts.append("x")
        raise ValueError("no segmenter")

    queue.request({"bad": fails, "good": lambda share: "done"})
    assert queue.wait(PATIENCE_S)
    queue.request({"bad": fails})
    assert queue.wait(PATIENCE_S)
    assert len(attempts) == 1 and queue.results(["good"]) == {"good": "done"}
    assert str(queue.errors(["bad", "good"])["bad"]) == "no segmenter"
    queue.retry()
    assert queue.errors(["bad"]) == {}
    queue.request({"bad": fails})
    assert queue.wait(PATIENCE_S) and len(attempts) == 2


def test_the_share_of_the_running_task_is_told_to_those_who_asked_for_it() -> None:
    queue: WorkQueue[str, str] = WorkQueue(5)
    go_on, begun = threading.Event(), threading.Event()

    def half(share) -> str:
        share(0.5)
        begun.set()
        go_on.wait(PATIENCE_S)
        return "done"

    queue.request({"a": half})
    assert begun.wait(PATIENCE_S)
    assert queue.running_share(["a", "b"]) == 0.5 and queue.running_share(["b"]) == 0.0
    go_on.set()
    assert queue.wait(PATIENCE_S) and queue.running_share(["a"]) == 0.0


def test_a_result_is_computed_at_once_where_it_is_not_known() -> None:
    queue: WorkQueue[str, str] = WorkQueue(5)
    assert queue.result_of("a", lambda share: "now") == "now"
    assert queue.result_of("a", lambda share: "again") == "now"
    assert queue.results(["a"]) == {"a": "now"}
