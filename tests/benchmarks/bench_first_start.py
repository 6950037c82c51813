"""First start of the app, on an empty cache, against an earlier commit in the same run.

    python -m tests.benchmarks.bench_first_start [COMMIT]

Prints, for this tree and for the commit (by default the last one with a whole rebuild first),
the seconds from the command to the first inspected ECG in Chromium, the processor seconds of the
server until then, and the ratios. The two are started in turn, each with a cache of its own.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.app import conftest as harness

BEFORE = "34be9b4"
ROUNDS = 3
PORT = 8671
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(process_id: int) -> float:
    """Processor seconds of a process and its children, those that ended included."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / TICKS_PER_S
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return own + sum(cpu_s(int(child)) for child in children)


@contextmanager
def server(tree: Path, cache: str) -> Iterator[subprocess.Popen]:
    """A server of a tree."""
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py"]
    command += ["--server.port", str(PORT), "--server.headless", "true"]
    environment = {**os.environ, "PTACL_CACHE": cache, "PYTHONPATH": str(tree)}
    process = subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def first_start(tree: Path, browser: Browser) -> tuple[float, float]:
    """Seconds, and processor seconds of the server, to the first inspected ECG."""
    with tempfile.TemporaryDirectory() as cache:
        began = time.perf_counter()
        with server(tree, cache) as process:
            address = f"http://localhost:{PORT}"
            while True:
                with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health"):
                    break
                time.sleep(0.02)
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            page.goto(address)
            page.locator(".volumes .predicted").first.wait_for(timeout=300_000)
            taken = time.perf_counter() - began, cpu_s(process.pid)
            page.close()
        return taken


def main(commit: str = BEFORE) -> None:
    """Measure both trees in turn and print the table."""
    taken: dict[str, list[tuple[float, float]]] = {"this tree": [], commit: []}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        earlier = Path(folder) / "earlier"
        git = ["git", "-C", str(harness.REPOSITORY), "worktree"]
        subprocess.run([*git, "add", "--detach", str(earlier), commit], check=True)
        browser = playwright.chromium.launch(
            executable_path=harness.CHROMIUM, args=harness.CHROMIUM_ARGS
        )
        try:
            for _ in range(ROUNDS):
                taken["this tree"].append(first_start(harness.REPOSITORY, browser))
                taken[commit].append(first_start(earlier, browser))
        finally:
            browser.close()
            subprocess.run([*git, "remove", "--force", str(earlier)], check=False)
    medians = {}
    for name, runs in taken.items():
        medians[name] = [statistics.median(values) for values in zip(*runs, strict=True)]
        seconds, processor = medians[name]
        print(f"{name}: {seconds:.1f} s to the first inspected ECG, {processor:.1f} CPU s")
    ratios = [a / b for a, b in zip(medians["this tree"], medians[commit], strict=True)]
    print(f"ratio: {ratios[0]:.2f} of the time, {ratios[1]:.2f} of the processor time")


if __name__ == "__main__":
    main(*sys.argv[1:])
