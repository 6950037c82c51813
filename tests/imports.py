"""The import contracts of pyproject.toml, checked with pages that have no ``__init__.py``.

import-linter passes over a folder without that file inside a package. It therefore reads a copy of
the sources in which each folder has one.

python -m tests.imports
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.real_files import REPOSITORY

SOURCES = ("ptacl", "app")
_LINT = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"


def copied(sources: Path, to: Path) -> Path:
    """Copy the sources and their contracts; complete each folder of Python files.

    Args:
        sources: the repository.
        to: an empty folder.
    """
    shutil.copy(sources / "pyproject.toml", to)
    for name in SOURCES:
        for module in (sources / name).rglob("*.py"):
            copy = to / module.relative_to(sources)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(module, copy)
            (copy.parent / "__init__.py").touch()
    return to


def check(sources: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a copy of the sources."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(sources, Path(folder))
        return subprocess.run(
            [sys.executable, "-c", _LINT, "--no-cache", "--no-logo"],
            cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip


if __name__ == "__main__":
    found = check(REPOSITORY)
    print(found.stdout + found.stderr)
    sys.exit(found.returncode)
