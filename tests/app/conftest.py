"""A running Streamlit app and a browser page that remembers what went wrong."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from jaxtyping import install_import_hook

REPOSITORY = Path(__file__).parent.parent.parent
APP = REPOSITORY / "app"

install_import_hook("app.components", "beartype.beartype")

DEMO = REPOSITORY / "checkpoints" / "demo" / "gallery" / "gallery.json"
STARTUP_S = 60
FIRST_START_MS = 180_000
"""The signals of the demonstration are simulated again where the cache is empty."""
CHROMIUM = os.environ.get("PTACL_CHROMIUM") or shutil.which("chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]

StartApp = Callable[..., str]


@dataclass
class Watch:
    """What a page did beside showing itself."""

    errors: list[str] = field(default_factory=list)
    """Console errors and uncaught exceptions."""
    requests: list[str] = field(default_factory=list)
    """Addresses of everything it asked for."""
    sent: list[float] = field(default_factory=list)
    """Times at which it sent something through its websocket."""

    def foreign_requests(self) -> list[str]:
        """Return requests that left this machine."""
        local = ("http://localhost", "http://127.0.0.1", "ws://localhost", "ws://127.0.0.1")
        inline = ("data:", "blob:")
        return [address for address in self.requests if not address.startswith(local + inline)]


@pytest.fixture(scope="session")
def streamlit_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Start ``streamlit run SCRIPT -- ARGS`` on a free port; return its address once healthy.

    The same script with the same arguments is started once a session.
    """
    running: dict[tuple[object, ...], tuple[subprocess.Popen[bytes], str]] = {}

    def start(script: Path, *args: str, env: dict[str, str] | None = None) -> str:
        name = (str(script), args, tuple(sorted((env or {}).items())))
        if name not in running:
            log = tmp_path_factory.mktemp("streamlit") / "log.txt"
            running[name] = serve(script, args, env or {}, log)
        return running[name][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(timeout=10)


def serve(
    script: Path, args: tuple[str, ...], env: dict[str, str], log: Path
) -> tuple[subprocess.Popen[bytes], str]:
    """Start ``streamlit run`` on a free port; return the process and its address once healthy."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.address", "localhost"]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    command += ["--server.fileWatcherType", "none", "--", *args]
    paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **env}
    process = subprocess.Popen(
        command, env=environment, cwd=REPOSITORY, stdout=log.open("wb"), stderr=subprocess.STDOUT
    )
    address = f"http://localhost:{port}"
    deadline = time.monotonic() + STARTUP_S
    while not _healthy(address):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            pytest.fail(f"streamlit did not start:\n{log.read_text()}")
        time.sleep(0.2)
    return process, address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The system's Chromium, headless; the test skips, saying so, where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium on the path; install it or set PTACL_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def address(streamlit_app: StartApp, browser: object) -> str:
    """The address of the app on the shipped demonstration gallery, which is open."""
    if not DEMO.is_file():
        pytest.skip("checkpoints/demo holds no gallery; make one with `ptacl embed`")
    started = streamlit_app(APP / "main.py")
    page = browser.new_page()
    page.goto(started)
    page.get_by_role("heading", name="Similar hearts").wait_for(timeout=FIRST_START_MS)
    page.close()
    return started


@pytest.fixture
def new_page(browser: object) -> Iterator[Callable[..., object]]:
    """Open pages with chosen settings (``color_scheme=``, ``reduced_motion=`` …).

    Each carries ``page.watch``, a `Watch`.
    """
    contexts = []

    def open_page(**settings: object) -> object:
        settings.setdefault("viewport", {"width": 1440, "height": 1000})
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.watch = _watch(page)
        page.wait_for_function = partial(_polled, page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _polled(
    page: object, expression: str, *, arg: object = None, timeout: float = 30_000, **_: object
) -> None:
    """Wait until an expression is true; by questions from outside, since the content security
    policy of the app lets no text run as a script, which Playwright's own waiting does."""
    from playwright.sync_api import TimeoutError as NotYet

    until = time.monotonic() + timeout / 1000
    while not page.evaluate(expression, arg):
        if time.monotonic() > until:
            raise NotYet(f"Timeout {timeout} ms exceeded: {expression}")
        page.wait_for_timeout(30)


@pytest.fixture
def show(streamlit_app: StartApp, new_page: Callable[..., object]) -> Callable[..., object]:
    """Open a component's page and wait until it has drawn; returns page and component."""
    from tests.app.component_browsing import DRAWN, PAGE, READY_MS

    def open_component(
        component: str, choice: str = "", page: object = None, **settings: object
    ) -> tuple[object, object]:
        page = page or new_page(**settings)
        page.goto(f"{streamlit_app(PAGE)}/?show={component}&choice={choice}")
        root = page.locator(".component").first
        root.wait_for(timeout=READY_MS)
        page.wait_for_function(DRAWN, timeout=READY_MS)
        return page, root

    return open_component


@pytest.fixture
def page(new_page: Callable[..., object]) -> object:
    """An ordinary page: 1440 x 1000, light."""
    return new_page()


def _watch(page: object) -> Watch:
    watch = Watch()
    page.on("console", lambda line: line.type == "error" and watch.errors.append(line.text))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("request", lambda request: watch.requests.append(request.url))

    def follow(socket_: object) -> None:
        watch.requests.append(socket_.url)
        socket_.on("framesent", lambda _: watch.sent.append(time.monotonic()))

    page.on("websocket", follow)
    return watch


@pytest.fixture(scope="module")
def gallery() -> object:
    """A small gallery of random hearts."""
    from tests.app.fake_gallery import FakeGallery

    return FakeGallery()


@pytest.fixture
def app(gallery: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The app as it starts, with one gallery and a model that knows nothing but its neighbours."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    import ptacl
    import ptacl.gallery

    # It takes names from `ptacl.gallery`: loaded later, it would keep the made-up ones for good.
    import ptacl.inference.model
    from ptacl.types import UNKNOWN_PERSON, Inspection, Person

    (tmp_path / "fake").mkdir()
    (tmp_path / "fake" / "gallery.json").write_text("{}")
    monkeypatch.setattr("app.session.discovery.SHIPPED", tmp_path)
    monkeypatch.setattr("sys.argv", ["main.py"])
    monkeypatch.setattr(ptacl.gallery, "open_gallery", lambda path, progress=None: gallery)
    gallery.path = tmp_path / "fake"

    def inspect(ecg: object, person: Person = UNKNOWN_PERSON, begin: object = None) -> Inspection:
        return replace(gallery.inspection("S0-00007"), person=person)

    monkeypatch.setattr(
        ptacl, "load", lambda *a, **k: SimpleNamespace(inspect=inspect), raising=False
    )
    st.cache_resource.clear()
    st.cache_data.clear()
    return AppTest.from_file(str(APP / "session" / "script.py"), default_timeout=30)
