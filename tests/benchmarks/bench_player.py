"""How fast the cine player plays and how much of the browser's main thread it takes.

    python tests/benchmarks/bench_player.py

Prints, for two sizes of cine with every panel: frames shown a second at a true rate of 62.5
frames/s (the screen's own 60 is the ceiling), the share of the main thread in use, and the
bytes of the one message that carries the cine.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "app"))

import conftest as harness
from playwright.sync_api import sync_playwright

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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, address = harness.serve(PAGE, (), {}, Path(folder) / "log.txt")
        try:
            browser = playwright.chromium.launch(
                executable_path=harness.CHROMIUM, args=harness.CHROMIUM_ARGS
            )
            for size in (64, 128):
                rate, share, largest = measure(browser, address, size)
                print(
                    f"50 x {size} x {size}: {rate:.1f} frames/s, main thread {share:.0%} busy, "
                    f"largest message {largest / 1e6:.2f} MB"
                )
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
