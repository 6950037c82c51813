"""Error codes: each is given, registered and documented, and nothing decides by a message."""

import ast
import pickle
import re
from functools import cache
from pathlib import Path

import pytest

from ptacl.errors import ERROR_CODES, BadInput, PtaclError, error_codes_page

ROOT = Path(__file__).parents[1]
ERRORS = {"PtaclError", "BadInput", "NotKept", "WorkerEnded"}
AREAS = {code.partition(".")[0] for code in ERROR_CODES if "." in code}
CODE = re.compile(rf"({'|'.join(sorted(AREAS))})\.[a-z0-9_]+")
FILE_NAMES = re.compile(r".+\.(json|csv|npy|npz|parquet|html|pdf|zip|safetensors|dat|hea)")
TEXT_METHODS = {"startswith", "endswith", "find", "index", "count"}
PATTERN_METHODS = {"match", "fullmatch", "search", "findall", "finditer"}


@cache
def modules() -> list[tuple[str, ast.Module]]:
    paths = sorted([*ROOT.glob("ptacl/**/*.py"), *ROOT.glob("app/**/*.py")])
    return [
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in paths
    ]


def without_code(tree: ast.Module) -> list[int]:
    """Lines that construct an error of ours without a code."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ERRORS
        and not any(keyword.arg == "code" for keyword in node.keywords)
    ]


def codes_in(tree: ast.Module) -> set[str]:
    """Constants that look like error codes."""
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    looks = {t for t in texts if isinstance(t, str) and CODE.fullmatch(t)}
    return {text for text in looks if not FILE_NAMES.fullmatch(text)}


def error_names(tree: ast.Module) -> set[str]:
    """Names that hold an error: of ``except ... as name``, and parameters typed as an error."""
    handled = {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    arguments = [n for n in ast.walk(tree) if isinstance(n, ast.arg) and n.annotation]
    return handled | {
        a.arg for a in arguments if a.annotation and re.search("|".join(ERRORS), ast.unparse(a))
    }


def is_message(node: ast.AST, names: set[str]) -> bool:
    """Whether an expression is the wording of an error, such as `str(e)` or `e.found`."""
    texts = {
        text
        for name in names
        for text in (f"str({name})", f"{name}.found", f"{name}.do", f"{name}.args[0]")
    }
    return bool(texts) and ast.unparse(node) in texts


def decisions_by_message(tree: ast.Module) -> list[int]:
    """Lines that compare the wording of an error or match it with a pattern."""
    names, lines = error_names(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            used = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on_text = [node.func.value] if node.func.attr in TEXT_METHODS else []
            used = on_text + (node.args if node.func.attr in PATTERN_METHODS else [])
        else:
            continue
        if any(is_message(part, names) for part in used):
            lines.append(node.lineno)
    return lines


def test_every_error_is_raised_with_a_code():
    lacking = [f"{name}:{line}" for name, tree in modules() for line in without_code(tree)]
    assert not lacking, f"give these a code= of ptacl.errors.ERROR_CODES: {lacking}"
    assert without_code(ast.parse("raise BadInput('a', 'b', 'c')")) == [1]


def test_every_code_of_the_tree_is_registered_and_every_registered_code_is_used():
    used: set[str] = set()
    for name, tree in modules():
        if name != "ptacl/errors.py":
            unknown = codes_in(tree) - set(ERROR_CODES)
            assert not unknown, f"{name}: register {unknown} in ptacl.errors.ERROR_CODES"
            used |= codes_in(tree)
    assert set(ERROR_CODES) - used == {"general"}
    assert codes_in(ast.parse("f(code='ecg.nonsense')")) == {"ecg.nonsense"}


def test_codes_and_their_meanings_are_unique_sentences():
    tree = ast.parse((ROOT / "ptacl/errors.py").read_text(encoding="utf-8"))
    tables = [n for n in ast.walk(tree) if isinstance(n, ast.Dict) and len(n.keys) > 50]
    keys = [key.value for key in tables[0].keys if isinstance(key, ast.Constant)]
    assert len(keys) == len(set(keys)) == len(ERROR_CODES)
    assert len(set(ERROR_CODES.values())) == len(ERROR_CODES)
    assert all(re.fullmatch(r"[A-Z][^|]*\.", meaning) for meaning in ERROR_CODES.values())


def test_no_module_decides_by_the_wording_of_an_error():
    decisions = [f"{name}:{line}" for name, t in modules() for line in decisions_by_message(t)]
    assert not decisions, f"decide by error.code: {decisions}"


@pytest.mark.parametrize(
    "decision",
    [
        "if str(e).startswith('it'): pass",
        "if 'unit' in e.found: pass",
        "re.fullmatch('a', e.args[0])",
        "e.do == 'export'",
    ],
)
def test_a_decision_by_the_wording_is_noticed(decision):
    body = f"try:\n    f()\nexcept PtaclError as e:\n    {decision}"
    assert decisions_by_message(ast.parse(body)) == [4]


def test_the_page_of_error_codes_is_up_to_date():
    page = (ROOT / "docs/error-codes.md").read_text(encoding="utf-8")
    assert page == error_codes_page(), "run python -m ptacl.errors > docs/error-codes.md"
    assert all(f"| `{code}` |" in page for code in ERROR_CODES)


def test_an_error_crosses_processes_with_its_parts_and_its_code():
    error = pickle.loads(pickle.dumps(BadInput("x/a.csv", "it is", "do", code="ecg.no_unit")))
    assert (error.where, error.found, error.do) == ("a.csv", "it is", "do")
    assert (str(error), error.code) == ("a.csv: it is. Do.", "ecg.no_unit")
    plain = pickle.loads(pickle.dumps(PtaclError("No.", code="store.locked")))
    assert (str(plain), plain.code) == ("No.", "store.locked")
