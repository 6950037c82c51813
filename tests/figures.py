"""Size and language of the code base, as one table.

python -m tests.figures
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.prose import in_thousand
from tests.real_files import REPOSITORY

CODE = ("ptacl", "app")


def loose_files(folder: str) -> int:
    """Python files at the top of a folder."""
    return len(list((REPOSITORY / folder).glob("*.py")))


def fullest_folder(folder: str) -> tuple[int, str]:
    """Most Python files in one folder, and which it is."""
    folders = {path.parent for path in (REPOSITORY / folder).rglob("*.py")}
    counted = [
        (len(list(path.glob("*.py"))), str(path.relative_to(REPOSITORY))) for path in folders
    ]
    return max(counted)


def messages(*command: str) -> int:
    """Messages that a checker prints, one a line, for the code."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=REPOSITORY, capture_output=True, text=True
    )
    return sum(": error" in line or ".py:" in line for line in done.stdout.splitlines())


def javascript_errors() -> str:
    """Errors of the TypeScript compiler in the JavaScript, where Node.js is installed."""
    if shutil.which("npx") is None or not (REPOSITORY / "node_modules").is_dir():
        return "not measured (npm install)"
    done = subprocess.run(
        ["npx", "--no-install", "tsc", "--project", ".ci/tsconfig.json"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    return str(sum(": error TS" in line for line in done.stdout.splitlines()))


def table() -> list[tuple[str, str]]:
    """Return the rows: what is counted, and how many."""
    docstrings = messages(
        "ruff", "check", "--select", "D401,D417", "--output-format=concise", *CODE
    )
    words = {folder: in_thousand(Path(REPOSITORY / folder)) for folder in CODE}
    return [
        ("loose files at the top of ptacl / app", " / ".join(str(loose_files(f)) for f in CODE)),
        ("most files in a folder", " / ".join("{} ({})".format(*fullest_folder(f)) for f in CODE)),
        ("mannered words in 1,000 of prose", " / ".join(f"{words[f][0]:.1f}" for f in CODE)),
        ("mannered names in 1,000", " / ".join(f"{words[f][1]:.1f}" for f in CODE)),
        ("ruff D401 and D417", str(docstrings)),
        ("mypy errors in ptacl and app", str(messages("mypy"))),
        ("tsc errors in the JavaScript", javascript_errors()),
    ]


if __name__ == "__main__":
    for what, count in table():
        print(f"{what:40s} {count}")
