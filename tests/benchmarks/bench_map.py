"""How fast the map of 200,000 subjects (400,000 points) draws, moves and answers a lasso.

    python -m tests.benchmarks.bench_map [--without-plotly]

Prints, for the cohort page and for Plotly's WebGL scatter of the same points in the same run:
seconds from the address to the first drawing, frames a second while the map is dragged (as fast as
the machine draws them: no screen limits the rate) and their ratio, seconds from the end of a lasso
around half of the map to the summary on the page, the bytes that the lasso sends and the bytes of
the largest message that comes; for the cohort page also the frame rate while zooming, seconds from
a pointer's rest on a point to the picture of its heart, and the bytes of that picture's message.
The medians of three rounds where there are rounds. Where there is no graphics card, as in CI, the
processor draws WebGL, which is slower by far than on a desk.
"""

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.app import conftest as harness

PAGE = Path(__file__).parent / "large_cohort.py"
ROUNDS = 3
PATIENCE_MS = 240_000
UNLIMITED_RATE = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]
COUNT_FRAMES = """async (seconds) => {
  const times = [];
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) {
    times.push(await new Promise(requestAnimationFrame));
  }
  return (times.length - 1) / ((times.at(-1) - times[0]) / 1000);
}"""

DRAG = """async (held, [kind, x, y, reach]) => {
  const Event = kind === "mousemove" ? MouseEvent : PointerEvent;
  const canvases = [...document.querySelectorAll(".gl-canvas")];
  const drawings = canvases.map((canvas) => canvas.getContext("webgl"));
  const first = await new Promise(requestAnimationFrame);
  let [last, frames] = [first, 0];
  while (last - first < 3000) {
    frames += 1;
    const at = { clientX: x + reach * Math.sin(frames / 20), clientY: y, buttons: 1, pointerId: 1 };
    held.dispatchEvent(new Event(kind, { ...at, bubbles: true }));
    for (const gl of drawings) {
      gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    }
    last = await new Promise(requestAnimationFrame);
  }
  return (1000 * frames) / (last - first);
}"""
"""Moves a held map a little before each frame. WebGL only queues what it is told to draw: reading a
pixel waits until it is drawn, so that no frame counts that nobody has seen."""


MOVE_TOOL = {
    "cohort": lambda page: page.get_by_role("button", name="Move"),
    "plotly": lambda page: page.locator("[data-attr=dragmode][data-val=pan]"),
}
LASSO_TOOL = {
    "cohort": lambda page: page.get_by_role("button", name="Lasso"),
    "plotly": lambda page: page.locator("[data-attr=dragmode][data-val=lasso]"),
}


class Traffic:
    """Sizes of what a page sends and receives through its websocket."""

    def __init__(self, page: Page) -> None:
        self.sent: list[int] = []
        self.received: list[int] = []
        page.on("websocket", self._follow)

    def _follow(self, socket: object) -> None:
        socket.on("framesent", lambda frame: self.sent.append(len(frame)))
        socket.on("framereceived", lambda frame: self.received.append(len(frame)))


def open_map(browser: Browser, address: str, show: str) -> tuple[Page, Locator, Traffic, float]:
    """A page whose map is drawn, the element that holds the points, and the seconds it took."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    traffic = Traffic(page)
    began = time.perf_counter()
    page.goto(f"{address}/?show={show}")
    if show == "plotly":
        target = page.locator(".js-plotly-plot .nsewdrag").first
        page.locator(".js-plotly-plot .gl-canvas").first.wait_for()
    else:
        target = page.locator(".embedding-map .panel")
        page.locator(".embedding-map[data-zoom]").wait_for()
    target.wait_for()
    took = time.perf_counter() - began
    page.wait_for_timeout(3000)
    return page, target, traffic, took


def lasso(page: Page, target: Locator) -> float:
    """Seconds from letting go of a lasso around the left half to the summary on the page."""
    box = target.bounding_box()
    corners = [(0.02, 0.02), (0.5, 0.02), (0.5, 0.98), (0.02, 0.98), (0.02, 0.04)]
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    began = time.perf_counter()
    page.mouse.up()
    words = page.get_by_text(re.compile(r"[\d,]+ of 200,000 subjects"))
    words.wait_for()
    took = time.perf_counter() - began
    print(f"    lasso: {words.inner_text()}")
    return took


def dragged(page: Page, target: Locator, show: str) -> float:
    """Frames a second while the map is dragged to and fro, moved a little before each frame."""
    MOVE_TOOL[show](page).click()
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y)
    held = page.locator(".dragcover") if show == "plotly" else target
    kind = "mousemove" if show == "plotly" else "pointermove"
    rate = held.evaluate(DRAG, [kind, x, y, 0.1 * box["width"]])
    page.mouse.up()
    return rate


def zoomed(page: Page) -> float:
    """Frames a second while the map is zoomed in and out by its keys."""
    page.locator(".embedding-map .panel").focus()
    page.evaluate("window.rate = null")
    page.evaluate(f"({COUNT_FRAMES})(3).then((rate) => {{ window.rate = rate; }}); 0")
    step = 0
    while page.evaluate("window.rate") is None:
        step += 1
        page.keyboard.press("+" if step % 8 < 4 else "-")
    return page.evaluate("window.rate")


def pictured(page: Page, target: Locator, traffic: Traffic) -> tuple[float, int]:
    """Seconds until a point under a resting pointer has its picture, and bytes received for it."""
    box = target.bounding_box()
    took, received = [], len(traffic.received)
    for share in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        began = time.perf_counter()
        page.locator(".embedding-map .card .still[data-drawn=true]").wait_for()
        took.append(time.perf_counter() - began)
    return statistics.median(took), max(traffic.received[received:])


def measure(browser: Browser, address: str, show: str) -> float:
    """Print all about one of the two maps; frames a second while it is dragged."""
    page, target, traffic, took = open_map(browser, address, show)
    print(f"{show}: drawn after {took:.2f} s, largest message {max(traffic.received) / 1e6:.2f} MB")
    rate = statistics.median(dragged(page, target, show) for _ in range(ROUNDS))
    print(f"    dragging {rate:.1f} frames/s")
    if show == "cohort":
        target.press("Home")  # the lasso below is to go around half of the map
    LASSO_TOOL[show](page).click()
    answers = []
    for _ in range(ROUNDS if show == "cohort" else 1):
        sent, received = len(traffic.sent), len(traffic.received)
        answers.append(lasso(page, target))
        sent, received = sum(traffic.sent[sent:]), sum(traffic.received[received:])
        if show == "cohort":
            page.locator(".embedding-map .panel").focus()
            page.keyboard.press("Escape")
            page.get_by_text("Draw a lasso or a box").wait_for()
    print(
        f"    lasso to summary {statistics.median(answers):.2f} s, {sent / 1e3:.1f} kB sent, "
        f"{received / 1e3:.0f} kB received"
    )
    if show == "cohort":
        seconds, size = pictured(page, target, traffic)
        print(f"    picture {seconds:.2f} s after the pointer came to rest, {size / 1e3:.0f} kB")
        print(f"    zooming {zoomed(page):.0f} frames/s")
    page.close()
    return rate


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, address = harness.serve(PAGE, (), {}, Path(folder) / "log.txt")
        browser = playwright.chromium.launch(
            executable_path=harness.CHROMIUM, args=[*harness.CHROMIUM_ARGS, *UNLIMITED_RATE]
        )
        try:
            ours = measure(browser, address, "cohort")
            if "--without-plotly" not in sys.argv:
                theirs = measure(browser, address, "plotly")
                print(f"dragging: {ours / theirs:.1f} times the frames of Plotly's WebGL")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
