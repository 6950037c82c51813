"""The player in motion: rate, clock, linked panels, loops, and the absence of a second loop."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.app.component_browsing import FIND, frame_of, frames_shown, wait_for_frame_rate

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


@pytest.mark.parametrize("size", ["64", "128"])
def test_the_player_shows_29_frames_a_second_with_every_panel(show: Open, size: str) -> None:
    page, root = show("player", size)
    assert wait_for_frame_rate(page, root, 29.0) >= 29.0
    root.get_by_role("button", name="30 fps").click()
    assert wait_for_frame_rate(page, root, 29.0) >= 29.0
    assert page.watch.errors == []


def test_nothing_is_sent_while_playing_and_nothing_leaves_the_machine(show: Open) -> None:
    page, root = show("player", "64")
    page.wait_for_timeout(1500)
    sent = len(page.watch.sent)
    first = frame_of(root)
    page.wait_for_timeout(2000)
    assert len(page.watch.sent) == sent
    assert root.get_attribute("data-playing") == "true"
    assert page.watch.requests and page.watch.foreign_requests() == []
    assert first != frame_of(root) or float(root.get_attribute("data-fps")) > 0


def test_the_frame_follows_elapsed_time_at_every_speed(show: Open) -> None:
    page, root = show("player", "64")
    for label, beat_ms in [("½ ×", 1600.0), ("True rate, 75 /min", 800.0), ("30 fps", 5000 / 3)]:
        root.get_by_role("button", name=label).click()
        frames = page.evaluate(
            f"""async () => {{ {FIND}
              const root = find('.cine-player');
              const seen = [];
              const start = performance.now();
              while (performance.now() - start < 1000) {{
                const now = await new Promise(requestAnimationFrame);
                seen.push([now, Number(root.dataset.frame)]);
              }}
              return seen;
            }}"""
        )
        times, shown = np.array(frames).T
        turns = np.unwrap(shown, period=50) / 50
        rate = np.polyfit(times - times[0], turns, 1)[0]
        assert 1 / rate == pytest.approx(beat_ms, rel=0.03)


def test_space_pauses_and_arrows_step(show: Open) -> None:
    page, root = show("player", "64")
    root.focus()
    page.keyboard.press("Space")
    assert root.get_attribute("data-playing") == "false"
    frame = frame_of(root)
    page.wait_for_timeout(300)
    assert frame_of(root) == frame
    page.keyboard.press("ArrowRight")
    assert frame_of(root) == (frame + 1) % 50
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert frame_of(root) == (frame - 1) % 50
    page.keyboard.press("Space")
    assert root.get_attribute("data-playing") == "true"


def test_it_starts_paused_where_motion_is_unwelcome(show: Open) -> None:
    page, root = show("player", "64", reduced_motion="reduce")
    page.wait_for_timeout(400)
    assert root.get_attribute("data-playing") == "false"
    assert frame_of(root) == 0


@pytest.mark.parametrize("panel", ["strip", "map", "curve"])
def test_pointing_at_a_panel_sets_the_frame(show: Open, panel: str) -> None:
    page, root = show("player", "64")
    box = root.locator(f".{panel}").bounding_box()
    left, right = box["x"] + 52, box["x"] + box["width"] - 14
    for share in (0.25, 0.705):
        page.mouse.move(left + share * (right - left), box["y"] + 0.6 * box["height"])
        page.wait_for_timeout(150)
        assert frame_of(root) == int(share * 50)
    page.mouse.move(5, 5)
    page.wait_for_timeout(100)
    assert root.get_attribute("data-playing") == "true"


COUNT_ANIMATION_REQUESTS = """
window.animationRequests = 0;
const original = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => {
  window.animationRequests += 1;
  return original(callback);
};
"""


def test_new_data_does_not_leave_a_second_loop(show: Open, page: Any) -> None:
    page.add_init_script(COUNT_ANIMATION_REQUESTS)
    show("player", "64", page=page)
    page.wait_for_timeout(1000)

    def requests_per_frame() -> float:
        """Animation requests between two frames of the screen, counted by a loop of our own."""
        return page.evaluate(
            """async () => {
              const before = window.animationRequests;
              for (let frame = 0; frame < 40; frame += 1) await new Promise(requestAnimationFrame);
              return (window.animationRequests - before) / 40 - 1;
            }"""
        )

    assert requests_per_frame() == pytest.approx(1.0, abs=0.2)
    for seed in ("1", "2", "3"):
        page.get_by_label("seed").fill(seed)
        page.keyboard.press("Enter")
        page.wait_for_timeout(1200)
    assert requests_per_frame() == pytest.approx(1.0, abs=0.2)
    assert page.watch.errors == []


def test_text_is_shown_as_text(show: Open) -> None:
    _, root = show("player", "64")
    assert root.locator(".title").inner_text() == "S7-00012 · simulated <b>heart</b>"


def test_a_pointer_holds_the_clock_and_leaves_what_was_playing(show: Open) -> None:
    page, root = show("player", "64")
    root.focus()
    page.keyboard.press("Space")
    root.locator(".curve").hover()
    page.mouse.move(5, 5)
    assert root.get_attribute("data-playing") == "false"


def test_the_phases_of_the_heart_are_one_click_away(show: Open) -> None:
    _, root = show("player", "64")
    root.get_by_role("button", name="ES", exact=True).click()
    assert frame_of(root) == 18
    assert root.locator(".mark").inner_text() == "ES"
    root.get_by_role("button", name="ED", exact=True).click()
    assert (frame_of(root), root.locator(".mark").inner_text()) == (0, "ED")


LOOK = """
const look = () => ({
  frame: Number(root.dataset.frame),
  cine: root.querySelector('.cine canvas').toDataURL(),
  marks: [...root.querySelectorAll('.cursor, .column, .row, .lit')].map((e) => e.style.transform),
  words: root.querySelector('.reading').textContent,
});
"""


def test_the_other_panels_follow_a_pointer_within_one_frame(show: Open) -> None:
    """What the next animation frame finds after a pointer event is drawn already."""
    page, _ = show("player", "128", reduced_motion="reduce")
    for number, panel in enumerate(("strip", "map", "curve")):
        share = 0.25 + 0.2 * number
        before, after = page.evaluate(
            f"""async ([name, share]) => {{ {FIND}
              const root = find('.cine-player'); {LOOK}
              const panel = root.querySelector(name);
              const box = panel.getBoundingClientRect();
              const before = look();
              panel.dispatchEvent(new PointerEvent('pointermove', {{
                clientX: box.left + 52 + share * (box.width - 66),
                clientY: box.top + 0.6 * box.height,
                bubbles: true,
              }}));
              await new Promise(requestAnimationFrame);
              return [before, look()];
            }}""",
            [f".{panel}", share],
        )
        assert after["frame"] == int(share * 50)
        assert after["cine"] != before["cine"] and after["words"] != before["words"]
        assert all(a != b for a, b in zip(after["marks"], before["marks"], strict=True))


def test_a_part_of_the_beat_is_looped_by_name_by_drag_and_by_keys(show: Open) -> None:
    page, root = show("player", "64")
    root.get_by_role("button", name="Systole").click()
    assert root.locator(".looped").inner_text() == "0–288 ms"
    shown = frames_shown(page, ".cine-player")
    assert shown.max() <= 17 and shown.min() <= 1 and np.ptp(shown) >= 12
    axis = root.locator(".axis").bounding_box()
    across = [axis["x"] + 52 + share * (axis["width"] - 66) for share in (0.5, 0.8)]
    page.mouse.move(across[0], axis["y"] + 9)
    page.mouse.down()
    page.mouse.move(across[1], axis["y"] + 9, steps=3)
    page.mouse.up()
    assert re.fullmatch(r"(399|400|401)–(639|640|641) ms", root.locator(".looped").inner_text())
    shown = frames_shown(page, ".cine-player", 600)
    assert shown.min() >= 24 and shown.max() <= 40
    root.get_by_role("button", name="Whole beat").click()
    root.get_by_role("button", name="ES", exact=True).click()
    root.focus()
    page.keyboard.press("[")
    assert root.locator(".looped").inner_text() == "288–800 ms"
    assert root.get_by_role("button", name="Diastole").get_attribute("aria-pressed") == "true"


def test_a_cine_alone_plays_without_empty_panels(show: Open) -> None:
    page, root = show("bare")
    assert root.locator(".signals").is_hidden()
    assert root.get_by_role("button", name="ES", exact=True).is_hidden()
    assert wait_for_frame_rate(page, root, 29.0) >= 29.0
    assert page.watch.errors == []
