"""How fast the cine player plays and how much of the browser's main thread it takes.

    python -m tests.benchmarks.bench_player

Prints, for two sizes of cine with every panel: frames shown a second at a true rate of 62.5
frames/s (the screen's own 60 is the ceiling), the share of the main thread in use, the bytes of the
one message that carries the cine, and the ratio to Plotly playing the frames of the same cine
(an image a frame, no transition, without our other panels) as fast as it can.
"""

import tempfile
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import sync_playwright

from tests.app import conftest as harness
from tests.app.component_page import beating_heart

PAGE = Path(harness.__file__).parent / "component_page.py"
SECONDS = 5


def measure(browser: object, address: str, size: int) -> tuple[float, float, int]:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    messages: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: messages.append(len(frame))),
    )
    page.goto(f"{address}/?show=player&choice={size}")
    root = page.locator(".cine-player")
    root.wait_for()
    page.wait_for_timeout(3000)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def busy_s() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(entry["value"] for entry in metrics if entry["name"] == "TaskDuration")

    before = busy_s()
    page.wait_for_timeout(1000 * SECONDS)
    share = (busy_s() - before) / SECONDS
    rate = float(root.get_attribute("data-fps"))
    page.close()
    return rate, share, max(messages)


PLAY = """seconds => new Promise((resolve) => {
  const figure = document.querySelector('.js-plotly-plot');
  let shown = 0;
  figure.on('plotly_animatingframe', () => { shown += 1; });
  const play = () => Plotly.animate(figure, null, {
    mode: 'immediate', frame: { duration: 0, redraw: true }, transition: { duration: 0 },
  }).then(play);
  play();
  setTimeout(() => resolve(shown / seconds), 1000 * seconds);
})"""


def measure_plotly(browser: object, folder: Path, size: int) -> float:
    """Frames a second of Plotly's own animation of the same cine, in a page without Streamlit."""
    frames = [
        go.Frame(data=[go.Image(z=np.repeat(frame[..., None], 3, axis=2))], name=str(number))
        for number, frame in enumerate(beating_heart(size))
    ]
    figure = go.Figure(frames[0].data, frames=frames)
    place = folder / f"plotly-{size}.html"
    figure.write_html(place, include_plotlyjs=True, auto_play=False)
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(place.as_uri())
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    rate = float(page.evaluate(PLAY, SECONDS))
    page.close()
    return rate


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, address = harness.serve(PAGE, (), {}, Path(folder) / "log.txt")
        try:
            browser = playwright.chromium.launch(
                executable_path=harness.CHROMIUM, args=harness.CHROMIUM_ARGS
            )
            for size in (64, 128):
                rate, share, largest = measure(browser, address, size)
                plotly = measure_plotly(browser, Path(folder), size)
                print(
                    f"50 x {size} x {size}: {rate:.1f} frames/s, main thread {share:.0%} busy, "
                    f"largest message {largest / 1e6:.2f} MB; "
                    f"Plotly {plotly:.1f} frames/s, {rate / plotly:.1f} times as many"
                )
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
