"""How long a person waits for the app.

    python -m tests.benchmarks.bench_app [ECG_FILE ...]

Prints the seconds from the `streamlit run` command to the first page drawn (title, volumes, ECG
paper, map and six cines): from an empty cache, then with the gallery's signals in the cache, once
in a browser that never saw the app and then in one that did; on a server that runs already; and
from the drop of a file to its complete inspection. The browser is a person's: it runs, has a
profile of its own, and the app has its usual address. Without files a simulated ECG is dropped.
"""

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.app import conftest as harness

VISITS = 4
WARM_UP_MS = 15_000
"""The model is warmed behind the first page."""
MAIN = harness.APP / "main.py"


@contextmanager
def started(cache: Path, browser: BrowserContext, port: int) -> Iterator[tuple[Page, float]]:
    """A page opened as soon as the server answers, and the moment the command was given."""
    command = [sys.executable, "-m", "streamlit", "run", str(MAIN), "--server.port", str(port)]
    environment = {**harness.os.environ, "PTACL_CACHE": str(cache)}
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=harness.REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://localhost:{port}"
        while True:
            with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health"):
                break
            time.sleep(0.02)
        page = browser.new_page()
        page.goto(address)
        yield page, began
        page.close()
    finally:
        process.terminate()
        process.wait()


@contextmanager
def persons_browser(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """A running browser with a profile on the disk, as nobody has a new one for every page."""
    browser = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=harness.CHROMIUM,
        args=harness.CHROMIUM_ARGS,
        viewport={"width": 1440, "height": 1000},
        bypass_csp=True,  # Playwright's waiting runs text as a script, which the app forbids
    )
    yield browser
    browser.close()


def wait_until_drawn(page: Page) -> None:
    """Title, volumes, paper, map, the neighbours' players and the footer are all there."""
    page.get_by_role("heading", name="What would the MRI show?").wait_for(timeout=120_000)
    page.locator(".volumes .predicted").first.wait_for(timeout=120_000)
    page.locator("[data-zoom]").first.wait_for(timeout=120_000)
    page.locator("[data-mm]").first.wait_for(timeout=120_000)
    page.locator("[data-frame]").first.wait_for(timeout=120_000)
    page.get_by_text("Research use only, not a medical device · model").wait_for(timeout=120_000)


def drop(page: Page, files: list[Path]) -> float:
    """Seconds from the drop to the complete inspection of this file."""
    name = files[0].stem
    began = time.perf_counter()
    page.locator("input[type=file]").set_input_files([str(file) for file in files])
    page.get_by_role("heading", name=f"ECG of {name}").wait_for(timeout=60_000)
    # A page in the middle of a run still shows what stood there: wait for the run to end.
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    wait_until_drawn(page)
    return time.perf_counter() - began


def simulated_file(folder: Path) -> list[Path]:
    from ptacl.io.writers.wfdb_nifti import write_ecg
    from ptacl.synthetic import simulate_subject

    write_ecg(simulate_subject(99, 0).ecg, folder / "simulated.hea")
    return [folder / "simulated.hea", folder / "simulated.dat"]


def opened_again(browser: BrowserContext, address: str) -> float:
    """Seconds from the address to the page drawn, on a server that runs already."""
    began = time.perf_counter()
    page = browser.new_page()
    page.goto(address)
    wait_until_drawn(page)
    taken = time.perf_counter() - began
    page.close()
    return taken


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        cache, port = Path(folder) / "cache", harness._free_port()
        files = [Path(name) for name in sys.argv[1:]] or simulated_file(Path(folder))
        with (
            persons_browser(playwright, Path(folder) / "first") as browser,
            started(cache, browser, port) as (page, began),
        ):
            wait_until_drawn(page)
            print(f"first start, signals rebuilt: {time.perf_counter() - began:.1f} s")
        with persons_browser(playwright, Path(folder) / "second") as browser:
            for visit in range(1, 1 + VISITS):
                with started(cache, browser, port) as (page, began):
                    wait_until_drawn(page)
                    print(f"first page, visit {visit}: {time.perf_counter() - began:.2f} s")
                    if visit < VISITS:
                        continue
                    page.wait_for_timeout(WARM_UP_MS)
                    print(f"upload to inspection: {drop(page, files):.2f} s")
                    print(f"first page, warm server: {opened_again(browser, page.url):.2f} s")


if __name__ == "__main__":
    main()
