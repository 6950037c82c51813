"""The rules of the house: imports run one way, and the first page needs no torch."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.figures import fullest_folder, loose_files
from tests.imports import check, copied
from tests.prose import in_thousand

REPOSITORY = Path(__file__).parent.parent


def test_imports_run_one_way() -> None:
    found = check(REPOSITORY)
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_page_that_imports_another_is_found(tmp_path: Path) -> None:
    page = copied(REPOSITORY, tmp_path) / "app" / "views" / "weather" / "page.py"
    page.parent.mkdir()
    page.write_text("from ..cohort import table\n")
    found = check(tmp_path)
    assert (
        found.returncode == 1 and "app.views.weather.page -> app.views.cohort.table" in found.stdout
    )


@pytest.mark.parametrize(
    "module",
    [
        "ptacl",
        "ptacl.io.ecg.format_titles",
        "ptacl.gallery",
        "ptacl.io",
        "ptacl.inference.table",
        "ptacl.store",
    ],
)
def test_what_the_first_page_needs_imports_no_slow_library(module: str) -> None:
    code = (
        f"import sys, {module}; "
        "print(*{'torch', 'umap', 'sklearn', 'streamlit', 'plotly', 'numba'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""


def test_the_app_computes_nothing_itself() -> None:
    forbidden = ("torch", "faiss", "umap", "sklearn", "scipy", "wfdb", "pydicom", "nibabel")
    for path in (REPOSITORY / "app").rglob("*.py"):
        for line in path.read_text().splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("import", "from"):
                assert words[1].split(".")[0] not in forbidden, f"{path}: {line}"


@pytest.mark.parametrize("command", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]])
def test_the_linters_are_content(command: list[str]) -> None:
    found = subprocess.run(
        [sys.executable, "-m", *command], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("folder", ["ptacl", "app"])
def test_the_code_is_written_in_the_words_of_the_field(folder: str) -> None:
    words, names = in_thousand(REPOSITORY / folder)
    assert words < 2 and names < 4, f"python -m tests.prose --list {folder}"


def test_no_folder_is_crowded_and_few_files_lie_loose() -> None:
    assert loose_files("ptacl") <= 7 and loose_files("app") <= 3
    assert all(fullest_folder(folder)[0] <= 24 for folder in ("ptacl", "app"))
