"""What the documentation tells a reader to type exists, and the command line takes it."""

import functools
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Callable

import pytest

from ptacl import cli
from tests.docs.fences import PAGES, REPOSITORY, fences

FENCES = [fence for page in PAGES for fence in fences(page)]
COMMANDS = sorted(
    {command for fence in FENCES if fence.language == "bash" for command in fence.commands}
)
EXTRAS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"][
    "optional-dependencies"
]


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], int]:
    """The command line with all its options, whose commands do nothing."""

    def idle(command: Callable[..., int]) -> Callable[..., int]:
        return functools.wraps(command)(lambda *_, **__: 0)

    for name, command in cli.COMMANDS.items():
        monkeypatch.setitem(cli.COMMANDS, name, idle(command))
    return cli.main


def check(words: list[str], parse: Callable[[list[str]], int]) -> bool:
    """Return whether a command exists, as far as that is known without running it."""
    match words:
        case ["ptacl", *arguments] | ["torchrun", _, _, "-m", "ptacl", *arguments]:
            return parse(arguments) == 0
        case ["python", "-m", "pip", "install", "-e", target]:
            return set(re.findall(r"\w+", target)) <= set(EXTRAS)
        case ["python", "-m", "pytest", *paths]:
            return all((REPOSITORY / path).exists() for path in paths)
        case ["python", "-m", module, *_]:
            return importlib.util.find_spec(module) is not None
        case ["streamlit", "run", file, *_] | ["bash", file]:
            return (REPOSITORY / file).is_file() or file == "findings/NAME.sh"
        case ["make", target]:
            return f"\n{target}:" in (REPOSITORY / "Makefile").read_text()
        case [".", "venv/bin/activate" | ".venv/bin/activate"] | ["pre-commit", "install"]:
            return True
        case ["docker" | "git" | "npm" | "curl" | "openssl", *_]:  # programs of others
            return True
        case _:
            return False


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_documentation_is_taken(
    command: str, parse: Callable[[list[str]], int]
) -> None:
    assert check(shlex.split(command), parse), command


@pytest.mark.parametrize(
    "command",
    ["ptacl inspect a.hea --chekpoint b", "ptacl inspct a", "make tea", "streamlit run no.py"],
)
def test_a_command_that_does_not_exist_is_found(
    command: str, parse: Callable[[list[str]], int]
) -> None:
    try:
        assert not check(shlex.split(command), parse)
    except SystemExit as exit_:
        assert exit_.code == 2


def test_every_block_says_what_it_holds_and_every_exception_why() -> None:
    for fence in FENCES:
        where = f"{fence.page}:{fence.line}"
        assert fence.language in ("bash", "python", "json", "text"), where
        assert not fence.reason or len(fence.reason.split()) > 2, where
    assert len(COMMANDS) > 40
