"""Examples in docstrings give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


def has_examples(file: Path) -> bool:
    lines = file.read_text(encoding="utf-8").splitlines()
    return any(">>> " in line and "+SKIP" not in line for line in lines)


def modules() -> list[str]:
    return [
        ".".join(file.relative_to(REPOSITORY).with_suffix("").parts)
        for folder in ("ptacl", "app", "docs")
        for file in sorted((REPOSITORY / folder).rglob("*.py"))
        if has_examples(file)
    ]


@pytest.mark.parametrize("name", modules())
def test_examples_give_what_they_say(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed
