"""Who may see the pages."""

import time

import pytest
import streamlit as st

from app.session import login
from tests.app.driving import shown, text


@pytest.fixture
def provider(app):
    """The app with an identity provider."""
    app.secrets["auth"] = {"client_id": "ptacl"}
    return app


def log_in(monkeypatch, **claims):
    """Be somebody who has logged in just now."""
    known = {"email": "somebody@example.org", "sub": "7", "iat": time.time()}
    monkeypatch.setattr(st, "user", {"is_logged_in": True, **known, **claims})


def test_without_an_identity_provider_nothing_is_asked(app):
    page = shown(app, "inspect_ecg")
    assert not [button for button in page.button if button.key in ("log_in", "log_out")]


def test_with_a_provider_a_stranger_sees_a_button_and_no_heart(provider):
    page = provider.run()
    assert [button.key for button in page.button] == ["log_in"]
    assert "S0-" not in text(page) and "Research use only" in text(page)


def test_whoever_has_logged_in_sees_the_pages_and_can_leave(provider, monkeypatch):
    log_in(monkeypatch)
    page = shown(provider, "inspect_ecg")
    assert page.sidebar.button(key="log_out") and "S0-00000" in text(page)
    assert "somebody" not in text(page)


@pytest.mark.parametrize(
    ("access", "sees"),
    [
        ({"people": ["Somebody@example.org"]}, True),
        ({"people": ["another@example.org"]}, False),
        ({"domains": ["example.org"]}, True),
        ({"domains": ["elsewhere.org"], "groups": ["cardiology"]}, False),
    ],
)
def test_of_those_that_the_provider_knows_the_listed_see_the_pages(
    provider, monkeypatch, access, sees
):
    provider.secrets["access"] = access
    log_in(monkeypatch)
    page = provider.run()
    assert ("S0-00000" in text(page)) == sees
    assert (login.NOT_LISTED in text(page)) != sees


def test_a_spelling_mistake_in_the_list_lets_nobody_in(provider, monkeypatch):
    provider.secrets["access"] = {"domain": ["example.org"]}
    log_in(monkeypatch)
    page = provider.run()
    assert "S0-" not in text(page) and "domain" in text(page)


def test_a_copy_of_the_cookie_opens_nothing_after_the_log_out(provider, monkeypatch):
    monkeypatch.setattr(st, "logout", lambda: None)
    log_in(monkeypatch)
    page = shown(provider, "inspect_ecg")
    page.session_state["kept"] = "an upload"
    page.sidebar.button(key="log_out").click().run()
    assert login.TOO_OLD in text(page) and "kept" not in page.session_state
    assert "S0-" not in text(page.run())
    log_in(monkeypatch, iat=time.time() + 1)
    assert "S0-00000" in text(page.run())


def test_a_login_of_yesterday_has_ended(provider, monkeypatch):
    log_in(monkeypatch, iat=time.time() - 24 * 3600)
    assert login.TOO_OLD in text(provider.run())
