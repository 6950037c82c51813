"""Shared by all tests: shape checks on every annotated function, and where real data lies."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

# Tests run in several processes (pytest-xdist), which share the cores: each takes one thread.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from filelock import FileLock
from jaxtyping import install_import_hook

import tests.shape_checks  # noqa: F401  (the hook finds it as an attribute of its package)
from tests.real_files import SHARED

install_import_hook("ptacl", "tests.shape_checks.checker")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings; the test skips, saying so, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"real recordings are not at {SHARED}; set PTACL_SHARED_DATA")
    return SHARED


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """Folder of reference values; the test skips, saying so, where it is absent."""
    folder = SHARED.parent / "reference"
    if not folder.is_dir():
        pytest.skip(f"reference values are not at {folder}; set PTACL_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A temporary folder that the processes of one run share (pytest-xdist)."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Make a folder in the first process that needs it; the others wait for it."""
    made = folder.with_suffix(".made")
    with FileLock(folder.with_suffix(".lock")):
        if not made.exists():
            make(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def tiny_store(shared_folder: Path):
    """A simulated cohort of 360 subjects: enough to fit and calibrate heads. Not to be changed."""
    from ptacl.store import open_store
    from ptacl.store.target_files import write_targets
    from tests.made.cohorts import made_targets, simulated_store

    (shared_folder / "cohort").mkdir(exist_ok=True)

    def make(folder: Path) -> None:
        write_targets(folder, made_targets(simulated_store(folder, subjects=360, workers=2)))

    return open_store(made_once(shared_folder / "cohort" / "tiny", make))


@pytest.fixture(scope="session", autouse=True)
def few_lead_sets() -> Iterator[None]:
    """Fit heads of three lead sets in galleries that tests build: all 21 take half a minute."""
    from ptacl.gallery import fitting
    from ptacl.signal.lead_sets import lead_set

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "REDUCED_SETS", tuple(map(lead_set, ("no-V3", "limb", "II"))))
        yield


@pytest.fixture(scope="session")
def tiny_checkpoint(
    tiny_store, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A model trained for two epochs on the tiny cohort, with its gallery and evaluation.

    Each process has a copy of its own, as tests write reports into it.
    """
    from ptacl.cli import main

    def make(folder: Path) -> None:
        store = str(tiny_store.path)
        assert main(["train", store, str(folder), "--epochs", "2", "--json"]) == 0
        gallery = ["--checkpoint", str(folder), "--out", str(folder / "gallery"), "--split", "test"]
        assert main(["embed", store, *gallery]) == 0

    (shared_folder / "trained").mkdir(exist_ok=True)
    trained = made_once(shared_folder / "trained" / "tiny", make)
    return Path(shutil.copytree(trained, tmp_path_factory.mktemp("checkpoints") / "tiny"))
