"""Addresses of pages: those that people have in their bookmarks go on working."""

import pytest

from app.layout.navigation import PAGES
from tests.app.browsing import DRAWN_MS, QUESTIONS, opened
from tests.app.driving import open_page

KNOWN = (
    "inspect_ecg",
    "inspect_cine",
    "cohort",
    "groups",
    "alignment",
    "retrieval",
    "volumes",
    "model",
)
"""Addresses that were given out; a page may be added, none may go."""


def test_no_address_was_lost() -> None:
    assert set(KNOWN) <= {entry.address for entry in PAGES}
    assert PAGES[0].address == "inspect_ecg"


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.address)
def test_every_page_of_the_table_is_drawn(app, entry) -> None:
    page = open_page(app.run(), entry.address).run()
    assert not page.exception and page.title


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("address_of_page", KNOWN)
def test_an_old_address_opens_its_page(address, page, address_of_page) -> None:
    opened(page, address, address_of_page)
    question = QUESTIONS["" if address_of_page == "inspect_ecg" else address_of_page]
    page.get_by_role("heading", name=question).wait_for(timeout=DRAWN_MS)
