"""SIGKILL and Ctrl-C at random moments of a command, and two of it at once."""

import random
import shutil
import signal
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.benchmarks.stress_commands import Case, Ended, begin, run

EARLIEST, LATEST = 0.15, 0.98
"""Shares of the undisturbed time between which a command is killed."""
REFUSED = 2
STOPPED = 130
STARTS_APART_S = 1.0
"""Both then need the time of their start, and the first is at work when the second comes."""


@cache
def undisturbed(base: Path, case: Case) -> tuple[float, Any]:
    """Return the seconds and the result of a command that nothing disturbs."""
    out = base / "undisturbed" / case.name.split()[0]
    out.parent.mkdir(exist_ok=True)
    ended = run(case.arguments(base, out))
    assert ended.status in (0, 3), ended.text
    return ended.seconds, case.result(out)


def fresh(base: Path, case: Case, purpose: str) -> Path:
    """Return where a command writes: of the same name as undisturbed, in an empty folder."""
    folder = base / purpose
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder / case.name.split()[0]


def kills(base: Path, case: Case, times: int) -> Iterator[tuple[str, ...]]:
    """Kill a command at random moments, each time from its beginning, and run it again."""
    seconds, expected = undisturbed(base, case)
    rng, same, killed = random.Random(case.name), 0, 0
    for _ in range(times):
        out = fresh(base, case, "killed")
        after_s = rng.uniform(EARLIEST, LATEST) * seconds
        killed += run(case.arguments(base, out), after_s=after_s).status == -signal.SIGKILL
        resumed = run(case.arguments(base, out))
        assert resumed.status in (0, 3), resumed.text
        same += case.result(out) == expected
    seen = f"{same} of {times} with the same result ({killed} killed, {seconds:.0f} s undisturbed)"
    yield f"SIGKILL of {case.name}, then again", str(times), seen


def interruptions(base: Path, case: Case) -> Iterator[tuple[str, ...]]:
    """Press Ctrl-C in the middle of a command."""
    seconds, _ = undisturbed(base, case)
    out = fresh(base, case, "interrupted")
    ended = run(case.arguments(base, out), after_s=0.6 * seconds, how=signal.SIGINT)
    words = ended.text.strip().splitlines()[-1:] or [""]
    clean = "clean" if ended.status == STOPPED and not ended.traceback else "NOT CLEAN"
    yield f"Ctrl-C in {case.name}", "1", f"{clean}: status {ended.status}, “{words[0][-80:]}”"


def writers(base: Path, case: Case) -> Iterator[tuple[str, ...]]:
    """Start a command a second time while it runs."""
    _, expected = undisturbed(base, case)
    out = fresh(base, case, "two")
    first = begin(case.arguments(base, out))
    time.sleep(STARTS_APART_S)
    second = run(case.arguments(base, out))
    text, _ = first.communicate()
    ended = Ended(first.returncode, text, 0)
    refused = second.status == REFUSED and not second.traceback
    seen = "second refused" if refused else f"second ended with {second.status}"
    right = ended.status in (0, 3) and case.result(out) == expected
    yield (
        f"two {case.name} at once",
        "1",
        f"{seen}; result of the first {'the same' if right else 'DIFFERENT'}",
    )
