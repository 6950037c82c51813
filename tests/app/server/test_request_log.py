"""A line a request, with nothing that names a file, a session or a person."""

import pytest

from app.server.request_log import VARIABLE, RequestLog
from tests.app.server.asgi import answer_ok, ask


@pytest.fixture
def lines(monkeypatch):
    monkeypatch.setenv(VARIABLE, "1")
    return []


def test_the_line_has_kind_status_and_time_and_no_part_of_the_address(lines):
    logged = RequestLog(answer_ok, lines.append)
    ask(logged, path="/ecg/_stcore/upload_file/session-1/jane.csv")
    ask(logged, "websocket", path="/_stcore/stream")
    ask(logged, path="/cohort")
    assert [line.split(" ", 1)[1].rsplit(" ", 2)[0] for line in lines] == [
        "http upload 200", "websocket session 101", "http page 200",
    ]  # fmt: skip
    assert not any("session-1" in line or "jane" in line or "cohort" in line for line in lines)


def test_a_request_that_fails_is_logged_too(lines):
    async def fail(scope, receive, send):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(RequestLog(fail, lines.append))
    assert " 500 " in lines[0]


def test_nothing_is_logged_unless_it_is_switched_on(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    written = []
    ask(RequestLog(answer_ok, written.append))
    assert written == []
