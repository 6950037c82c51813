"""What it takes to install PTACL from its wheel, and how soon the first ECG is inspected.

    python -m tests.benchmarks.bench_install [--python PYTHON] [--extra hub ...]

Builds the wheel, installs it into an empty environment in a temporary folder, and prints: the
megabytes of the wheel; of all that is installed, of the packages that the product was asked to be
built with together with all that these require, and of all others; the same for each extra; and
the seconds from the start of Python to the first inspected ECG by three lines, and from
``ptacl app`` to the first page, which shows an inspected ECG. Nothing of the checkout is on the
path. Installing needs a package index; what is timed does not.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.app import conftest as harness
from tests.benchmarks import installed_sizes
from tests.made.hearts import heart

THREE_LINES = """
model = ptacl.load("demo")
inspection = model.inspect(ptacl.read_ecg("{ecg}"))
print(inspection.predictions[3].name, round(inspection.predictions[3].value))
"""
PAGE_MS = 180_000


def main() -> None:
    """Build, install, measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--extra", nargs="*", default=["hub"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = built(folder)
        print(f"wheel {wheel.stat().st_size / 1e6:.1f} MB")
        run([chosen.python, "-m", "venv", folder / "venv"])
        python = folder / "venv" / "bin" / "python"
        install(python, str(wheel))
        core = sizes(python)
        others = sorted(core["others"].items(), key=lambda item: -item[1])
        print(
            f"installed {core['all']:.0f} MB: {core['chosen']:.0f} MB are "
            f"{', '.join(installed_sizes.CHOSEN)} and what they require, {core['ptacl']:.0f} MB "
            f"ptacl with its models, {sum(core['others'].values()):.0f} MB others "
            f"({', '.join(f'{name} {size:.0f}' for name, size in others[:8])} …)"
        )
        first_python(python, folder)
        first_page(python, folder)
        before = core["all"]
        for extra in chosen.extra:
            install(python, f"{wheel}[{extra}]")
            after = sizes(python)["all"]
            print(f"extra {extra}: {after - before:.1f} MB")
            before = after


def built(folder: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"]
    run(command, cwd=harness.REPOSITORY)
    return next((folder / "dist").glob("*.whl"))


def install(python: Path, what: str) -> None:
    """Install with pip, by its own configuration."""
    began = time.perf_counter()
    run([python, "-m", "pip", "install", "-q", what])
    print(f"pip install {Path(what).name}: {time.perf_counter() - began:.0f} s")


def sizes(python: Path) -> dict:
    """Megabytes of the environment."""
    return json.loads(run([python, Path(installed_sizes.__file__)]))


def first_python(python: Path, folder: Path) -> None:
    """Print the seconds of three lines in a new process, twice: the first compiles bytecode."""
    from ptacl.io.writers.wfdb_nifti import write_ecg

    write_ecg(heart(), folder / "ecg.hea")
    lines = "import ptacl" + THREE_LINES.format(ecg=folder / "ecg.hea")
    for which in ("first", "second"):
        began = time.perf_counter()
        printed = run([python, "-c", lines], cwd=folder, env=environment(folder))
        print(f"three lines, {which}: {time.perf_counter() - began:.1f} s ({printed.strip()})")


def first_page(python: Path, folder: Path) -> None:
    """Print the seconds from the command to the drawn page, twice: the first rebuilds signals."""
    from playwright.sync_api import sync_playwright

    from tests.app.browsing import FOOTER

    for which in ("first", "second"):
        port = harness._free_port()
        command = [python.parent / "ptacl", "app", "--no-browser", "--port", str(port)]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=harness.CHROMIUM, args=harness.CHROMIUM_ARGS
            )
            page = browser.new_page()
            began = time.perf_counter()
            server = subprocess.Popen(
                list(map(str, command)), cwd=folder, env=environment(folder),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                address = f"http://localhost:{port}"
                while True:
                    assert server.poll() is None
                    with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health"):
                        break
                    time.sleep(0.05)
                page.goto(address)
                page.get_by_text(FOOTER).wait_for(timeout=PAGE_MS)
                print(f"ptacl app, {which}: {time.perf_counter() - began:.1f} s to the first page")
            finally:
                server.kill()
                server.wait()
                browser.close()


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the checkout, and an empty cache."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PTACL_")}
    return {**kept, "PYTHONPATH": "", "PTACL_CACHE": str(folder / "cache")}


def run(command: list, **options: object) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


if __name__ == "__main__":
    main()
