"""What only a browser shows: scale, motion, silence, and the absence of a second loop."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parent / "component_page.py"
READY_MS = 30_000

Open = Callable[..., Any]


@pytest.fixture
def show(streamlit_app: Callable[..., str], new_page: Callable[..., Any]) -> Open:
    """Open a component's page and wait until it has drawn; returns page and component."""

    def open_component(
        component: str, choice: str = "", page: Any = None, **settings: object
    ) -> tuple[Any, Any]:
        page = page or new_page(**settings)
        address = streamlit_app(PAGE)
        page.goto(f"{address}/?show={component}&choice={choice}")
        root = page.locator(".component").first
        root.wait_for(timeout=READY_MS)
        page.wait_for_function(DRAWN, timeout=READY_MS)
        return page, root

    return open_component


# Components live in shadow roots, which Playwright's locators enter and document.querySelector
# does not.
FIND = """
const find = (selector) => [...document.querySelectorAll('*')]
  .map((element) => element.shadowRoot && element.shadowRoot.querySelector(selector))
  .find(Boolean);
"""
DRAWN = f"""() => {{ {FIND}
  const canvas = find('.component canvas');
  return canvas && canvas.style.width;
}}"""


def frame_of(root: Any) -> int:
    return int(root.get_attribute("data-frame"))


def wait_for_frame_rate(page: Any, root: Any, least: float) -> float:
    """The best rate of a few looks: other work on the machine may take one of them."""
    best = 0.0
    for _ in range(5):
        page.wait_for_timeout(1200)
        best = max(best, float(root.get_attribute("data-fps")))
        if best >= least:
            break
    return best


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


def test_two_hundred_thousand_points_are_hovered_lassoed_and_opened(show: Open) -> None:
    page, root = show("map", "100000")
    panel = root.locator(".panel").bounding_box()
    middle = (panel["x"] + panel["width"] / 2, panel["y"] + panel["height"] / 2)
    page.mouse.move(*middle)
    assert re.match(
        r"S9-000000 · ECG\nLVEF \(%\): .+\nAge \d+ years", root.locator(".card").inner_text()
    )
    assert root.locator(".card .still").is_visible()
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
    picture = "canvas => canvas.toDataURL()"
    points = root.locator(".points")
    whole = points.evaluate(picture)
    root.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {{ {FIND} return find('[data-zoom]').dataset.zoom === '1.40' }}")
    assert points.evaluate(picture) != whole
    root.get_by_role("button", name="CMR").click()
    assert root.get_by_role("button", name="CMR").get_attribute("aria-pressed") == "false"
    assert root.get_attribute("data-zoom") == "1.40"
    root.get_by_role("button", name="CMR").click()
    root.get_by_role("button", name="All").click()
    page.wait_for_timeout(200)
    assert points.evaluate(picture) == whole
    assert points.get_attribute("aria-label") == "200 subjects"


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


def frames_shown(page: Any, selector: str, milliseconds: int = 1200) -> np.ndarray:
    """Frames that every matching element shows, a row a screen frame."""
    return np.array(
        page.evaluate(
            f"""async ([selector, milliseconds]) => {{ {FIND}
              const root = find(selector).getRootNode();
              const seen = [];
              const start = performance.now();
              while (performance.now() - start < milliseconds) {{
                await new Promise(requestAnimationFrame);
                seen.push([...root.querySelectorAll(selector)].map((e) => Number(e.dataset.frame)));
              }}
              return seen;
            }}""",
            [selector, milliseconds],
        )
    )


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


def test_a_cine_alone_plays_without_empty_panels(show: Open) -> None:
    page, root = show("bare")
    assert root.locator(".signals").is_hidden()
    assert root.get_by_role("button", name="ES", exact=True).is_hidden()
    assert wait_for_frame_rate(page, root, 29.0) >= 29.0
    assert page.watch.errors == []
