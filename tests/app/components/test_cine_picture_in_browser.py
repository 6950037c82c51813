"""What a person does to the player's picture: window, level, magnifier, saved frame."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def test_dragging_on_the_cine_changes_its_window_and_a_double_click_resets_it(show: Open) -> None:
    page, root = show("player", "64", reduced_motion="reduce")
    cine = root.locator(".cine")
    picture = "canvas => canvas.toDataURL()"
    before = cine.locator("canvas").evaluate(picture)
    box = cine.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 230, steps=5)
    page.mouse.up()
    assert root.locator(".window").inner_text() == "W 155 L 158"
    assert cine.locator("canvas").evaluate(picture) != before
    cine.dblclick()
    assert root.locator(".window").inner_text() == ""
    assert cine.locator("canvas").evaluate(picture) == before


def test_window_and_magnifier_obey_sliders_and_keys_and_a_frame_is_saved(
    show: Open,
) -> None:
    page, root = show("player", "64", reduced_motion="reduce")
    picture = "canvas => canvas.toDataURL()"
    canvas = root.locator(".cine canvas")
    before, ruler = canvas.evaluate(picture), root.locator(".ruler i").bounding_box()["width"]
    root.get_by_label("Level", exact=True).fill("100")
    root.focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert root.locator(".window").inner_text() == "W 247 L 100"
    page.keyboard.press("Escape")
    assert root.locator(".window").inner_text() == "" and canvas.evaluate(picture) == before
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert root.locator(".times").inner_text() == "2×"
    assert root.locator(".ruler i").bounding_box()["width"] == pytest.approx(2 * ruler, rel=0.02)
    assert canvas.evaluate(picture) != before
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert canvas.evaluate(picture) == before
    with page.expect_download() as download:
        root.get_by_role("button", name="Save frame").click()
    assert download.value.suggested_filename == "cine-frame-1.png"
    from PIL import Image

    saved = Image.open(download.value.path())
    shown_px = canvas.evaluate("canvas => canvas.width")
    assert saved.width == shown_px and saved.height > shown_px  # the caption lies beneath
    beneath = np.asarray(saved.convert("L"))[shown_px:]
    assert beneath.max() == 255
