"""Titles of the ECG formats, for pages that list them before the readers are loaded.

They are taken from the source of the registry (`ptacl.io.ecg.formats`), whose readers take a second
to import; a test compares the two.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

_REGISTRY = Path(__file__).with_name("formats.py")


def _rows() -> Iterator[tuple[str, str]]:
    """Yield name and title of each listed row ``EcgFormat("name", "title", ...)``."""
    for node in ast.walk(ast.parse(_REGISTRY.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id != "EcgFormat" or any(key.arg == "listed" for key in node.keywords):
            continue
        name, title = (ast.literal_eval(argument) for argument in node.args[:2])
        yield name, title


ECG_FORMAT_TITLES = dict(_rows())
"""`Ecg.source_format` → title, in the order of the registry."""
