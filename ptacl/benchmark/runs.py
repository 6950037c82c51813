"""Trained runs of a benchmark: a checkpoint folder for each method and seed.

A finished run of the same config on the same cohort is reused, wherever it was made; an interrupted
one is resumed.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from ptacl.benchmark.methods import Method
from ptacl.checkpoint.files import Checkpoint, read_config
from ptacl.checkpoint.reports import read_metrics
from ptacl.checkpoint.reports.benchmark import LateStart
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.data.augment.policy import check_units
from ptacl.data.simulated import SimulatedHearts
from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed, Limits, report_step
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
    """The config that it will write."""
    config: Any
    """A `ContrastiveConfig`, or a `MaskedConfig`."""
    init: Path | None = None
    """Folder of the run that gives the initial weights."""


def plan_runs(
    store: Store,
    out: Path,
    methods: Sequence[Method],
    seeds: Sequence[int],
    preset: str,
    epochs: int | None,
    simulated: SimulatedHearts | None = None,
    subjects: int | None = None,
) -> list[PlannedRun]:
    """Plan the runs of all methods that are trained, seed by seed.

    Args:
        store: the cohort.
        out: folder of the benchmark.
        methods: trained or not; the others have no run.
        seeds: of the trainings.
        preset: architecture and budget of all.
        epochs: passes over the training subjects; the preset's by default.
        simulated: hearts to draw while training, the same in all runs, instead of reading the
            training split; the epochs then divide them.
        subjects: of the training split, the first ones; all by default.
    """
    return [
        _planned(store, out, method, seed, preset, epochs, simulated, subjects)
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
    """Train the runs that are not finished, one after the other or several at once.

    Args:
        store: the cohort of all of them.
        runs: from `plan_runs`.
        progress: called with (steps done, steps in all) over all runs to train.
        say: called with the run that begins; of parallel runs, with the one that has ended.
        workers: how many at once, each in a process with one thread.

    Raises:
        PtaclError: a folder holds a run of another config or cohort, or the process of a run ended.
    """
    waiting = [run for run in runs if not is_finished(run)]
    if workers > 1:
        _train_at_once(store, waiting, progress, say, workers)
        return
    stored = len(split_rows(store, "train"))
    steps = [_steps(run, stored) for run in waiting]
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
    """Train several runs at once; those that start from another run come last."""
    subjects = len(split_rows(store, "train"))
    total, done, finished = sum(_steps(run, subjects) for run in waiting), 0, 0
    for dependent in (False, True):
        runs = [run for run in waiting if (run.init is not None) == dependent]
        show = partial(_show, progress, done, total) if progress else None
        for run in _train_in_pool(store, runs, workers, show):
            finished += 1
            say(f"{run.method.title}, seed {run.seed}: done ({finished} of {len(waiting)})")
        done += sum(_steps(run, subjects) for run in runs)
        if progress:  # a resumed run has reported fewer steps
            progress(done, total)


def _train_in_pool(
    store: Store, runs: Sequence[PlannedRun], workers: int, show: Callable[[int], None] | None
) -> Iterator[PlannedRun]:
    """Train runs in worker processes; yield each that is finished.

    Raises:
        PtaclError: the process of a run ended; it is raised when all others are finished.
    """
    steps = count(1)
    on_step = (lambda: show(next(steps))) if show else None
    jobs = [(store.path, run) for run in runs]
    ended: list[str] = []
    limits = Limits(None, None)  # a training may take hours and most of the memory
    with WorkerPool(_train_in_worker, min(workers, len(jobs)), limits, 1) as pool:
        for index, result in pool.map(jobs, on_step):
            run = runs[index]
            if not isinstance(result, Failed):
                yield run
            elif result.error is not None:
                raise result.error
            else:
                ended.append(f"{run.method.title}, seed {run.seed}: it {result.event}")
    if ended:
        raise PtaclError(
            f"{len(ended)} of {len(runs)} trainings could not be finished ({'; '.join(ended)}), "
            "most often because memory ran out. Run the same command again with fewer --workers: "
            "finished runs are used again, and the others go on.",
            code="worker.ended",
        )


def _train_in_worker(job: tuple[Path, PlannedRun]) -> None:
    path, run = job
    _train(open_store(path), run, lambda step, of, figures: report_step())


def _show(progress: Progress, before: int, total: int, step: int, *_: object) -> None:
    """Report a step of some runs as a step of all."""
    progress(before + step, total)


def is_finished(run: PlannedRun) -> bool:
    """Return whether the folder of a run holds the checkpoint of all its epochs.

    Raises:
        PtaclError: the folder holds a checkpoint of another config or cohort.
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
    return len(read_metrics(run.folder).curve) >= run.config.epochs


AT_CHANCE = 0.99
"""Share of the logarithm of the batch size, which is the patient loss of a guess."""


def late_starts(runs: Sequence[PlannedRun]) -> list[LateStart]:
    """Find finished runs with a patient loss no better than chance for half of the epochs.

    Their figures show how reliably a method starts to learn, not what it learns.
    """
    late = []
    for run in runs:
        if not run.method.retrieves or run.config.patient_loss != "info_nce":
            continue  # the logarithm is not the chance level of another loss
        chance = AT_CHANCE * math.log(run.config.batch_size)
        curve = read_metrics(run.folder).curve
        epochs = sum((entry.get("patient_loss") or 0.0) > chance for entry in curve)
        if 2 * epochs >= len(curve) > 0:
            late.append(LateStart(run.method.title, run.seed, epochs))
    return late


def _planned(
    store: Store,
    out: Path,
    method: Method,
    seed: int,
    preset: str,
    epochs: int | None,
    simulated: SimulatedHearts | None,
    subjects: int | None,
) -> PlannedRun:
    settings = PRESETS[preset]
    base: Any = settings.training if method.training != "masked" else settings.masked
    changes = {"augment": base.augment, **method.changes}
    changes["augment"] = dataclasses.replace(changes["augment"], **method.augment)
    config = dataclasses.replace(
        base,
        **changes,
        seed=seed,
        epochs=base.epochs if epochs is None else epochs,
        simulated=simulated,
        train_subjects=subjects,
    )
    if subjects is not None:  # many short epochs: a validation after each would take longer
        config = dataclasses.replace(config, validate_every=config.epochs)
    if method.augment:
        check_units(store.recipe.ecg)
    training = {"preset": preset, "stage": method.training, **to_dict(config)}
    init = None
    if method.starts_from:
        init = _folder(out, method.starts_from, seed)
        training["init"] = {"checkpoint": _name(method.starts_from, seed)}
    model = dataclasses.replace(settings.model, **method.model)
    checkpoint = new_checkpoint(store, _name(method.name, seed), model, training)
    return PlannedRun(method, seed, _folder(out, method.name, seed), checkpoint, config, init)


def _name(method: str, seed: int) -> str:
    return f"{method}-seed-{seed}"


def _folder(out: Path, method: str, seed: int) -> Path:
    return out / "runs" / method / f"seed-{seed}"


def _steps(run: PlannedRun, stored: int) -> int:
    """Return the steps of a run, given the training subjects of the store."""
    drawn, epochs = run.config.simulated, run.config.epochs
    if drawn is None:
        subjects = min(stored, run.config.train_subjects or stored)
        return int(epochs * steps_of_epoch(subjects, run.config))
    return int(epochs * drawn.passes * (drawn.hearts // epochs // run.config.batch_size))


def _identity(checkpoint: Checkpoint, config: type) -> Any:
    """Return what identifies a training; settings added since take their defaults."""
    training = {key: value for key, value in checkpoint.training.items() if key != "preset"}
    stage = training.pop("stage", "contrastive")
    start = training.pop("init", {}).get("checkpoint")
    try:
        settings = to_dict(from_dict(config, training))
    except PtaclError:  # another kind of training
        settings = training
    cohort = {key: checkpoint.data.get(key) for key in ("store", "provenance")}
    shape = [to_dict(checkpoint.model), to_dict(checkpoint.recipe), checkpoint.synthetic]
    return json.loads(json.dumps([stage, start, settings, cohort, shape]))
