"""The loop that every stage shares: epochs of batches, what is watched, what is kept."""

import time
from collections.abc import Callable

import numpy as np

from ptacl.data.batches import Batch, Needs
from ptacl.data.splits import split_rows
from ptacl.store import Store
from ptacl.training.malloc import keep_freed_memory
from ptacl.training.prefetch import Reader
from ptacl.training.run import Config, Progress, Run
from ptacl.training.schedule import set_learning_rate

Figures = dict[str, float]
Learn = Callable[[Batch, int, int], Figures]
"""One step of the optimiser on this rank's part of a batch: (batch, step, subjects of the whole
batch) → its losses."""


def train_epochs(
    run: Run[Config],
    store: Store,
    learn: Learn,
    watch: Callable[[], Figures],
    *,
    needs: Needs,
    resume: bool,
    progress: Progress | None,
) -> None:
    """Go through the training split epoch by epoch, from where the run stands to its end.

    Args:
        run: the model, its optimiser and its files.
        store: the cohort.
        learn: what is done with each batch.
        watch: figures of held-out subjects, asked for every `validate_every` epochs and at the
            end, of the first rank alone.
        needs: what is read of each pair.
        resume: go on from `state/` where there is one.
        progress: called with (step, steps in all, the newest figures), on the first rank.
    """
    keep_freed_memory()
    config, first = run.config, run.ranks.first
    reader = Reader(
        store, split_rows(store, "train"), config, run.model.ecg_encoder.segment_samples, needs,
        run.ranks,
    )  # fmt: skip
    with run.alone():
        for epoch in range(run.resume_or_begin(resume), config.epochs):
            figures = _train_epoch(run, reader, epoch, learn, progress if first else None)
            due = (epoch + 1) % config.validate_every == 0 or epoch + 1 == config.epochs
            if due and first:
                figures |= watch()
            run.finish_epoch(run.ranks.share(figures))
    run.model.eval()


def _train_epoch(
    run: Run[Config],
    reader: Reader,
    epoch: int,
    learn: Learn,
    progress: Progress | None,
) -> Figures:
    """Every training subject once, in a drawn order; the mean losses and the time it took."""
    config, started = run.config, time.perf_counter()
    steps = reader.steps_of_epoch * config.epochs
    subjects = min(len(reader.rows), config.batch_size)
    losses = []
    for step, batch in reader.epoch(epoch):
        set_learning_rate(run.optimizer, config, step, steps)
        losses.append(learn(batch.to(run.ranks.device), step, subjects))
        if progress:
            progress(step + 1, steps, losses[-1])
    figures = {key: float(np.mean([loss[key] for loss in losses])) for key in losses[0]}
    return figures | {"epoch": epoch + 1, "seconds": time.perf_counter() - started}
