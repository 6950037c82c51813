"""Addresses of pages: those that people have in their bookmarks go on working."""

import pytest

from app import pages, views
from app.layout import navigation
from app.layout.navigation import PAGES, PageEntry
from tests.app.browsing import DRAWN_MS, QUESTIONS, opened
from tests.app.driving import open_page, shown

KNOWN = (
    "inspect_ecg",
    "inspect_cine",
    "cohort",
    "groups",
    "alignment",
    "retrieval",
    "volumes",
    "model",
    "runs",
)
"""Addresses that were given out; a page may be added, none may go."""


def test_no_address_was_lost() -> None:
    assert set(KNOWN) <= {entry.address for entry in PAGES}
    assert PAGES[0].address == "inspect_ecg"


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.address)
def test_every_page_of_the_table_is_drawn(app, entry) -> None:
    page = open_page(app.run(), entry.address).run()
    assert not page.exception and page.title


A_PAGE = """from ...layout import page


def draw(gallery):
    page.section(f"{len(gallery)} hearts, no rain")


def main():
    page.show("Will it rain?", draw)
"""


def test_a_page_is_one_file_and_one_row(app, monkeypatch, tmp_path) -> None:
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "page.py").write_text(A_PAGE)
    monkeypatch.setattr(views, "__path__", [*views.__path__, str(tmp_path)])
    table = (*PAGES, PageEntry("weather", "weather", "Weather", ":material/rainy:"))
    monkeypatch.setattr(navigation, "PAGES", table)
    monkeypatch.setattr(pages, "PAGES", table)
    page = shown(app, "weather")
    assert page.title[0].value == "Will it rain?"
    assert page.subheader[0].value.endswith("hearts, no rain")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("address_of_page", KNOWN)
def test_an_old_address_opens_its_page_under_its_title(address, page, address_of_page) -> None:
    opened(page, address, address_of_page)
    question = QUESTIONS["" if address_of_page == "inspect_ecg" else address_of_page]
    page.get_by_role("heading", name=question).wait_for(timeout=DRAWN_MS)
    (title,) = [entry.title for entry in PAGES if entry.address == address_of_page]
    assert page.title() == f"{title} · PTACL"
