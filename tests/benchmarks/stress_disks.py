"""Commands whose disk is full, or cannot be written to."""

import os
import re
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks.stress_commands import Case, Ended, run
from tests.benchmarks.stress_kills import fresh, undisturbed

LARGE_MB = 4000
CLEAR = re.compile(r"disk is full|cannot be written|read-only|cannot be read or written")


def disks(base: Path, case: Case) -> Iterator[tuple[str, ...]]:
    """Run a command on a full and a read-only disk, then with space again."""
    if not mounts(base):
        yield from limited(base, case)
        return
    _, expected = undisturbed(base, case)
    out = fresh(base, case, "disk")
    size_kb = max(64, _size_kb(base / "undisturbed", out.name) // 2)
    with mounted(out.parent, f"size={size_kb}k"):
        seen = described(run(case.arguments(base, out)))
        remount(out.parent, f"size={LARGE_MB}m")
        again = run(case.arguments(base, out))
        right = again.status in (0, 3) and case.result(out) == expected
        yield (
            f"full disk ({size_kb} kB), {case.name}",
            "1",
            (f"{seen}; with space again {'the same result' if right else 'DIFFERENT'}"),
        )
    with mounted(out.parent, "ro"):
        yield f"read-only folder, {case.name}", "1", described(run(case.arguments(base, out)))


def limited(base: Path, case: Case) -> Iterator[tuple[str, ...]]:
    """Run a command that may write no file above 64 kB."""
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (2**16, 2**16))
    ended = run(case.arguments(base, fresh(base, case, "disk")), preexec_fn=limit)
    yield f"files of at most 64 kB, {case.name}", "1", described(ended)


def described(ended: Ended) -> str:
    """Return whether a command ended with a clear sentence."""
    words = ended.text.strip().splitlines()[-1:] or [""]
    clear = ended.status == 2 and not ended.traceback and CLEAR.search(ended.text)
    return f"{'clear' if clear else 'NOT CLEAR'}: status {ended.status}, “{words[0][-90:]}”"


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """Mount a file system in memory."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


def mounts(base: Path) -> bool:
    """Return whether a file system can be mounted here."""
    probe = base / "probe"
    probe.mkdir(exist_ok=True)
    try:
        with mounted(probe, "size=64k"):
            return os.geteuid() == 0
    except (OSError, subprocess.CalledProcessError):
        return False


def _size_kb(folder: Path, name: str) -> int:
    """Return the size of a result: a file, or a folder of files, of a name."""
    paths = [path for found in folder.glob(f"{name}*") for path in (found, *found.rglob("*"))]
    return sum(path.stat().st_size for path in paths if path.is_file()) // 1024
