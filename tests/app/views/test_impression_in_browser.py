"""The draft impression in Chromium: a sentence lights its leads, a struck one is shown struck."""

import pytest

from tests.app.browsing import DRAWN_MS, after_run, opened, settled, unexpected

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def point_at_first_qrs(page) -> None:
    """Move the pointer over lead I until it is on a QRS, with nothing kept lit."""
    page.keyboard.press("Escape")
    canvas = page.locator(".ecg-paper canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for x in range(60, 160, 4):
        page.mouse.move(box["x"] + x, box["y"] + 60)
        if "QRS" in page.locator(".ecg-paper .related").first.inner_text():
            return


def test_a_sentence_lights_its_leads_on_the_paper_and_can_be_struck(address, page):
    opened(page, address)
    after_run(page, lambda: page.get_by_role("button", name="Broad QRS").click())
    sentence = page.locator('.impression li:not([data-ecg-leads=""])').first
    sentence.wait_for(timeout=DRAWN_MS)
    leads = sentence.get_attribute("data-ecg-leads")
    paper = page.locator(".ecg-paper").first
    sentence.scroll_into_view_if_needed()
    sentence.hover()
    page.locator(f'.ecg-paper[data-lit="{leads}"]').wait_for(timeout=DRAWN_MS)
    page.get_by_role("heading", name="Draft impression").hover()
    page.locator('.ecg-paper[data-lit=""]').wait_for(timeout=DRAWN_MS)
    page.locator(".impression li").first.focus()
    assert paper.get_attribute("data-lit") == ""  # the rhythm concerns all leads
    page.keyboard.press("Enter")
    page.locator('.ecg-paper[data-lit-waves="P RR"]').wait_for(timeout=DRAWN_MS)
    assert page.locator(".impression li.ecg-pinned").count() == 1
    point_at_first_qrs(page)
    page.locator(".ecg-paper .related").filter(has_text="QRS: ").wait_for(timeout=DRAWN_MS)
    page.keyboard.press("Escape")
    page.get_by_text("Strike or edit before saving").click()
    after_run(page, lambda: page.get_by_text("Keep").first.click())
    settled(page)
    assert page.locator(".impression li.struck").count() == 1
    assert unexpected(page.watch.errors) == []
