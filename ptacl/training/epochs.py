"""Training loop that all stages share: epochs of batches, validation, saving."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from ptacl.config.strict_json import to_dict
from ptacl.data.batches import Batch, BatchFields
from ptacl.data.splits import rows_by_split, split_rows
from ptacl.store import Store
from ptacl.tensors.malloc import keep_freed_memory
from ptacl.training.prefetch import Reader
from ptacl.training.run import Config, Progress, Run
from ptacl.training.run_log import RunLog, run_log
from ptacl.training.schedule import set_learning_rate
from ptacl.training.simulated_reader import SimulatedReader, SimulatedSteps
from ptacl.training.writers import open_writers

Figures = dict[str, float]
TrainStep = Callable[[Batch, int, int], Figures]
"""One optimiser step on this rank's part of a batch: (batch, step, subjects of the whole batch) →
losses."""


def train_epochs(
    run: Run[Config],
    store: Store,
    train_step: TrainStep,
    validate: Callable[[], Figures],
    *,
    fields: BatchFields,
    resume: bool,
    progress: Progress | None,
    writers: Sequence[str] = (),
) -> None:
    """Train on the training split for the remaining epochs of a run.

    Args:
        run: the model, its optimiser and its files.
        store: the cohort.
        train_step: optimiser step on a batch.
        validate: returns validation metrics; called on the first rank every `validate_every` epochs
            and after the last epoch.
        fields: optional fields of the batches.
        resume: continue from `state/` if it exists.
        progress: called with (step, total steps, latest metrics), on the first rank.
        writers: names of `writers.WRITERS` that get the figures of the first rank.
    """
    keep_freed_memory()
    config, first = run.config, run.ranks.first
    reader = _reader(run, store, fields)
    with run.alone():
        begin = run.resume_or_begin(resume)
        validated = bool(len(rows_by_split(store, "val")))  # very small cohorts have no such split
        with _log(run, writers) if first else nullcontext() as log:
            for epoch in range(begin, config.epochs):
                figures = _train_epoch(run, reader, epoch, train_step, _reports(log, progress))
                due = (epoch + 1) % config.validate_every == 0 or epoch + 1 == config.epochs
                if due and first and validated:
                    figures |= validate()
                figures = run.ranks.share(figures)
                run.finish_epoch(figures)
                if log:
                    log.epoch(figures)
    run.model.eval()


def _log(run: Run[Config], writers: Sequence[str]) -> AbstractContextManager[RunLog]:
    about = {
        "stage": run.checkpoint.training.get("stage", ""),
        "device": str(run.ranks.device),
        "epochs": run.config.epochs,
    }
    return run_log(run.out, about, open_writers(writers, run.out, to_dict(run.config)))


def _reports(log: RunLog | None, progress: Progress | None) -> Progress | None:
    """Return what a step is reported to; None on ranks that report nothing."""
    if log is None:
        return None

    def report(step: int, steps: int, losses: Figures) -> None:
        log.step(step, steps, losses)
        if progress:
            progress(step, steps, losses)

    return report


def _reader(run: Run[Config], store: Store, fields: BatchFields) -> Reader | SimulatedReader:
    config, segment = run.config, run.model.ecg_encoder.segment_samples
    if config.simulated is None:
        rows = split_rows(store, "train", config.train_subjects)
        return Reader(store, rows, config, segment, fields, run.ranks)
    ranks = (run.ranks.rank, run.ranks.count)
    return SimulatedReader(SimulatedSteps(config, store.recipe, segment, fields, ranks))


def _train_epoch(
    run: Run[Config],
    reader: Reader | SimulatedReader,
    epoch: int,
    train_step: TrainStep,
    progress: Progress | None,
) -> Figures:
    """Train on the batches of an epoch; return the mean losses, and how long it took and waited."""
    config, started, waited_s = run.config, time.perf_counter(), reader.waited_s
    steps = reader.steps_of_epoch * config.epochs
    subjects = min(reader.subjects, config.batch_size)
    losses = []
    for step, batch in reader.epoch(epoch):
        set_learning_rate(run.optimizer, config, step, steps)
        losses.append(train_step(batch.to(run.ranks.device), step, subjects))
        if progress:
            progress(step + 1, steps, losses[-1])
    figures = {key: float(np.mean([loss[key] for loss in losses])) for key in losses[0]}
    seconds = time.perf_counter() - started
    waited = (reader.waited_s - waited_s) / seconds
    return figures | {"epoch": epoch + 1, "seconds": seconds, "waited_for_data": waited}
