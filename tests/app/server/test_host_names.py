"""A request with another host name is refused, of pages and of websockets."""

import pytest
from streamlit import config

from app.server.host_names import HostNames, is_allowed
from tests.app.server.asgi import answer_ok, ask


@pytest.fixture
def guarded():
    return HostNames(answer_ok)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "10.1.2.3"])
def test_this_computer_and_addresses_of_numbers_are_answered(guarded, host):
    assert ask(guarded, host=host)[0]["status"] == 200
    assert ask(guarded, "websocket", host)[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    "host",
    ["elsewhere.test", "localhost.elsewhere.test:8501", "localhost@elsewhere.test", "", "a:b"],
)
def test_another_name_gets_a_reason_and_no_page(guarded, host):
    start, body = ask(guarded, host=host)
    assert start["status"] == 421 and b"--allowed-hosts" in body["body"]
    assert ask(guarded, "websocket", host) == [{"type": "websocket.close", "code": 1008}]


def test_the_names_of_the_configuration_are_answered_instead(monkeypatch):
    monkeypatch.setattr(
        config, "get_option", {"server.allowedHosts": ["PTACL.clinic.org", "*.lab.test"]}.get
    )
    guarded = HostNames(answer_ok)
    statuses = [
        ask(guarded, host=host)[0]["status"]
        for host in ("ptacl.clinic.org", "a.lab.test:443", "lab.test", "localhost")
    ]
    assert statuses == [200, 200, 421, 421]


def test_a_star_allows_any_name_but_nothing_that_is_none():
    assert is_allowed("elsewhere.test", ["*"])
    assert not is_allowed("name/with/path", ["*"])
