"""Examples in docstrings give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
APP = REPOSITORY / "app"


def has_examples(file: Path) -> bool:
    lines = file.read_text(encoding="utf-8").splitlines()
    return any(">>> " in line and "+SKIP" not in line for line in lines)


def modules() -> list[str]:
    """By the name under which they are imported: the app's stand in the folder of its script."""
    return [
        ".".join(file.relative_to(root).with_suffix("").parts)
        for root, folder in ((REPOSITORY, REPOSITORY / "ptacl"), (APP, APP))
        for file in sorted(folder.rglob("*.py"))
        if has_examples(file)
    ]


@pytest.mark.parametrize("name", modules())
def test_examples_give_what_they_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(APP))
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed
