"""The long commands that `tests.benchmarks.stress` interrupts, with what their results are."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.made.files import csv_bytes, write_wfdb

SUBJECTS = 360
"""Fewer do not suffice to fit and calibrate the heads of a gallery."""
NEVER_THE_SAME = ("seconds", "waited_for_data")
HOURS = 3600.0


@dataclass(frozen=True)
class Case:
    """A command and what it must have made in the end."""

    name: str
    arguments: Callable[[Path, Path], list[str]]
    """(folder of the inputs, folder of the output) → command line."""
    result: Callable[[Path], Any]
    """Folder of the output → what must be the same however often the command was killed."""
    needs: tuple[str, ...]
    """Inputs that `prepare` makes."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    text: str
    seconds: float

    @property
    def traceback(self) -> bool:
        return "Traceback" in self.text


def tree(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below a folder, without hidden ones."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if not path.name.startswith(".")
    }


def _gallery(out: Path) -> dict[str, str]:
    return {name: digest for name, digest in tree(out).items() if not name.endswith(".json")}


def _training(out: Path) -> Any:
    lines = (out / "metrics.jsonl").read_text().splitlines()
    curve = [{k: v for k, v in json.loads(x).items() if k not in NEVER_THE_SAME} for x in lines]
    return curve, tree(out)["model.safetensors"]


def _comparison(out: Path) -> str:
    return (out / "comparison.csv").read_text()


CASES = (
    Case(
        "import",
        lambda base, out: [
            "import", str(base / "raw" / "pairs.csv"), str(out), "--shard-subjects", "2",
        ],
        tree,
        ("raw",),
    ),
    Case(
        "inspect FOLDER",
        lambda base, out: [
            "inspect", str(base / "ecgs"), "--checkpoint", "demo", "--out", f"{out}.csv",
        ],
        lambda out: Path(f"{out}.csv").read_text(),
        ("ecgs",),
    ),
    Case(
        "segment",
        lambda base, out: ["segment", str(base / "few"), f"{out}.csv"],
        lambda out: Path(f"{out}.csv").read_text(),
        ("few",),
    ),
    Case(
        "train",
        lambda base, out: ["train", str(base / "cohort"), str(out), "--epochs", "3", "--resume"],
        _training,
        ("cohort",),
    ),
    Case(
        "embed",
        lambda base, out: [
            "embed", str(base / "cohort"), "--checkpoint", str(base / "model"), "--out", str(out),
            "--split", "test",
        ],
        _gallery,
        ("cohort", "model"),
    ),
    Case(
        "compare",
        lambda base, out: [
            "compare", str(base / "cohort"), str(out), "--methods", "demographics", "ptacl",
            "--reference", "ptacl", "--seeds", "0", "--epochs", "2",
        ],
        _comparison,
        ("cohort",),
    ),
)  # fmt: skip


MADE_BY = {
    "raw": ["simulate", "raw", "--subjects", "8", "--raw", "pairs", "--seed", "9"],
    "few": ["simulate", "few", "--subjects", "8", "--seed", "9"],
    "cohort": ["simulate", "cohort", "--subjects", str(SUBJECTS), "--seed", "3"],
    "model": ["train", "cohort", "model", "--epochs", "1"],
}
"""Inputs and the commands that make them, in a folder for all."""


def prepare(base: Path, wanted: set[str]) -> None:
    """Make inputs of the cases."""
    for name, arguments in MADE_BY.items():
        if name in wanted:
            ended = run(arguments, cwd=base)
            assert ended.status == 0, ended.text
    for number in range(16):
        write_wfdb(base / "ecgs" / f"w{number:02d}.hea", rr_s=0.7 + number / 100)
        (base / "ecgs" / f"c{number:02d}.csv").write_bytes(csv_bytes(rr_s=0.7 + number / 100))


def begin(arguments: list[str], **options: Any) -> subprocess.Popen[str]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ptacl", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        **options,
    )


def run(
    arguments: list[str],
    *,
    after_s: float = HOURS,
    how: signal.Signals = signal.SIGKILL,
    **options: Any,
) -> Ended:
    """Run a command, and send it a signal after some seconds, as a terminal would to all of it.

    Args:
        arguments: of the command line.
        after_s: when the signal is sent, unless the command has ended by then.
        how: the signal.
        options: of `subprocess.Popen`.
    """
    began = time.perf_counter()
    process = begin(arguments, **options)
    try:
        text, _ = process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, how)
        text, _ = process.communicate()
    return Ended(process.returncode, text, time.perf_counter() - began)
