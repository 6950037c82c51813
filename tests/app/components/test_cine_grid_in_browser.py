"""Several cines in step."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.app.component_browsing import READY_MS, frames_shown, wait_for_frame_rate

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def test_a_click_on_a_tile_tells_python_which_heart(show: Open) -> None:
    page, root = show("grid")
    assert root.get_by_role("button", name="Open").count() == 6
    root.locator(".tile").nth(2).click()
    page.get_by_text("opened: S7-00002").wait_for(timeout=READY_MS)
    assert wait_for_frame_rate(page, root, 29.0) >= 29.0
    assert page.watch.errors == []


def test_an_ecg_without_a_cine_stands_among_the_hearts_and_opens_nothing(show: Open) -> None:
    page, root = show("grid")
    tile = root.get_by_role("group", name="heart <i>1</i>.dcm, your ECG")
    drawn = tile.locator("canvas").evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)"
    )
    assert drawn and tile.locator("canvas").count() == 1
    tile.click()
    page.wait_for_timeout(500)
    assert page.get_by_text("opened: None").is_visible()
    assert page.watch.errors == []


def test_the_grid_has_one_window_and_goes_in_step_or_at_own_rates(show: Open) -> None:
    page, root = show("grid")
    first = root.locator(".tile").first.locator(".picture").bounding_box()
    page.mouse.move(first["x"] + 40, first["y"] + 40)
    page.mouse.down()
    page.mouse.move(first["x"] + 90, first["y"] + 60, steps=4)
    page.mouse.up()
    assert float(root.get_by_label("Window", exact=True).input_value()) == 305
    assert page.get_by_text("opened: None").is_visible()
    together = frames_shown(page, "button.tile", 500)
    assert (together == together[:, :1]).all()
    root.get_by_role("button", name="Own rates").click()
    apart = frames_shown(page, "button.tile", 900)
    # After nearly one mean beat of 880 ms the hearts of 780 and 980 ms are a tenth apart each way.
    assert (apart[-1] != apart[-1][0]).any()
    assert page.watch.errors == []
