"""Who may see the pages."""

import pytest
import streamlit as st

from tests.app.driving import shown, text


@pytest.fixture
def provider(app):
    """The app with an identity provider."""
    app.secrets["auth"] = {"client_id": "ptacl"}
    return app


def test_without_an_identity_provider_nothing_is_asked(app):
    page = shown(app, "inspect_ecg")
    assert not [button for button in page.button if button.key in ("log_in", "log_out")]


def test_with_a_provider_a_stranger_sees_a_button_and_no_heart(provider):
    page = provider.run()
    assert [button.key for button in page.button] == ["log_in"]
    assert "S0-" not in text(page) and "Research use only" in text(page)


def test_whoever_has_logged_in_sees_the_pages_and_can_leave(provider, monkeypatch):
    monkeypatch.setattr(st, "user", {"is_logged_in": True, "email": "somebody@example.org"})
    page = shown(provider, "inspect_ecg")
    assert page.sidebar.button(key="log_out") and "S0-00000" in text(page)
    assert "somebody" not in text(page)
