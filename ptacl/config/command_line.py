"""Command line of the current run, recorded as provenance in the files that it writes.

Recorded are the arguments as typed, without the folders of the computer (`_without_folders`) and
without the options that do not affect the result: number of processes, form of the output.
"""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PurePosixPath, PureWindowsPath

OUT = "OUT"
"""Placeholder for the output folder of a command, which may be copied under another name."""
_TYPED: ContextVar[tuple[str, ...]] = ContextVar("typed", default=())
_OF_NO_EFFECT = {"--workers": True, "--dask": True, "--json": False, "--resume": False}
"""Options that do not affect the result → whether a value follows."""
_MAX_COMMANDS = 50


@contextmanager
def running(arguments: Sequence[str]) -> Iterator[None]:
    """Make `typed` return this command within the context.

    Args:
        arguments: the arguments typed after ``ptacl``.
    """
    token = _TYPED.set(tuple(arguments))
    try:
        yield
    finally:
        _TYPED.reset(token)


def typed(out: Path | None = None) -> str:
    """Return the command that is running; empty outside of the command line.

    Args:
        out: its output folder, replaced by `OUT`.

    Example:
        >>> with running(["train", "/home/anna/cohort", "models/a", "--init=~/old", "--json"]):
        ...     typed(Path("models/a")), typed()
        ('ptacl train cohort OUT --init=old', 'ptacl train cohort models/a --init=old')
    """
    arguments = _of_effect(_TYPED.get())
    if not arguments:
        return ""
    words = [OUT if _is_folder(word, out) else _without_folders(word) for word in arguments]
    # OUT is not quoted: people replace it by a folder of theirs.
    return " ".join(["ptacl", *(word if word == OUT else shlex.quote(word) for word in words)])


def with_typed(former: Sequence[str], out: Path) -> tuple[str, ...]:
    """Append the running command to the recorded ones; keep the first and the newest 50.

    Args:
        former: the commands recorded so far.
        out: the output folder.
    """
    command = typed(out)
    commands = [entry for entry in former if entry != command] + ([command] if command else [])
    return tuple(commands[:1] + commands[1:][-_MAX_COMMANDS:])


def of_folder(commands: Sequence[str], name: str) -> tuple[str, ...]:
    """Replace `OUT` in commands by the name of a folder."""
    return tuple(
        " ".join(shlex.quote(name) if part == OUT else part for part in command.split(" "))
        for command in commands
    )


def _of_effect(arguments: Sequence[str]) -> list[str]:
    effective: list[str] = []
    skips = False
    for argument in arguments:
        flag = argument.split("=")[0]
        if not skips and flag not in _OF_NO_EFFECT:
            effective.append(argument)
        skips = not skips and "=" not in argument and _OF_NO_EFFECT.get(flag, False)
    return effective


def _is_folder(argument: str, out: Path | None) -> bool:
    return out is not None and not argument.startswith("-") and Path(argument) == out


def _without_folders(argument: str) -> str:
    """Remove the folders of this computer from an argument that is a path.

    Of an absolute path, or one from the home folder, the last name remains; of a path with ``..``
    the part after the last of them.
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
