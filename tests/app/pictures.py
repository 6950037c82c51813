"""Screenshots of every page, to look at and for the README.

python -m tests.app.pictures OUT            # every page, two widths, light and dark
python -m tests.app.pictures --readme       # some of them, small, into app/pictures/
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from ptacl.io.writers.dicom import write_dicom_zip
from ptacl.synthetic import simulate_stack
from ptacl.synthetic.raw_files import whole_ms
from tests.app import conftest as harness
from tests.app.browsing import FOOTER, QUESTIONS

README = {"inspect": "", "cohort": "cohort", "alignment": "alignment"}
"""Picture → path of its page; and the page of a cine, with a simulated study dropped on it."""
CINE, CINE_PAGE, CINE_HEART = "cine", "inspect_cine", 7
MEASURED_MS = 300_000
COLOURS = 256
"""Enough for flat pages with grey hearts; a picture then takes a third of the bytes."""
SETTLE_MS = 3000


def take(
    browser: Browser,
    address: str,
    width: int,
    scheme: str,
    *,
    whole: bool = True,
    study: Path | None = None,
) -> bytes:
    """One screenshot (PNG) of the page at this address, as tall as its content."""
    context = browser.new_context(
        viewport={"width": width, "height": 1100},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # Playwright's waiting runs text as a script, which the app forbids
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_text(FOOTER).wait_for(timeout=120_000)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'",
        timeout=60_000,
    )
    if study:
        page.locator("input[type=file]").set_input_files(str(study))
        page.get_by_role("heading", name="Volumes measured on the cine").wait_for(
            timeout=MEASURED_MS
        )
    page.wait_for_timeout(SETTLE_MS)
    if study:  # past the drop zone, to the player and the first volumes
        page.get_by_role("heading", name=study.name).first.scroll_into_view_if_needed()
        page.wait_for_timeout(SETTLE_MS)
    if whole:
        # The page scrolls inside its main part: make the window as tall as that.
        height = page.evaluate(
            "Math.max(...[...document.querySelectorAll('[data-testid=stMain]')]"
            ".map(e => e.scrollHeight))"
        )
        page.set_viewport_size({"width": width, "height": min(int(height) + 20, 6000)})
        page.wait_for_timeout(1500)
    picture = page.screenshot()
    context.close()
    return picture


def simulated_study(folder: Path) -> Path:
    """Write a simulated stack as a DICOM zip."""
    _, stack = simulate_stack(1, CINE_HEART, ages="adults", size=128)
    path = folder / "simulated.zip"
    write_dicom_zip([whole_ms(cine) for cine in stack], path)
    return path


def save_small(picture: bytes, out: Path) -> None:
    """Write a PNG with a palette that keeps the few red and blue points apart from the greys."""
    colours = Image.open(io.BytesIO(picture)).convert("RGB")
    small = colours.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1)
    small.save(out, optimize=True)


def main() -> None:
    """Start the app once and photograph it."""
    readme = sys.argv[1:] == ["--readme"]
    out = harness.APP / "pictures" if readme else Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, address = harness.serve(harness.APP / "main.py", (), {}, Path(folder) / "log")
        browser = playwright.chromium.launch(
            executable_path=harness.CHROMIUM, args=harness.CHROMIUM_ARGS
        )
        try:
            if readme:
                for name, path in README.items():
                    picture = take(browser, f"{address}/{path}", 1440, "light", whole=False)
                    save_small(picture, out / f"{name}.png")
                study = simulated_study(Path(folder))
                page = f"{address}/{CINE_PAGE}"
                picture = take(browser, page, 1440, "light", whole=False, study=study)
                save_small(picture, out / f"{CINE}.png")
                return
            for path in QUESTIONS:
                for width in (1440, 1024):
                    for scheme in ("light", "dark"):
                        picture = take(browser, f"{address}/{path}", width, scheme)
                        (out / f"{path or 'inspect'}-{width}-{scheme}.png").write_bytes(picture)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
