"""A link to two groups, and one heart moved between them, in headless Chromium."""

import re

import pytest

from tests.real_files import REPOSITORY

MAIN = REPOSITORY / "app" / "main.py"
DRAWN_MS = 120_000

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_link_restores_groups_and_a_slider_moves_the_heart_between_them(streamlit_app, page):
    groups = "groups=sex%3Ais%3Afemale&groups=sex%3Ais%3Amale"
    page.goto(f"{streamlit_app(MAIN)}/groups?{groups}&moved=-50&space=ecg")
    page.get_by_text("moved -50 % of the way towards men").wait_for(timeout=DRAWN_MS)
    assert page.get_by_text("235) against women (265)").count() == 1
    page.get_by_role("slider", name=re.compile("Distance in %")).press("ArrowRight")
    page.get_by_text("moved -40 % of the way towards men").wait_for(timeout=DRAWN_MS)
    page.wait_for_url(re.compile("moved=-40"))
    page.locator(".cine-grid").nth(0).get_by_role("group", name=re.compile("mean of")).first.click()
    tile = page.locator(".cine-grid").nth(1).get_by_role("button", name=re.compile("step 3 of"))
    heart = re.search(r"S1-\d+", tile.get_attribute("aria-label"))[0]
    tile.click()
    page.wait_for_url(f"**/alignment?subject={heart}", timeout=DRAWN_MS)
    assert [e for e in page.watch.errors if "404 (Not Found)" not in e] == []
    assert page.watch.foreign_requests() == []
