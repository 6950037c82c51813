"""State of training runs, read from their folders while they run and afterwards.

A run writes `state/progress.json` while it trains (`ptacl.training.run_log`) and a line of
`metrics.jsonl` after each epoch. Nothing here imports torch, so that pages open fast.
"""

import hashlib
import json
import os
import platform
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

PROGRESS = "state/progress.json"
"""Written every few seconds by a run that trains."""
CURVE = "metrics.jsonl"
"""A line of figures for each finished epoch."""
SILENT_S = 120.0
"""A run of another machine that has written nothing for so long counts as stopped."""
_LEVELS = 4
"""How deep runs are looked for: `out/comparison/runs/METHOD/seed-0` is the deepest."""
_MANY = 500
"""Folders in one folder from which they are of a cohort, not of runs."""

Outcome = Literal["running", "finished", "interrupted", "failed", "stopped"]
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RunStatus:
    """State of the training run in a folder."""

    folder: Path
    outcome: Outcome
    """`interrupted` by Ctrl-C, `failed` with an error, `stopped` without a word: killed, or its
    machine is off."""
    stage: str = ""
    device: str = ""
    epochs: int | None = None
    """Planned; None where it is unknown."""
    step: int = 0
    """Steps that are done, of `steps`; 0 where only finished epochs are known."""
    steps: int = 0
    seconds_left: float | None = None
    """Estimated from the speed of the last steps; None unless the run is running."""
    updated_s: float | None = None
    """Unix time of the last sign of life."""
    curve: tuple[Figures, ...] = ()
    """Figures of each finished epoch."""
    trace: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Losses against the step, averaged over a few steps each: ``step`` and each loss."""

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return len(self.curve)


def read_run(folder: Path, now_s: float | None = None) -> RunStatus | None:
    """Read the state of a run.

    Args:
        folder: of the checkpoint that is trained.
        now_s: Unix time; now by default.

    Returns:
        The state, or None if the folder holds no run.
    """
    progress = read_progress(folder)
    curve = _curve(folder)
    training = _json(folder / "config.json").get("training") or {}
    if not progress and not (curve and training):
        return None
    now_s = time.time() if now_s is None else now_s
    epochs = progress.get("epochs", training.get("epochs"))
    outcome = _outcome(progress, now_s) if progress else _of_curve(len(curve), epochs)
    running = outcome == "running"
    return RunStatus(
        folder=folder,
        outcome=outcome,
        stage=progress.get("stage") or training.get("stage", ""),
        device=progress.get("device", ""),
        epochs=epochs,
        step=progress.get("step", 0),
        steps=progress.get("steps", 0),
        seconds_left=progress.get("seconds_left") if running else None,
        updated_s=progress.get("updated_s") or _changed_s(folder),
        curve=curve,
        trace={name: tuple(values) for name, values in progress.get("trace", {}).items()},
    )


def read_progress(folder: Path) -> dict[str, Any]:
    """Read what a run wrote last; empty where there is nothing."""
    return _json(folder / PROGRESS)


def find_runs(roots: Iterable[Path]) -> list[RunStatus]:
    """Find all runs in some folders, or up to four levels below, the newest first."""
    by_folder = {run.folder.resolve(): run for root in roots for run in _runs_below(root, _LEVELS)}
    return sorted(by_folder.values(), key=lambda run: run.updated_s or 0.0, reverse=True)


def _runs_below(folder: Path, levels: int) -> Iterator[RunStatus]:
    """Yield the run of a folder, or else those of its folders; a run holds no other."""
    if (run := read_run(folder)) is not None:
        yield run
        return
    if levels == 0:
        return
    try:
        inner = sorted(entry.path for entry in os.scandir(folder) if entry.is_dir())
    except OSError:  # vanished, or not ours to read
        return
    for path in inner if len(inner) <= _MANY else ():
        yield from _runs_below(Path(path), levels - 1)


def this_machine() -> str:
    """Return a hash that identifies this machine without its name."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:12]


def _outcome(progress: Mapping[str, Any], now_s: float) -> Outcome:
    """Return the outcome that the run wrote, unless its process has ended."""
    if progress.get("outcome") != "running":
        return progress.get("outcome", "stopped")
    if progress.get("machine") == this_machine() and not _alive(int(progress.get("pid", 0))):
        return "stopped"
    silent_s = now_s - progress.get("updated_s", 0.0)
    return "running" if silent_s < _patience_s(progress) else "stopped"


def _patience_s(progress: Mapping[str, Any]) -> float:
    """Return how long a run may be silent: long steps, and validations, take their time."""
    return max(SILENT_S, 20 * progress.get("step_seconds", 0.0))


def _of_curve(epoch: int, epochs: int | None) -> Outcome:
    """Return the outcome of a run of a version that wrote finished epochs only."""
    return "finished" if epochs is None or epoch >= epochs else "stopped"


def _alive(pid: int) -> bool:
    if os.name != "posix" or pid <= 0:
        return True  # not known: its silence decides
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        return True
    return True


def _curve(folder: Path) -> tuple[Figures, ...]:
    """Return the finished epochs; a line that is being written is left out."""
    file = folder / CURVE
    if not file.is_file():
        curve = _json(folder / "metrics.json").get("curve")
        return tuple(curve) if isinstance(curve, list) else ()
    entries = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            break
    return tuple(entry for entry in entries if isinstance(entry, dict))


def _json(file: Path) -> dict[str, Any]:
    """Read a JSON object; empty where there is none, or it cannot be read just now."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _changed_s(folder: Path) -> float | None:
    files = [folder / CURVE, folder / "metrics.json"]
    return max((file.stat().st_mtime for file in files if file.is_file()), default=None)
