"""Shared by all tests: shape checks on every annotated function, and where real data lies."""

import os
from pathlib import Path

# Tests run in several processes (pytest-xdist), which share the cores: each takes one thread.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
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
def tiny_store(tmp_path_factory: pytest.TempPathFactory):
    """A simulated cohort of 360 subjects: enough to fit and calibrate heads."""
    from tests.made.cohorts import simulated_store

    return simulated_store(tmp_path_factory.mktemp("cohort") / "tiny", 360, workers=2)


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained for two epochs on the tiny cohort, with its gallery and evaluation."""
    from ptacl.cli import main

    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    store = str(tiny_store.path)
    assert main(["train", store, str(folder), "--epochs", "2", "--json"]) == 0
    gallery = ["--checkpoint", str(folder), "--out", str(folder / "gallery"), "--split", "test"]
    assert main(["embed", store, *gallery]) == 0
    return folder
