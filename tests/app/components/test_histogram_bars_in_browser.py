"""Bars that narrow who is shown, by pointer and by keys."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.app.component_browsing import READY_MS

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def test_bars_are_taken_by_keys_and_by_a_drag(show: Open) -> None:
    page, root = show("bars")
    bins = root.get_by_role("listbox")
    bins.focus()
    page.keyboard.press("ArrowRight")
    assert root.locator(".reading").inner_text() == "40–50: selection 10 %, rest 40 %"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    picked = root.get_by_role("option", selected=True)
    assert picked.count() == 2
    assert picked.last.get_attribute("id") == bins.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    page.get_by_text("narrowed: lvef_pct (50, 70)").wait_for(timeout=READY_MS)
    assert bins.evaluate("bins => bins.matches(':focus')")
    box = bins.bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 20, steps=3)
    page.mouse.up()
    page.get_by_text("narrowed: lvef_pct (40, 60)").wait_for(timeout=READY_MS)
    root.get_by_role("button", name="Whole range").click()
    page.get_by_text("narrowed: lvef_pct None").wait_for(timeout=READY_MS)
    assert page.watch.errors == []
