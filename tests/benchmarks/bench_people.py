"""How the app bears thirty people at once, and how much memory its server takes.

    python -m tests.benchmarks.bench_people

Thirty people, each on another page, switch pages; everybody looks for 2 to 8 seconds between two
clicks. Prints the 95th percentile of the time from a click until all of the page was sent, the time
of a page switch of one person on a warm server, errors, and the server's resident memory with the
shipped gallery and with one of 200,000 subjects beside it, whose map is open.
"""

import asyncio
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import websockets
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol

from ptacl.gallery import format as layout
from ptacl.gallery import index, open_gallery
from ptacl.gallery.signals import FILES, open_signals
from tests.app import conftest as harness
from tests.app.browsing import QUESTIONS, drawn, opened

PEOPLE = 30
ROUNDS = 3
LOOKS_S = (2.0, 8.0)
LOOKS_ALONE_MS = 1000
"""Between two clicks of the one person: the browser still paints when a page has been sent."""
MANY = 200_000
GALLERY = harness.DEMO.parent


def switch(page: Page, path: str) -> float:
    """Seconds from a click in the navigation to the page drawn as a whole."""
    place = list(QUESTIONS).index(path)
    began = time.perf_counter()
    page.locator("[data-testid=stSidebarNavLink]").nth(place).click()
    drawn(page, path)
    return time.perf_counter() - began


async def one_person(
    address: str, number: int, together: asyncio.Barrier
) -> tuple[list[float], int]:
    """Seconds from each click of one person to all of the page sent, and how often a run failed.

    Their browser is a socket that takes what the server sends: everybody draws on a machine of
    their own.
    """
    paths = list(QUESTIONS)
    rng = np.random.default_rng(number)
    url = address.replace("http", "ws") + "/_stcore/stream"
    async with websockets.connect(
        url, subprotocols=[Subprotocol("streamlit")], max_size=None
    ) as socket:
        _, failed = await page_sent(socket, paths[number % len(paths)])
        await together.wait()
        seconds = []
        for step in range(1, 1 + ROUNDS * len(paths)):
            await asyncio.sleep(rng.uniform(*LOOKS_S))
            took, fault = await page_sent(socket, paths[(number + step) % len(paths)])
            seconds.append(took)
            failed += fault
    return seconds, failed


async def page_sent(socket: websockets.ClientConnection, path: str) -> tuple[float, int]:
    """Seconds until the run of a page has ended, and 1 where it showed an exception."""
    asked = BackMsg()
    asked.rerun_script.page_name = path
    began = time.perf_counter()
    await socket.send(asked.SerializeToString())
    failed = 0
    while True:
        told = ForwardMsg.FromString(await socket.recv())
        if told.WhichOneof("type") == "delta" and told.delta.new_element.WhichOneof("type") in (
            "exception",
            "alert",
        ):
            failed = 1
        if told.WhichOneof("type") == "script_finished":
            return time.perf_counter() - began, failed


async def people_at_once(address: str) -> tuple[list[float], int]:
    """All seconds of all people, and how many runs failed."""
    together = asyncio.Barrier(PEOPLE)
    found = await asyncio.gather(*(one_person(address, n, together) for n in range(PEOPLE)))
    return [second for seconds, _ in found for second in seconds], sum(n for _, n in found)


def resident_mb(process_id: int) -> float:
    """Resident memory of a process."""
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def enlarged(folder: Path) -> Path:
    """The shipped gallery's subjects again and again until they are many, their signals empty."""
    shipped = open_gallery(GALLERY)
    rows = np.resize(np.arange(len(shipped)), MANY)
    rng = np.random.default_rng(0)
    signals = folder / layout.SIGNALS
    signals.mkdir(parents=True)
    table = shipped.table.iloc[rows].reset_index(drop=True)
    table["subject_id"] = [f"M{number:06d}" for number in range(MANY)]
    table.to_parquet(folder / layout.TABLE)
    places = np.stack([shipped.map_ecg, shipped.map_cmr])[:, rows]
    np.save(folder / layout.MAP, places + rng.normal(0, 0.1, places.shape).astype(np.float32))
    vectors = {key: values[rows] for key, values in shipped.vectors.items()}
    index.save(index.build(vectors["cmr"]), folder / layout.INDEX)
    np.savez(
        folder / layout.EMBEDDINGS,
        **{key: values.astype(np.float16) for key, values in vectors.items()},
    )
    small = open_signals(GALLERY, shipped.manifest, shipped.table).whole()
    for name in FILES:  # sparse: they take no room on the disk
        array = getattr(small, name)
        place, shape = signals / f"{name}.npy", (MANY, *array.shape[1:])
        np.lib.format.open_memmap(place, "w+", array.dtype, shape).flush()
    for name in (layout.FAMILIAR, f"{layout.HEADS}.json", f"{layout.HEADS}.npz"):
        shutil.copy(GALLERY / name, folder / name)
    manifest = json.loads((GALLERY / layout.MANIFEST).read_text())
    manifest |= {"name": "many", "subjects": MANY, "examples": []}
    manifest["checkpoint_path"] = str(GALLERY.parent)
    (folder / layout.MANIFEST).write_text(json.dumps(manifest))
    return folder


@contextmanager
def served(folder: Path, *galleries: str) -> Iterator[tuple[int, str]]:
    """A server of its own: its process and its address."""
    server, address = harness.serve(harness.APP / "main.py", galleries, {}, folder / "log")
    try:
        yield server.pid, address
    finally:
        server.terminate()
        server.wait()


def measure_people(browser: Browser, process_id: int, address: str) -> None:
    """One person on a warm server, then thirty at once."""
    page = opened(browser.new_page(reduced_motion="reduce", bypass_csp=True), address)
    for path in QUESTIONS:  # everybody's first visit fills the caches
        switch(page, path)
    alone: dict[str, list[float]] = {path: [] for path in QUESTIONS}
    for _ in range(ROUNDS):
        for path, seconds in alone.items():
            seconds.append(switch(page, path))
            page.wait_for_timeout(LOOKS_ALONE_MS)
    every = [second for seconds in alone.values() for second in seconds]
    print(
        f"page switch, one person, warm: median {statistics.median(every):.2f} s, "
        f"slowest {max(every):.2f} s; median by page: "
        + ", ".join(f"{path or 'inspect'} {statistics.median(s):.2f}" for path, s in alone.items())
    )
    print(f"resident memory, one person: {resident_mb(process_id):.0f} MB")
    with ThreadPoolExecutor(1) as aside:  # Playwright's own loop runs on this thread
        times, failed = aside.submit(asyncio.run, people_at_once(address)).result()
    print(
        f"{PEOPLE} people at once, {len(times)} pages: median {statistics.median(times):.2f} s, "
        f"95th percentile {np.percentile(times, 95):.2f} s, {failed} failed"
    )
    print(f"resident memory after {PEOPLE} people: {resident_mb(process_id):.0f} MB")


def measure_many(browser: Browser, process_id: int, address: str) -> None:
    """The demo, then a map of many subjects beside it."""
    page = opened(browser.new_page(bypass_csp=True), address, "cohort?gallery=demo")
    began = time.perf_counter()
    page.goto(f"{address}/cohort?gallery=many")
    page.get_by_text(f"{MANY:,} hearts").wait_for(timeout=300_000)
    drawn(page, "cohort")
    print(f"map of {MANY:,} subjects opened: {time.perf_counter() - began:.1f} s")
    print(f"resident memory with it and the demo: {resident_mb(process_id):.0f} MB")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=harness.CHROMIUM, args=harness.CHROMIUM_ARGS
        )
        with served(Path(name)) as (process_id, address):
            measure_people(browser, process_id, address)
        many = enlarged(Path(name) / "many")
        with served(Path(name), str(many)) as (process_id, address):
            measure_many(browser, process_id, address)


if __name__ == "__main__":
    main()
