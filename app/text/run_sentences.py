"""Sentences about a training run: state, progress, warnings."""

import math
from collections.abc import Mapping

from ptacl.checkpoint.run_status import Outcome, RunStatus

from .progress_steps import lasting

OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    "running": (":material/play_circle:", "running"),
    "finished": (":material/check_circle:", "finished"),
    "interrupted": (":material/pause_circle:", "interrupted"),
    "failed": (":material/error:", "failed"),
    "stopped": (":material/stop_circle:", "stopped without a word"),
}
"""Outcome → icon and words."""
_WAITED = 0.05
"""Share of the time that a run may wait for data before a warning."""
_SCORES = ("recall", "r2", "alignment", "val")
"""What the names of figures on the validation subjects hold."""


def how_far(run: RunStatus) -> str:
    """Return epochs, share of the steps and time left.

    Example:
        >>> from pathlib import Path
        >>> how_far(RunStatus(Path("a"), "running", epochs=4, step=50, steps=200, seconds_left=90))
        'epoch 1 of 4, 25 %, about 2 min left'
        >>> how_far(RunStatus(Path("a"), "stopped", epochs=4, curve=({"loss": 1.0},)))
        '1 of 4 epochs'
    """
    if run.outcome != "running":
        planned = f" of {run.epochs}" if run.epochs else ""
        plural = "" if (run.epochs or run.epoch) == 1 else "s"
        return f"{run.epoch}{planned} epoch{plural}"
    number = min(run.epoch + 1, run.epochs or run.epoch + 1)
    parts = [f"epoch {number}" + (f" of {run.epochs}" if run.epochs else "")]
    if run.steps:
        parts.append(f"{100 * run.step / run.steps:.0f} %")
    if run.seconds_left is not None:
        parts.append(f"about {lasting(run.seconds_left)} left")
    return ", ".join(parts)


def last_validation(run: RunStatus) -> str:
    """Return the figures of the last validation.

    Example:
        >>> from pathlib import Path
        >>> last_validation(RunStatus(Path("a"), "finished", curve=({"recall_at_1": .25},)))
        'recall at 1 0.25'
    """
    for epoch in reversed(run.curve):
        scores = {k: v for k, v in epoch.items() if is_score(k) and v is not None}
        if scores:
            return ", ".join(f"{k.replace('_', ' ')} {v:.3g}" for k, v in scores.items())
    return "none yet" if run.outcome == "running" else "none"


def is_score(name: str) -> bool:
    """Return whether a figure is one of the validation subjects, not a loss of the training."""
    return any(part in name for part in _SCORES)


def run_warnings(run: RunStatus) -> list[str]:
    """Return what looks wrong in a run.

    Example:
        >>> from pathlib import Path
        >>> slow = RunStatus(Path("a"), "running", curve=({"waited_for_data": .2},))
        >>> run_warnings(slow)
        ['it waits for data 20 % of the time: more processors, or a faster disk, would help']
    """
    warnings = []
    losses = run.trace.get("loss", ())
    steps = run.trace.get("step", ())
    lost = [int(step) for step, loss in zip(steps, losses, strict=False) if not math.isfinite(loss)]
    if lost:
        warnings.append(f"its loss is no number since step {lost[0]:,}: try a lower learning rate")
    waited = run.curve[-1].get("waited_for_data", 0.0) if run.curve else 0.0
    if waited > _WAITED:
        warnings.append(
            f"it waits for data {100 * waited:.0f} % of the time: more processors, or a faster "
            "disk, would help"
        )
    if run.outcome in ("interrupted", "failed", "stopped"):
        warnings.append("the same command with --resume continues it after its last whole epoch")
    return warnings
