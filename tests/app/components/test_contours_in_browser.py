"""Contours in the player: drawn over the frames, hidden, and moved by drag and by step."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.app.component_browsing import FIND, READY_MS

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
COLOURED = f"""() => {{ {FIND}
  const canvas = find('.cine-player .lines');
  const {{ data }} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const near = (at, colour) => colour.every((value, k) => Math.abs(data[at + k] - value) < 30);
  const count = {{ inner: 0, outer: 0 }};
  for (let at = 0; at < data.length; at += 4) {{
    if (near(at, [230, 159, 0])) count.inner += 1;
    if (near(at, [86, 180, 233])) count.outer += 1;
  }}
  return count;
}}"""


def place(root: Any, column: float, row: float) -> tuple[float, float]:
    """Where a pixel of the frames that are shown lies on the screen."""
    box = root.locator(".cine").bounding_box()
    return box["x"] + (column + 0.5) / 64 * box["width"], box["y"] + (row + 0.5) / 64 * box[
        "height"
    ]


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def test_each_contour_is_drawn_and_can_be_hidden(show: Open) -> None:
    page, root = show("contours", reduced_motion="reduce")
    both = page.evaluate(COLOURED)
    assert both["outer"] > both["inner"] > 50
    inner = root.get_by_role("group", name="Contours shown").get_by_role("button", name="LV inner")
    inner.click()
    assert inner.get_attribute("aria-pressed") == "false"
    assert page.evaluate(COLOURED)["inner"] < 5 < page.evaluate(COLOURED)["outer"]
    inner.click()
    assert page.evaluate(COLOURED) == both
    assert page.watch.errors == []


def test_a_drag_moves_a_contour_once_correcting_and_windows_before(show: Open) -> None:
    page, root = show("contours", reduced_motion="reduce")
    start, end = place(root, 35 + 10, 32.5), place(root, 35 + 13, 32.5)
    drag(page, start, end)
    assert root.locator(".window").inner_text().startswith("W ")
    page.keyboard.press("Escape")
    root.get_by_role("button", name="Correct", exact=True).click()
    root.get_by_role("button", name="One frame on").click()
    drag(page, start, end)
    said = page.get_by_text("said: slice 3 frame 1 inner 0: ")
    said.wait_for(timeout=READY_MS)
    least, most = re.search(r": ([\d.]+)–([\d.]+)$", said.inner_text()).groups()
    assert float(least) == 10.0 and float(most) == pytest.approx(13.0, abs=0.2)
    assert root.locator(".mark").inner_text().endswith("corrected by hand")
    assert root.locator(".window").inner_text() == ""
    assert (
        root.get_by_role("button", name="Correct", exact=True).get_attribute("aria-pressed")
        == "true"
    )
    assert page.watch.errors == []


@pytest.mark.parametrize(("step", "reach"), [("Wider", "14.5–14.5"), ("Narrower", "13.5–13.5")])
def test_a_step_does_what_a_drag_does_without_one(show: Open, step: str, reach: str) -> None:
    page, root = show("contours", reduced_motion="reduce")
    root.get_by_role("button", name="Correct", exact=True).click()
    root.get_by_role("group", name="Contour to correct").get_by_text("LV outer").click()
    root.get_by_role("button", name=step).click()
    page.get_by_text(f"said: slice 3 frame 0 outer 0: {reach}").wait_for(timeout=READY_MS)


def test_both_ventricles_stand_on_the_clock(show: Open) -> None:
    _, root = show("contours", reduced_motion="reduce")
    assert root.locator(".curve").is_visible()
    root.get_by_role("button", name="ES", exact=True).click()
    assert root.locator(".mark").inner_text() == "ES"


INKED = """(canvases) => canvases.map((canvas) => canvas.getContext('2d')
  .getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))"""


def test_contours_of_a_grid_are_hidden_in_all_hearts_at_once(show: Open) -> None:
    page, root = show("contour grid", reduced_motion="reduce")
    lines = root.locator(".tile .lines")
    assert lines.count() == 2 and lines.evaluate_all(INKED) == [True, True]
    button = root.get_by_role("button", name="LV inner")
    button.click()
    assert lines.evaluate_all(INKED) == [False, False]
    button.click()
    assert lines.evaluate_all(INKED) == [True, True]
    assert page.watch.errors == []


def test_a_grid_without_contours_offers_none(show: Open) -> None:
    _, root = show("grid", reduced_motion="reduce")
    assert root.locator(".lines").count() == 0 and not root.locator(".contouring").is_visible()


def test_contours_and_curves_go_when_the_page_takes_them_away(show: Open) -> None:
    page, root = show("curves", reduced_motion="reduce")
    panel = root.locator(".follows")
    assert panel.count() == 1 and panel.locator("canvas").evaluate_all(INKED) == [True]
    assert root.locator(".lines").evaluate_all(INKED) == [True]
    description = panel.locator("canvas").get_attribute("aria-label")
    assert description.startswith("Strain in % over the beat: all −")
    box = panel.bounding_box()
    page.mouse.move(box["x"] + 52 + (box["width"] - 66) * 0.51, box["y"] + 60)
    page.mouse.click(box["x"] + 52 + (box["width"] - 66) * 0.51, box["y"] + 60)
    assert root.get_attribute("data-frame") == "25"
    page.get_by_text("on", exact=True).click()
    root.locator(".lines").wait_for(state="detached", timeout=READY_MS)
    assert root.locator(".followed").count() == 0
    assert page.watch.errors == []
