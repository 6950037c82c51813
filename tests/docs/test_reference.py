"""What the reference of Python shows has arguments and results described."""

import importlib
import inspect
import re
from collections.abc import Iterator

import pytest

from docs.site.pages import PACKAGES, public_names


def functions() -> Iterator[tuple[str, object]]:
    """Yield the public functions and methods of the reference, by their path."""
    for path in sorted(
        {path for package in ("ptacl", *PACKAGES) for path in public_names(package)}
    ):
        module, _, name = path.rpartition(".")
        member = getattr(importlib.import_module(module), name)
        if not inspect.isclass(member):
            yield path, member
            continue
        for key, value in vars(member).items():
            if not key.startswith("_") and inspect.isfunction(value):
                yield f"{path}.{key}", value


FUNCTIONS = dict(functions())


@pytest.mark.parametrize("path", FUNCTIONS)
def test_every_argument_and_the_result_are_described(path: str) -> None:
    function = FUNCTIONS[path]
    text, signature = inspect.getdoc(function) or "", inspect.signature(function)
    arguments = re.search(r"^Args:\n(.*?)(?=^\S|\Z)", text, re.S | re.M)
    described = set(re.findall(r"^    \**(\w+):", arguments[1], re.M)) if arguments else set()
    assert set(signature.parameters) - {"self"} <= described
    names_result = re.match("Return|Read|Open|Compute|Inspect|Draw|Yield", text) or re.search(
        r"^Returns:|; returns? ", text, re.M
    )
    assert signature.return_annotation in (None, "None") or names_result


def test_the_reference_has_functions() -> None:
    assert len(FUNCTIONS) > 40
