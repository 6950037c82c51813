"""The Python of the documentation runs as it stands, page by page, and so do its quick commands."""

import os
import shlex
import shutil
from pathlib import Path

import pytest

from ptacl.cli import main
from tests.conftest import made_once
from tests.docs.fences import PAGES, REPOSITORY, Fence, fences

QUICK = {"import", "verify", "inspect", "anomaly", "simulate"}
"""Commands that are run, not only parsed, where they take seconds."""
LONG = ("--measure", "--dask", "--target", "--ecg-labels", "--set-limit", "--twins")
"""Options that make them long, or that need what a test does not have."""
MOST_SUBJECTS = 20


def is_quick(words: list[str]) -> bool:
    subjects = int(words[words.index("--subjects") + 1]) if "--subjects" in words else 0
    return (
        words[0] == "ptacl"
        and words[1] in QUICK
        and subjects <= MOST_SUBJECTS
        and not set(LONG) & set(words)
    )


def steps(page: Path) -> list[Fence | list[str]]:
    """Return what a page has to run, in its order: blocks of Python and commands."""
    found: list[Fence | list[str]] = []
    for fence in fences(page):
        if fence.reason:
            continue
        if fence.language == "python":
            found.append(fence)
        if fence.language == "bash":
            commands = map(shlex.split, fence.commands)
            found += [words for words in commands if is_quick(words)]
    return found


def prepare(folder: Path) -> None:
    """Make the files that the pages name, under these names."""
    assert main(["simulate", str(folder), "--subjects", "2", "--raw", "pairs"]) == 0
    assert (
        main(["simulate", str(folder / "ukb"), "--subjects", "1", "--raw", "ukb", "--slices", "1"])
        == 0
    )
    shutil.copytree(folder / "ecg", folder / "ecgs")
    first = next((folder / "ukb").rglob("*.xml"))
    for name in ("file.hea", "file.dcm"):  # the content decides, not the name
        shutil.copy(first, folder / name)


@pytest.fixture(scope="session")
def files_of_the_pages(shared_folder: Path) -> Path:
    return made_once(shared_folder / "pages", prepare)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if steps(page)], ids=lambda page: page.stem
)
def test_what_a_page_shows_runs(
    page: Path, files_of_the_pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(files_of_the_pages, tmp_path, dirs_exist_ok=True, copy_function=os.link)
    (tmp_path / "checkpoints").symlink_to(REPOSITORY / "checkpoints")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for step in steps(page):
        if isinstance(step, list):
            assert main(step[1:]) == 0, step
        else:
            code = compile("\n" * step.line + step.text, step.page, "exec")
            exec(code, names)


def test_some_pages_have_python_and_some_commands_to_run() -> None:
    kinds = [type(step) for page in PAGES for step in steps(page)]
    assert kinds.count(Fence) > 4 and kinds.count(list) > 10
