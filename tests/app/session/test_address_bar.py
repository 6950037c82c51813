"""Parameters are written at once, and after a page switch only at the end of the run."""

import pytest
import streamlit as st

from app.session import address_bar
from tests.app.session.fake_address import FakeAddress


@pytest.fixture
def address(monkeypatch):
    """The parameters that the browser shows, without a browser."""
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", FakeAddress())
    return st.query_params


def test_a_parameter_of_the_same_page_is_written_at_once(address):
    address_bar.begin(switched=False)
    address_bar.put("subject", "S1")
    assert address == {"subject": "S1"}
    address_bar.put("subject")
    assert address == {} and address_bar.get("subject") is None


def test_after_a_page_switch_nothing_is_written_before_the_end_of_the_run(address):
    address["age"] = "50~60"
    address_bar.begin(switched=True)
    address_bar.put("subject", "S1")
    address_bar.put("groups", "men", "women")
    address_bar.put("age")
    assert address == {"age": "50~60"}
    assert address_bar.get("subject") == "S1" and address_bar.get("age") is None
    address_bar.write_deferred()
    assert address == {"subject": "S1", "groups": ["men", "women"]}
    address_bar.put("subject", "S2")
    assert address["subject"] == "S2"


def test_what_an_interrupted_run_had_to_write_is_written_by_the_next_one(address):
    address_bar.begin(switched=True)
    address_bar.put("subject", "S1")
    address_bar.begin(switched=False)
    assert address == {"subject": "S1"}


def test_another_page_forgets_what_an_interrupted_run_had_to_write(address):
    address_bar.begin(switched=True)
    address_bar.put("subject", "S1")
    address_bar.begin(switched=True)
    address_bar.write_deferred()
    assert address == {}
