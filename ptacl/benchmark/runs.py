"""The trained runs of a comparison: a checkpoint folder for each method and seed.

A finished run of the same config on the same cohort is used again, wherever it was made; a killed
one goes on.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ptacl.benchmark.methods import Method
from ptacl.checkpoint.files import Checkpoint, read_config, read_metrics
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.parallel.pool import item_done, run_jobs
from ptacl.store import Store, open_store
from ptacl.training import STAGES, new_checkpoint
from ptacl.training.presets import PRESETS
from ptacl.training.run import Progress as StepProgress
from ptacl.training.schedule import steps_of_epoch

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class PlannedRun:
    """One training of one method."""

    method: Method
    seed: int
    folder: Path
    checkpoint: Checkpoint
    """As it will be written, but for its weights."""
    config: Any
    """A `ContrastiveConfig`, or a `MaskedConfig`."""
    init: Path | None = None
    """The run whose weights are the start."""


def plan_runs(
    store: Store,
    out: Path,
    methods: Sequence[Method],
    seeds: Sequence[int],
    preset: str,
    epochs: int | None,
) -> list[PlannedRun]:
    """The runs of all methods that are trained, seed by seed."""
    return [
        _planned(store, out, method, seed, preset, epochs)
        for method in methods
        if method.training != "none"
        for seed in seeds
    ]


def train_runs(
    store: Store,
    runs: Sequence[PlannedRun],
    progress: Progress | None = None,
    say: Say = print,
    workers: int = 1,
) -> None:
    """Train whatever is not finished, one run after the other or some at once.

    Args:
        store: the cohort of all of them.
        runs: from `plan_runs`.
        progress: called with (steps done, steps in all) over all runs to train.
        say: told which run begins; of runs at once, which has ended.
        workers: how many at once, each in a process with one thread.

    Raises:
        PtaclError: a folder holds a run of another config or cohort, or a worker was killed.
    """
    waiting = [run for run in runs if not is_finished(run)]
    if workers > 1:
        _train_at_once(store, waiting, progress, say, workers)
        return
    subjects = len(split_rows(store, "train"))
    steps = [_steps(run, subjects) for run in waiting]
    for number, run in enumerate(waiting):
        say(f"{run.method.title}, seed {run.seed} ({number + 1} of {len(waiting)})")
        show = partial(_show, progress, sum(steps[:number]), sum(steps)) if progress else None
        _train(store, run, show)


def _train(store: Store, run: PlannedRun, show: StepProgress | None = None) -> None:
    train = STAGES[run.method.training]
    train(store, run.folder, run.checkpoint, run.config, init=run.init, resume=True, progress=show)


def _train_at_once(
    store: Store,
    waiting: Sequence[PlannedRun],
    progress: Progress | None,
    say: Say,
    workers: int,
) -> None:
    """Several runs at a time; one that starts from another waits for all that do not."""
    subjects = len(split_rows(store, "train"))
    total, done, ended = sum(_steps(run, subjects) for run in waiting), 0, 0
    for starting in (False, True):
        jobs = [(store.path, run) for run in waiting if (run.init is not None) == starting]
        show = partial(_show, progress, done, total) if progress else None
        for (_, run), _ in run_jobs(_train_in_worker, jobs, workers, show):
            ended += 1
            say(f"{run.method.title}, seed {run.seed}: done ({ended} of {len(waiting)})")
        done += sum(_steps(run, subjects) for _, run in jobs)
        if progress:  # a run that was resumed has told fewer steps
            progress(done, total)


def _train_in_worker(job: tuple[Path, PlannedRun]) -> None:
    path, run = job
    _train(open_store(path), run, lambda step, of, figures: item_done())


def _show(progress: Progress, before: int, total: int, step: int, *_: object) -> None:
    """Tell a step of some runs as a step of all."""
    progress(before + step, total)


def is_finished(run: PlannedRun) -> bool:
    """Whether its folder holds the checkpoint of all its epochs.

    Raises:
        PtaclError: it holds a checkpoint of another config or cohort.
    """
    if not (run.folder / "config.json").is_file():
        return False
    if _identity(read_config(run.folder), type(run.config)) != _identity(
        run.checkpoint, type(run.config)
    ):
        raise PtaclError(
            f"{run.folder} holds a checkpoint of another config or cohort. Remove it, or compare "
            "into another folder.",
            code="output.holds_other_run",
        )
    return len(read_metrics(run.folder).get("curve", [])) >= run.config.epochs


AT_CHANCE = 0.99
"""Share of the logarithm of the batch size, which a patient loss has that tells nobody apart."""


def late_starts(runs: Sequence[PlannedRun]) -> list[dict[str, Any]]:
    """Finished runs whose patient loss was no better than chance in half of the epochs or more.

    Their figures say how surely a method starts to learn, more than what it learns.
    """
    found = []
    for run in runs:
        if not run.method.retrieves or run.config.patient_loss != "info_nce":
            continue  # of another loss the logarithm is not what chance has
        chance = AT_CHANCE * math.log(run.config.batch_size)
        curve = read_metrics(run.folder).get("curve", [])
        epochs = sum(entry.get("patient_loss", 0.0) > chance for entry in curve)
        if 2 * epochs >= len(curve) > 0:
            found.append({"title": run.method.title, "seed": run.seed, "epochs": epochs})
    return found


def _planned(
    store: Store, out: Path, method: Method, seed: int, preset: str, epochs: int | None
) -> PlannedRun:
    chosen = PRESETS[preset]
    base: Any = chosen.training if method.training != "masked" else chosen.masked
    config = dataclasses.replace(
        base, **method.changes, seed=seed, epochs=base.epochs if epochs is None else epochs
    )
    training = {"preset": preset, "stage": method.training, **to_dict(config)}
    init = None
    if method.starts_from:
        init = _folder(out, method.starts_from, seed)
        training["init"] = {"checkpoint": _name(method.starts_from, seed)}
    model = dataclasses.replace(chosen.model, **method.model)
    checkpoint = new_checkpoint(store, _name(method.name, seed), model, training)
    return PlannedRun(method, seed, _folder(out, method.name, seed), checkpoint, config, init)


def _name(method: str, seed: int) -> str:
    return f"{method}-seed-{seed}"


def _folder(out: Path, method: str, seed: int) -> Path:
    return out / "runs" / method / f"seed-{seed}"


def _steps(run: PlannedRun, subjects: int) -> int:
    return int(run.config.epochs * steps_of_epoch(subjects, run.config))


def _identity(checkpoint: Checkpoint, config: type) -> Any:
    """What two runs share when they are the same training; defaults of a later version count."""
    how = {key: value for key, value in checkpoint.training.items() if key != "preset"}
    stage = how.pop("stage", "contrastive")
    start = how.pop("init", {}).get("checkpoint")
    try:
        settings = to_dict(from_dict(config, how))
    except PtaclError:  # of another kind of training
        settings = how
    cohort = {key: checkpoint.data.get(key) for key in ("store", "provenance")}
    shape = [to_dict(checkpoint.model), to_dict(checkpoint.recipe), checkpoint.synthetic]
    return json.loads(json.dumps([stage, start, settings, cohort, shape]))
