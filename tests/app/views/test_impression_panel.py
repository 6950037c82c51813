"""The draft impression on the page: evidence, striking, editing, and what is saved of it."""

import pytest
from streamlit.testing.v1 import AppTest

from app.panels.impression_html import impression_html
from app.report.content import impression_lines
from ptacl.inference.inspection_json import to_dict
from ptacl.types import Impression, Statement
from tests.app.driving import shown
from tests.app.fake_gallery import IMPRESSION, FakeGallery

SAVED = "saved"


def _page() -> None:
    import streamlit as st

    from app.views.inspect import impression_panel
    from tests.app.fake_gallery import IMPRESSION

    st.session_state["saved"] = impression_panel.show(IMPRESSION, "an-upload")


def _withheld() -> None:
    import streamlit as st

    from app.views.inspect import impression_panel
    from ptacl.types import Impression

    st.session_state["saved"] = impression_panel.show(Impression(withheld="V1 is *flat*."), "a")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_function(_page, default_timeout=60).run()


def test_what_is_left_alone_is_saved_as_it_is(page):
    assert page.session_state[SAVED] == IMPRESSION
    assert not page.exception


def test_a_struck_statement_is_not_saved_and_shown_struck(page):
    page.checkbox(key="impression-an-upload-low_t-kept").uncheck().run()
    saved = page.session_state[SAVED]
    assert [statement.code for statement in saved.statements] == ["sinus_rhythm", "neighbours_af"]


def test_an_edited_statement_is_saved_with_its_evidence_and_marked(page):
    page.text_input(key="impression-an-upload-low_t-text").set_value("T waves low, unchanged").run()
    saved = page.session_state[SAVED].statements[1]
    assert (saved.text, saved.edited) == ("T waves low, unchanged", True)
    assert saved.evidence == "T V5 0.08 mV"
    page.text_input(key="impression-an-upload-low_t-text").set_value("  ").run()
    assert not page.session_state[SAVED].statements[1].edited


def test_where_nothing_is_stated_only_the_reason_is_shown():
    page = AppTest.from_function(_withheld, default_timeout=60).run()
    assert not page.checkbox and not page.text_input
    assert "Nothing is stated" in page.info[0].value
    assert impression_lines(page.session_state[SAVED]) == ("Nothing is stated: V1 is *flat*.",)


def test_the_inspection_page_shows_it(app):
    page = shown(app, "inspect_ecg")
    assert not page.exception and not page.error
    assert "Draft impression" in [heading.value for heading in page.subheader]
    assert any(box.key.endswith("low_t-kept") for box in page.checkbox)


def test_the_list_names_the_leads_for_the_paper_and_escapes_text():
    wild = Statement("x", "<b>wild</b>", "R > S", "measured", "definite", ("V5", "V6"))
    drawn = impression_html([wild, *IMPRESSION.statements], struck={"low_t"})
    assert 'data-ecg-leads="V5 V6"' in drawn
    assert "&lt;b&gt;wild" in drawn and "<b>wild" not in drawn
    assert drawn.count('class="struck"') == 1


def test_it_stands_in_the_json_that_is_saved():
    record = to_dict(FakeGallery().inspection("S0-00005"))["impression"]
    assert record["withheld"] is None
    assert record["statements"][1]["leads"] == ["V5", "V6"]
    assert record["statements"][1]["evidence"] == "T V5 0.08 mV"


def test_a_report_line_says_source_certainty_and_evidence():
    assert impression_lines(IMPRESSION)[1] == (
        "Low or flat T waves, nonspecific [measured, probable] (T V5 0.08 mV)"
    )
    assert impression_lines(Impression()) == ()
