"""Shared by all tests: shape checks on every annotated function, and where real data lies."""

import os
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

install_import_hook("ptacl", "beartype.beartype")

REPOSITORY = Path(__file__).parent.parent
SHARED = Path(os.environ.get("PTACL_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


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
