"""The wheel: the app and the shipped checkpoint work from it, outside the checkout."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ptacl.io.writers.wfdb_nifti import write_ecg
from tests.app import conftest as harness
from tests.made.hearts import heart
from tests.real_files import REPOSITORY

LARGEST_BYTES = 25e6


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which a wheel of this checkout was unpacked."""
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    done = subprocess.run(build, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    assert wheel.stat().st_size < LARGEST_BYTES
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def environment(site: Path) -> dict[str, str]:
    """Only the wheel is on the path, before what the tests are run with."""
    return {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}


def test_a_wheel_installs_two_packages_and_none_is_called_app(installed: Path) -> None:
    names = {path.name.split("-")[0] for path in installed.iterdir()}
    assert names == {"ptacl", "ptacl_app"}
    assert not list(installed.rglob("__pycache__"))


def test_a_wheel_finds_its_own_app_and_checkpoint(installed: Path, tmp_path: Path) -> None:
    program = (
        "from ptacl.cli.app import app_folder; "
        "from ptacl.checkpoint.shipped import shipped_checkpoints; "
        "print(app_folder(), shipped_checkpoints())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(installed), cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(installed / "ptacl_app"), str(installed / "ptacl/shipped")]
    assert (installed / "ptacl" / "shipped" / "demo" / "gallery" / "gallery.json").is_file()


def test_a_wheel_is_typed(installed: Path) -> None:
    assert (installed / "ptacl" / "py.typed").is_file()


@pytest.mark.slow
def test_three_lines_of_python_inspect_an_ecg_from_a_wheel(installed: Path, tmp_path: Path) -> None:
    write_ecg(heart(), tmp_path / "ecg.hea")
    program = (
        "import ptacl; model = ptacl.load('demo'); "
        "print(len(model.inspect(ptacl.read_ecg('ecg.hea')).predictions), ptacl.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(installed), cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["9", str(installed / "ptacl" / "__init__.py")], done.stderr


@pytest.mark.browser
@pytest.mark.slow
def test_ptacl_app_opens_the_pages_from_a_wheel(installed: Path, page, tmp_path: Path) -> None:
    port = harness._free_port()
    command = [sys.executable, "-m", "ptacl", "app", "--no-browser", "--port", str(port)]
    log = tmp_path / "log.txt"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, env=environment(installed), cwd=tmp_path, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + harness.STARTUP_S
        while not harness._healthy(f"http://localhost:{port}"):
            assert server.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        page.goto(f"http://localhost:{port}")
        heading = page.get_by_role("heading", name="Similar hearts")
        heading.wait_for(timeout=harness.FIRST_START_MS)
        page.goto(f"http://localhost:{port}/model")
        page.get_by_role("heading", name="Where does this come from?").wait_for()
        assert page.watch.foreign_requests() == []
    finally:
        server.kill()  # asked to end, it would wait for the open page
        server.wait(timeout=20)
