"""Texts of a foreign checkpoint, gallery or cohort are shown as text on every page."""

from dataclasses import replace

import pytest

from app.layout.navigation import PAGES
from app.report import html, pdf
from app.report.content import compose
from app.text import labels
from ptacl.inference.volume_table import volume_rows
from tests.app.conftest import DEMO
from tests.app.driving import shown
from tests.app.foreign_texts import (
    FOREIGN,
    LIVE,
    TAG,
    foreign_checkpoint,
    foreign_gallery,
    foreign_impression,
    live_texts,
)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign") / "checkpoint"
    return foreign_gallery(foreign_checkpoint(DEMO.parents[1], folder))


@pytest.mark.parametrize("address", [entry.address for entry in PAGES])
def test_no_name_of_a_gallery_becomes_a_picture_a_link_or_a_tag(app, address):
    page = shown(app, address)
    assert "pictures" in str(page), "the page shows no foreign text, so it proves nothing"
    assert not page.exception
    assert list(live_texts(page._tree)) == []


@pytest.mark.parametrize("name", ["literal", "document"])
def test_escaped_text_has_no_mark_of_a_picture_a_link_or_a_tag(name):
    assert LIVE.search(FOREIGN)
    assert not LIVE.search(getattr(labels, name)(FOREIGN))


def test_lists_numbers_icons_and_code_stay_text_too():
    assert labels.literal("- a") == "\\- a" and labels.literal("1. a") == "1\\. a"
    assert labels.literal("`a`\nb") == "\\`a\\` b"
    assert ":material/home:" not in labels.literal(":material/home:")
    assert labels.literal("12:30:05 · LVEF 55 %") == "12:30:05 · LVEF 55 %"


def test_the_card_of_a_checkpoint_keeps_its_lists_and_tables():
    card = "# Title\n\n- **a** `b <c>`\n\n| a | b |\n|---|---|\n"
    assert labels.document(card).replace("\u2060", "") == card


def test_a_report_of_foreign_texts_loads_and_links_nothing(gallery):
    inspection = replace(
        gallery.inspection(gallery.table.index[0]), impression=foreign_impression()
    )
    rows = volume_rows(inspection, gallery.table, subject_id=gallery.table.index[0])
    content = compose(inspection, rows, FOREIGN, origin=FOREIGN, filter_label=FOREIGN)
    assert "pictures" in html.to_html(content) and not TAG.search(html.to_html(content))
    assert b"/URI" not in pdf.to_pdf(content)
