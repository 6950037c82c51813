"""Scatter plots in the browser: what a point says to the pointer and to the keys."""

import pytest

from tests.app.component_browsing import READY_MS

pytestmark = pytest.mark.browser

MIDDLE = "S9-000001\nmeasured 10 mL\nfrom the ECG 10 mL"


def test_a_hovered_point_says_whose_it_is_and_a_click_opens_it(show):
    page, _ = show("scatter")
    panel = page.locator(".panel").first
    frame = panel.bounding_box()
    # Points lie on the diagonal; the axes leave 52 and 10 px beside the plot, 6 and 38 around it.
    middle = {"x": 52 + (frame["width"] - 62) / 2, "y": 6 + (frame["height"] - 44) / 2}
    panel.hover(position=middle)
    assert panel.locator(".card").inner_text() == MIDDLE
    panel.click(position=middle)
    page.get_by_text("opened: S9-000001").wait_for(timeout=READY_MS)
    panel.hover(position={"x": 60, "y": 20})
    assert not panel.locator(".card").is_visible()


def test_arrow_keys_go_from_point_to_point_and_leave_out_who_was_not_measured(show):
    page, _ = show("scatter")
    panel = page.locator(".panel").nth(1)
    panel.focus()
    for _ in range(3):  # one more than this panel has points
        page.keyboard.press("ArrowRight")
    assert panel.locator(".card").inner_text() == MIDDLE
    page.keyboard.press("Enter")
    page.get_by_text("opened: S9-000001").wait_for(timeout=READY_MS)
    page.keyboard.press("Escape")
    assert not panel.locator(".card").is_visible()


def test_twenty_thousand_points_are_drawn_in_two_panels(show):
    page, _ = show("scatter", "20000")
    inked = page.locator(".panel canvas").first.evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let red = 0;
          for (let at = 0; at < data.length; at += 4) red += data[at] > data[at + 2] + 40;
          return red;
        }"""
    )
    assert inked > 500


def test_a_narrow_window_stacks_the_panels_and_draws_them_anew(show):
    page, _ = show("scatter", viewport={"width": 700, "height": 900})
    page.set_viewport_size({"width": 420, "height": 900})
    first, second = page.locator(".panel").all()
    page.wait_for_function(
        "([a, b]) => a.getBoundingClientRect().bottom < b.getBoundingClientRect().top",
        arg=[first.element_handle(), second.element_handle()],
    )
    drawn = first.locator("canvas")
    assert drawn.bounding_box()["width"] == pytest.approx(first.bounding_box()["width"], abs=1)
