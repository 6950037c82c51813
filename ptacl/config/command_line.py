"""The command that is being run, for whatever it makes to keep: how a thing was made is then known.

What is kept is what was typed, less the folders of the computer (`_without_folders`) and the
options that change nothing in what is made: processes, and how the result is printed.
"""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PurePosixPath, PureWindowsPath

OUT = "OUT"
"""Stands for the folder that a command wrote: it may be copied to another name."""
_TYPED: ContextVar[tuple[str, ...]] = ContextVar("typed", default=())
_OF_NO_EFFECT = {"--workers": True, "--dask": True, "--json": False, "--resume": False}
"""Options that change nothing in what is made, and whether a value follows."""
_MOST_KEPT = 50


@contextmanager
def running(arguments: Sequence[str]) -> Iterator[None]:
    """While it lasts, `typed` tells of this command.

    Args:
        arguments: what was typed after ``ptacl``.
    """
    token = _TYPED.set(tuple(arguments))
    try:
        yield
    finally:
        _TYPED.reset(token)


def typed(out: Path | None = None) -> str:
    """The command that is being run; empty where Python runs none.

    Args:
        out: the folder that it writes, which becomes `OUT`.

    Example:
        >>> with running(["train", "/home/anna/cohort", "models/a", "--init=~/old", "--json"]):
        ...     typed(Path("models/a")), typed()
        ('ptacl train cohort OUT --init=old', 'ptacl train cohort models/a --init=old')
    """
    arguments = _of_effect(_TYPED.get())
    if not arguments:
        return ""
    told = [OUT if _leads_to(one, out) else _without_folders(one) for one in arguments]
    # Not quoted: OUT and paths are replaced by people, and a quote would hide them.
    return " ".join(["ptacl", *(one if one == OUT else shlex.quote(one) for one in told)])


def with_typed(former: Sequence[str], out: Path) -> tuple[str, ...]:
    """The commands that made a thing so far, and the one that is being run: the first, and then
    the newest.

    Args:
        former: what it keeps already.
        out: its folder.
    """
    command = typed(out)
    commands = [one for one in former if one != command] + ([command] if command else [])
    return tuple(commands[:1] + commands[1:][-_MOST_KEPT:])


def of_folder(commands: Sequence[str], name: str) -> tuple[str, ...]:
    """Commands with a name in the place of `OUT`."""
    return tuple(
        " ".join(shlex.quote(name) if part == OUT else part for part in command.split(" "))
        for command in commands
    )


def _of_effect(arguments: Sequence[str]) -> list[str]:
    kept: list[str] = []
    skips = False
    for argument in arguments:
        flag = argument.split("=")[0]
        if not skips and flag not in _OF_NO_EFFECT:
            kept.append(argument)
        skips = not skips and "=" not in argument and _OF_NO_EFFECT.get(flag, False)
    return kept


def _leads_to(argument: str, out: Path | None) -> bool:
    return out is not None and not argument.startswith("-") and Path(argument) == out


def _without_folders(argument: str) -> str:
    """An argument without the folders of this computer in front of a path's last name.

    A path from the root or the home keeps its name; one through the folder above what follows.
    """
    flag, equals, value = argument.partition("=")
    if equals and flag.startswith("-"):
        return f"{flag}={_without_folders(value)}"
    if PureWindowsPath(argument).drive or "\\" in argument:
        return PureWindowsPath(argument).name
    path = PurePosixPath(argument)
    if path.is_absolute() or argument.startswith("~"):
        return path.name
    parts = path.parts
    if ".." not in parts:
        return argument
    after = parts[len(parts) - parts[::-1].index("..") :]
    return "/".join(after) or ".."
