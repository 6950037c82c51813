"""What becomes of work that is killed, of full disks, flipped bytes, second writers and uploads.

    python -m tests.benchmarks.stress [--short] [--only kills disks flips writers uploads]

Prints one table: what was done, how often, and what was seen. `--short` kills each command once
and uploads 60 files. The full disk is a small file system in memory where one can be mounted (as
root), else a limit of the size of a file; the read-only folder needs the former.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.stress_commands import CASES, prepare
from tests.benchmarks.stress_disks import disks
from tests.benchmarks.stress_flips import flips
from tests.benchmarks.stress_kills import interruptions, kills, writers
from tests.benchmarks.stress_uploads import uploads

KILLS, SHORT_KILLS = 5, 1
UPLOADS, SHORT_UPLOADS = 500, 60
PARTS = ("kills", "interruptions", "disks", "writers", "flips", "uploads")


def rows(base: Path, parts: list[str], names: list[str], short: bool) -> Iterator[tuple[str, ...]]:
    """Yield what was done, how often, what was seen."""
    if "uploads" in parts:
        yield from uploads(SHORT_UPLOADS if short else UPLOADS)
    if set(parts) == {"uploads"}:
        return
    chosen = [case for case in CASES if case.name.split()[0] in names]
    needed = {each for case in chosen for each in case.needs} if set(parts) - {"flips"} else set()
    prepare(base, needed | ({"few", "cohort", "model"} if "flips" in parts else set()))
    if "flips" in parts:
        yield from flips(base)
    for case in chosen:
        if "kills" in parts:
            yield from kills(base, case, SHORT_KILLS if short else KILLS)
        if "interruptions" in parts:
            yield from interruptions(base, case)
        if "disks" in parts:
            yield from disks(base, case)
        if "writers" in parts:
            yield from writers(base, case)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    names = [case.name.split()[0] for case in CASES]
    parser.add_argument("--commands", nargs="+", choices=names, default=names)
    options = parser.parse_args()
    print("| what | times | seen |\n|---|---:|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="ptacl-stress-") as folder:
        for row in rows(Path(folder), options.only, options.commands, options.short):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
