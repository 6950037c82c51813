"""Progress of a run while it trains: a file, and writers for TensorBoard and MLflow."""

import json
import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ptacl.checkpoint.run_status import PROGRESS, Outcome, read_progress, this_machine
from ptacl.store import write_atomically
from ptacl.training.writers import Writer

WRITTEN_S = 2.0
"""Least time between two states on the disk."""
POINTS = 400
"""Most points of the loss against the step; when they are reached, neighbours are averaged."""
_SPEED_STEPS = 50
"""The time left follows from the speed of so many steps."""


class Trace:
    """Losses against the step in a bounded number of points, each the mean of as many steps."""

    def __init__(self) -> None:
        self.values: dict[str, list[float]] = {"step": []}
        self._per_point = 1
        self._pending: list[tuple[int, Mapping[str, float]]] = []

    def add(self, step: int, losses: Mapping[str, float]) -> None:
        """Add the losses of a step.

        Args:
            step: its number, from 1.
            losses: the same ones at every step.
        """
        self._pending.append((step, losses))
        if len(self._pending) < self._per_point:
            return
        self.values["step"].append(float(self._pending[-1][0]))
        for name in losses:
            mean = sum(entry[name] for _, entry in self._pending) / len(self._pending)
            self.values.setdefault(name, []).append(mean)
        self._pending = []
        if len(self.values["step"]) >= POINTS:
            self._halve()

    def go_on_from(self, earlier: Mapping[str, Sequence[float]], step: int) -> None:
        """Begin with the points of an interrupted run, up to the step before which it resumes."""
        points = sum(point < step for point in earlier.get("step", ()))
        self.values = {"step": []} | {name: list(vs[:points]) for name, vs in earlier.items()}

    def rounded(self) -> dict[str, list[float]]:
        """Return the points with six digits, enough for a chart."""
        return {k: [float(f"{v:.6g}") for v in values] for k, values in self.values.items()}

    def _halve(self) -> None:
        """Average each two neighbours; the step of a pair is that of its second."""
        for name, values in self.values.items():
            pairs = zip(values[::2], values[1::2], strict=True)
            self.values[name] = [b if name == "step" else (a + b) / 2 for a, b in pairs]
        self._per_point *= 2


class RunLog:
    """The state of a run on the disk, and in the writers.

    Args:
        folder: of the run.
        about: `stage`, `device`, `epochs`: written as they are.
        writers: that get the same figures.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], writers: Sequence[Writer]) -> None:
        self._file = folder / PROGRESS
        self._writers = writers
        self._state: dict[str, Any] = {**about, "machine": this_machine(), "pid": os.getpid()}
        self._trace = Trace()
        self._recent: deque[tuple[int, float]] = deque(maxlen=_SPEED_STEPS)
        self._written_s = 0.0
        self._earlier = read_progress(folder).get("trace", {})
        self._file.parent.mkdir(parents=True, exist_ok=True)

    def step(self, step: int, steps: int, losses: Mapping[str, float]) -> None:
        """Report a step.

        Args:
            step: steps that are done.
            steps: of the whole run.
            losses: of this step.
        """
        now = time.monotonic()
        if not self._recent:
            self._trace.go_on_from(self._earlier, step)
        self._recent.append((step, now))
        self._trace.add(step, losses)
        for writer in self._writers:
            writer.write(step, {f"step/{name}": value for name, value in losses.items()})
        self._state |= {"step": step, "steps": steps}
        if now - self._written_s >= WRITTEN_S:
            self._write("running")

    def epoch(self, figures: Mapping[str, float]) -> None:
        """Report a finished epoch."""
        step = self._state.get("step", 0)
        for writer in self._writers:
            writer.write(step, {f"epoch/{name}": value for name, value in figures.items()})
        self._write("running")

    def end(self, outcome: Outcome) -> None:
        """Report the end of the run and close the writers."""
        self._write(outcome)
        for writer in self._writers:
            writer.close()

    def _write(self, outcome: Outcome) -> None:
        self._written_s = time.monotonic()
        seconds = self._step_seconds()
        state = self._state | {
            "outcome": outcome,
            "updated_s": time.time(),
            "step_seconds": seconds or 0.0,
            "trace": self._trace.rounded(),
        }
        if seconds is not None:
            left = state.get("steps", 0) - state.get("step", 0)
            state["seconds_left"] = left * seconds
        write_atomically(self._file, json.dumps(state))

    def _step_seconds(self) -> float | None:
        if len(self._recent) < 2:
            return None
        (first, began), (last, ended) = self._recent[0], self._recent[-1]
        return (ended - began) / (last - first)


@contextmanager
def run_log(
    folder: Path, about: Mapping[str, Any], writers: Sequence[Writer] = ()
) -> Iterator[RunLog]:
    """Log a run from its beginning to its end, however it ends."""
    log = RunLog(folder, about, writers)
    try:
        yield log
    except KeyboardInterrupt:
        log.end("interrupted")
        raise
    except BaseException:
        log.end("failed")
        raise
    log.end("finished")
