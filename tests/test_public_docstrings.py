"""What `import ptacl` offers is documented: arguments, results, errors, shapes and units.

Of each public name, and of each public method of a public class, the docstring names every
argument, what is returned, and each error that the code raises. Arrays state their axes in their
type or their shape in the text; numbers that are not counts have their unit in their name or a
text.
"""

import ast
import dataclasses
import inspect
import re
import textwrap
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ptacl

UNIT = re.compile(r"_(hz|mv|ms|s|ml|g|pct|mm|cm|kg|m2|years|bpm|deg|xy)$")
NAMES = [name for name in ptacl.__all__ if not name.startswith("__")]


def members() -> Iterator[tuple[str, Callable]]:
    """Each public function and method with its name."""
    for name in NAMES:
        entry = getattr(ptacl, name)
        if not inspect.isclass(entry):
            yield name, entry
            continue
        for method, _ in inspect.getmembers_static(entry):
            found = getattr(entry, method)
            ours = (getattr(found, "__module__", None) or "").startswith("ptacl")
            if not method.startswith("_") and inspect.isroutine(found) and ours:
                yield f"{name}.{method}", found


def sections(docstring: str) -> dict[str, str]:
    """The text of each section of a Google docstring; of what is above them under ''."""
    parts = re.split(r"^(Args|Attributes|Returns|Yields|Raises|Example):\n", docstring, flags=re.M)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def raised(function: Callable) -> set[str]:
    """Names of the errors that a function raises itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    raises = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    return {
        exc.func.id
        for exc in raises
        if isinstance(exc, ast.Call) and isinstance(exc.func, ast.Name)
    }


def fields_with_text(cls: type) -> set[str]:
    """Fields of a dataclass that a text follows."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    return {
        first.target.id
        for first, second in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(first, ast.AnnAssign)
        and isinstance(first.target, ast.Name)
        and isinstance(second, ast.Expr)
    }


def is_measured(annotation: object) -> bool:
    """Whether a type is a number with a unit, or a collection of such."""
    return "float" in str(annotation) and "Array" not in str(annotation)


MEMBERS = dict(members())


@pytest.mark.parametrize("name", MEMBERS)
def test_arguments_results_and_errors_are_documented(name: str) -> None:
    function = MEMBERS[name]
    text = sections(inspect.getdoc(function) or "")
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    for parameter in parameters:
        described = re.search(rf"^\s*{parameter.name}: \S", text.get("Args", ""), re.M)
        assert described, f"{name}: argument {parameter.name} is not documented"
        if "ndarray" in str(parameter.annotation) and "Array" not in str(parameter.annotation):
            assert "(" in text["Args"], f"{name}: {parameter.name} has no shape"
    if inspect.signature(function).return_annotation not in (None, "None"):
        assert "Returns" in text, f"{name}: what it returns is not documented"
    for error in raised(function):
        known = {error, *(base.__name__ for base in vars(ptacl.errors).get(error, type).__mro__)}
        assert any(each in text.get("Raises", "") for each in known), f"{name} raises {error}"


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_says_what_it_is_and_what_makes_it(name: str) -> None:
    entry = getattr(ptacl, name)
    text = sections(inspect.getdoc(entry) or "")
    assert text[""].strip(), f"{name} has no docstring"
    if not inspect.isclass(entry) or dataclasses.is_dataclass(entry):
        return
    if typing.cast(type, entry).__init__ is not Exception.__init__:
        known = text.get("Args", "") + text.get("Attributes", "")
        for parameter in inspect.signature(entry).parameters.values():
            described = re.search(rf"^\s*{parameter.name}: \S", known, re.M)
            assert described, f"{name}: argument {parameter.name} is not documented"


@pytest.mark.parametrize(
    "name", [name for name in NAMES if dataclasses.is_dataclass(getattr(ptacl, name))]
)
def test_a_number_of_a_record_has_its_unit_in_its_name_or_a_text(name: str) -> None:
    record = getattr(ptacl, name)
    described = fields_with_text(record)
    for field in dataclasses.fields(record):
        if is_measured(field.type):
            assert UNIT.search(field.name) or field.name in described, f"{name}.{field.name}"


def test_type_checkers_see_the_names_that_are_imported_lazily() -> None:
    tree = ast.parse(Path(ptacl.__file__).with_suffix(".pyi").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: node.module for node in imports for alias in node.names}
    assert seen == ptacl._LAZY_IMPORTS
