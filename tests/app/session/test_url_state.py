"""Choices in the address bar: what a link asks for, what is written, what a page switch keeps."""

import pytest
import streamlit as st

from app.session import url_state
from tests.app.session.fake_address import FakeAddress


@pytest.fixture
def page(monkeypatch):
    """A session and an address bar, without a browser."""
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", FakeAddress())
    return st


AGES = url_state.interval("ages", "age", 40, 80)
SEXES = url_state.some_of("sexes", "sex", ["women", "men"])


def test_a_bare_address_means_the_default_and_a_default_is_not_written(page):
    assert AGES.read() == (40, 80) and SEXES.read() == ["women", "men"]
    assert page.query_params == {}


def test_a_link_is_followed_and_nonsense_in_it_is_not(page):
    page.query_params.update(age="50~60", sex="men,dogs")
    assert AGES.read() == (50, 60) and SEXES.read() == ["men"]
    for nonsense in ("old", "70~50", "50", ""):
        page.query_params["age"] = nonsense
        assert AGES.read() == (40, 80)
        assert "age" not in page.query_params
    page.query_params["age"] = "0~99"
    assert AGES.read() == (40, 80)


def test_what_a_person_chooses_is_written_and_an_older_address_does_not_undo_it(page):
    AGES.read()
    page.session_state["ages"] = (45, 55)
    AGES.write()
    assert page.query_params["age"] == "45~55" and AGES.read() == (45, 55)


def test_going_back_brings_the_former_choice(page):
    page.query_params["age"] = "50~60"
    AGES.read()
    del page.query_params["age"]
    assert AGES.read() == (40, 80)
    page.query_params["age"] = "50~60"
    assert AGES.read() == (50, 60)


def test_a_page_switch_keeps_the_choice_and_a_new_link_overrules_it(page):
    AGES.read()
    AGES.choose((45, 55))
    page.query_params.clear()  # as the next page does, which also drops the widget
    del page.session_state["ages"]
    assert AGES.read() == (45, 55) and page.query_params["age"] == "45~55"
    del page.session_state["ages"]
    page.query_params["age"] = "41~42"
    assert AGES.read() == (41, 42)


def test_a_choice_without_a_widget_of_its_own_goes_by_another_one(page):
    lasso = url_state.UrlParam("lasso", "lasso", "", str, str, widget="map")
    lasso.read()
    page.session_state["map"] = object()
    lasso.choose("abc")
    del page.session_state["map"], page.query_params["lasso"]
    assert lasso.read() == "abc"
    page.session_state["map"] = object()
    del page.query_params["lasso"]
    assert lasso.read() == ""


def test_a_choice_that_is_no_longer_possible_becomes_the_default(page):
    page.query_params["colour"] = "sex"
    assert url_state.one_of("colour", "colour", ["sex", "age"], "age").read() == "sex"
    assert url_state.one_of("colour", "colour", ["age"], "age").read() == "age"
