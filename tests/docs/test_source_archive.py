"""The source archive holds the documentation and what builds it."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def test_the_source_archive_has_every_page_notebook_and_picture() -> None:
    sdist = pytest.importorskip("hatchling.builders.sdist", reason="hatchling is not installed")
    builder = sdist.SdistBuilder(str(REPOSITORY))
    held = {included.relative_path for included in builder.recurse_included_files()}
    wanted = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "docs").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(wanted) > 25 and wanted <= held
    assert {"Makefile", "README.md", "findings/README.md"} <= held
    assert not any(path.startswith(("node_modules", "out")) for path in held)
