"""Beats of groups in the browser: a moment is read in all of them, by pointer and by keys."""

import pytest

pytestmark = pytest.mark.browser


def test_the_pointer_reads_every_group_at_its_moment(show):
    page, _ = show("beats")
    lead = page.locator(".lead").nth(7)
    frame = lead.bounding_box()
    # 36 px of scale on the left, 4 px on the right, 99 steps of 10 ms between.
    lead.hover(position={"x": 36 + (frame["width"] - 40) * 20 / 99, "y": 60})
    reading = page.locator(".reading")
    assert reading.inner_text() == "V2, −300 ms after the R wave: low 1.00 · high 2.00 mV"
    page.mouse.move(5, 5)
    assert reading.inner_text() == ""
    assert page.locator(".entry").all_inner_texts() == ["low", "high"]


def test_keys_go_through_the_beat_and_from_lead_to_lead(show):
    page, _ = show("beats")
    page.locator(".lead-beats").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    reading = page.locator(".reading")
    assert reading.inner_text() == "III, 10 ms after the R wave: low 0.00 · high 0.00 mV"
    page.keyboard.press("Escape")
    assert reading.inner_text() == ""
