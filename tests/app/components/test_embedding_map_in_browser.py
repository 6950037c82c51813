"""The map under pointer and keys, from two hundred points to two hundred thousand."""

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.app.component_browsing import FIND, READY_MS

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

PICTURE = "canvas => canvas.toDataURL()"


def middle_of(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def seen(page: Any, clip: dict[str, float]) -> np.ndarray:
    """A part of the screen in grey levels."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L"), float)


def when(page: Any, condition: str) -> None:
    """Wait until a condition on the map's `root` and `points` holds."""
    page.wait_for_function(
        f"""() => {{ {FIND}
          const root = find('.embedding-map');
          const points = find('.points');
          return {condition};
        }}""",
        timeout=READY_MS,
    )


def test_two_hundred_thousand_points_are_hovered_lassoed_and_opened(show: Open) -> None:
    page, root = show("map", "100000")
    panel = root.locator(".panel").bounding_box()
    sent = len(page.watch.sent)
    page.mouse.move(*middle_of(panel))
    assert re.match(
        r"S9-000000 · ECG\nLVEF \(%\): .+\nAge \d+ years", root.locator(".card").inner_text()
    )
    root.locator(".card .still[data-drawn=true]").wait_for(timeout=READY_MS)
    assert len(page.watch.sent) == sent + 1
    page.mouse.down()
    page.mouse.up()
    page.get_by_text("opened: S9-000000; selected: 0").wait_for(timeout=READY_MS)
    page.mouse.move(panel["x"] + 2, panel["y"] + 2)
    page.mouse.down()
    for x, y in [(0.45, 0.01), (0.45, 0.99), (0.01, 0.99)]:
        page.mouse.move(panel["x"] + x * panel["width"], panel["y"] + y * panel["height"], steps=4)
    page.mouse.up()
    selected = page.get_by_text(re.compile(r"selected: [1-9]"))
    selected.wait_for(timeout=READY_MS)
    # The left cluster, and the tails of those above and below, by ECG or by heart.
    assert 0.25 < int(selected.inner_text().split()[-1]) / 100_000 < 0.55
    assert page.watch.errors == []


def test_the_map_is_moved_by_keys_and_keeps_its_view_while_it_is_new(show: Open) -> None:
    page, root = show("map", "200")
    points = root.locator(".points")
    whole = points.evaluate(PICTURE)
    root.locator(".panel").focus()
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowLeft")
    when(page, "root.dataset.zoom === '1.40'")
    assert points.evaluate(PICTURE) != whole
    root.get_by_role("button", name="CMR").click()
    assert root.get_by_role("button", name="CMR").get_attribute("aria-pressed") == "false"
    assert root.get_attribute("data-zoom") == "1.40"
    root.get_by_role("button", name="CMR").click()
    root.get_by_role("button", name="All").click()
    when(page, "root.dataset.zoom === '1.00' && points.style.transform === ''")
    assert points.evaluate(PICTURE) == whole
    assert points.get_attribute("aria-label") == "200 subjects"


def test_a_far_island_is_told_of_and_shown_when_asked_for(show: Open) -> None:
    page, root = show("island", "200")
    note = root.locator(".outside")
    assert "2 points lie outside · show all" in note.inner_text()
    note.click()
    note.wait_for(state="hidden", timeout=READY_MS)
    assert page.watch.errors == []


def test_arrows_go_from_point_to_point_and_enter_opens_one(show: Open) -> None:
    page, root = show("map", "200")
    panel, said = root.locator(".panel"), root.locator(".said")
    root.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Tab")
    assert panel.evaluate("panel => panel.matches(':focus-visible')")
    visited = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        visited.append(said.inner_text())
    assert len(set(visited)) == len(visited)
    for words in visited:
        assert re.match(r"S9-\d{6} · (ECG|CMR), LVEF \(%\): [\d.]+, Age", words)
    opened = visited[-1].split(" ")[0]
    root.locator(".card", has_text=opened).wait_for(timeout=READY_MS)
    assert root.locator(".card").inner_text().replace("\n", ", ") == visited[-1]
    page.keyboard.press("Enter")
    page.get_by_text(f"opened: {opened};").wait_for(timeout=READY_MS)
    assert root.locator(".card").is_visible()
    page.keyboard.press("Escape")
    assert root.locator(".card").is_hidden()
    assert page.watch.errors == []


def test_a_click_while_pictures_are_asked_for_leaves_the_page_whole(show: Open) -> None:
    page, root = show("slow map", "200")
    root.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Tab")
    # The server is still answering the one when it hears of the other, at one of these distances.
    for apart_ms in range(0, 60, 5):
        page.keyboard.press("ArrowRight")
        opened = root.locator(".said").inner_text().split(" ")[0]
        root.locator(".panel").evaluate(
            """(panel, [apart_ms, detail]) => {
              panel.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
              const ask = () => dispatchEvent(new CustomEvent("ptacl-stills-wanted", { detail }));
              setTimeout(ask, apart_ms);
            }""",
            [apart_ms, [f"S9-{100 + apart_ms:06d}"]],
        )
        page.get_by_text(f"opened: {opened};").wait_for(timeout=READY_MS)


def test_pictures_are_asked_for_once_the_page_s_run_has_ended(show: Open) -> None:
    page, _ = show("map", "200")
    # The state of the run as Streamlit's page tells it, set by hand; in which of them it was asked.
    page.evaluate(
        """() => {
          const app = document.querySelector("[data-test-script-state]");
          const subject = "S9-000150";
          window.left = [];
          window.offered = false;
          addEventListener("ptacl-stills-offered", ({ detail }) => {
            offered ||= detail.has(subject);
          });
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (words) {
            const asked = new TextDecoder().decode(words).includes(subject);
            if (asked) left.push(app.dataset.testScriptState);
            return send.call(this, words);
          };
          app.dataset.testScriptState = "running";
          dispatchEvent(new CustomEvent("ptacl-stills-wanted", { detail: [subject] }));
          setTimeout(() => (app.dataset.testScriptState = "notRunning"), 200);
        }"""
    )
    page.wait_for_function("offered", timeout=READY_MS)
    assert page.evaluate("left") == ["notRunning"]
    assert page.watch.errors == []


def test_a_drag_moves_what_is_drawn_and_hover_and_lasso_hit_where_points_have_gone(
    show: Open,
) -> None:
    page, root = show("map", "100000")
    panel = root.locator(".panel").bounding_box()
    x, y = middle_of(panel)
    root.get_by_role("button", name="Move").click()
    page.mouse.move(x - 40, y + 20)
    page.mouse.down()
    page.mouse.move(x + 50, y + 50, steps=6)
    page.mouse.up()
    page.mouse.move(x + 90, y + 30)
    words = root.locator(".card .words")
    assert words.inner_text().startswith("S9-000000 · ECG")
    assert root.locator(".points").evaluate("points => points.style.transform") == ""
    root.get_by_role("button", name="Box").click()
    page.mouse.move(x + 80, y + 20)
    page.mouse.down()
    page.mouse.move(x + 100, y + 40, steps=3)
    page.mouse.up()
    page.get_by_text("selected: 1").wait_for(timeout=READY_MS)


def test_moved_and_drawn_anew_the_map_looks_the_same(show: Open) -> None:
    """What the transform shows during a drag is what a sharp drawing shows after it."""
    page, root = show("map", "2000")
    panel = root.locator(".panel").bounding_box()
    x, y = middle_of(panel)
    inner = {"x": panel["x"] + 5, "y": panel["y"] + 5,
             "width": panel["width"] - 10, "height": panel["height"] - 60}  # fmt: skip
    root.get_by_role("button", name="Move").click()
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)  # else it goes on by itself
    before = seen(page, inner)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 64, y + 32, steps=2)
    page.clock.run_for(50)
    points = root.locator(".points")
    assert "translate(64px, 32px)" in points.evaluate("points => points.style.transform")
    moved = seen(page, inner)
    assert np.abs(moved - before).max() > 50
    page.clock.run_for(200)
    assert points.evaluate("points => points.style.transform") == ""
    assert np.abs(seen(page, inner) - moved).max() <= 2
    page.mouse.up()
