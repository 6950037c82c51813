import re
from html.parser import HTMLParser

import pytest

from app.report import html
from app.report.content import compose
from app.text.sentences import origin_sentence
from ptacl.inference.volume_table import volume_rows
from tests.app.fake_gallery import FakeGallery


@pytest.fixture(scope="module")
def page() -> str:
    gallery = FakeGallery()
    inspection = gallery.inspection("S0-00005")
    rows = volume_rows(inspection, gallery.table, subject_id="S0-00005")
    title = "<script>alert(1)</script> & co.hea"
    return html.to_html(
        compose(inspection, rows, title, origin=origin_sentence(gallery), filter_label="as read")
    )


def test_a_file_name_cannot_become_markup(page):
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co.hea" in page


def test_it_says_synthetic_and_not_a_medical_device(page):
    assert re.search(r'class="badge"[^>]*>synthetic<', page)
    assert "Research use only, not a medical device" in page
    assert "Trained on simulated hearts; compared with the 60 hearts of the gallery fake" in page


def test_it_holds_the_nine_values_and_the_intervals(page):
    gallery = FakeGallery()
    for row in volume_rows(gallery.inspection("S0-00005"), gallery.table):
        assert f"<td>{row.low:.0f}–{row.high:.0f}</td>" in page
    assert "QTc after Fridericia" in page


@pytest.mark.parametrize("indexed", [False, True])
def test_indexing_is_told_of_where_values_are_indexed_and_nowhere_else(indexed):
    gallery = FakeGallery()
    inspection = gallery.inspection("S0-00005")
    rows = volume_rows(inspection, gallery.table, indexed=indexed)
    content = compose(inspection, rows, "a", origin="", filter_label="as read")
    assert ("Indexed values" in html.to_html(content)) == indexed


def test_it_fetches_nothing(page):
    found = []

    class Links(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.extend(value for name, value in attrs if name in ("src", "href"))

    Links().feed(page)
    assert found == []
    assert "url(" not in page and "@import" not in page


def test_it_holds_the_draft_impression(page):
    assert "<h2>Draft impression</h2>" in page
    assert "Low or flat T waves, nonspecific [measured, probable] (T V5 0.08 mV)" in page
