"""Batches of an epoch in random order; the next batch is read during the current step."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ptacl.data.augment import draw_window
from ptacl.data.batches import Batch, BatchFields, load_batch
from ptacl.store import Store
from ptacl.training.config import StageConfig
from ptacl.training.distributed import Ranks
from ptacl.training.schedule import steps_of_epoch
from ptacl.training.seeds import step_seed


@dataclass
class Reader:
    """Reader of the training subjects, epoch by epoch.

    A rank reads its own part of each batch; random numbers are drawn for the whole batch.
    """

    store: Store
    rows: Int[np.ndarray, " rows"]
    """Rows of the training subjects in the store."""
    config: StageConfig
    segment_samples: int
    """Samples of one ECG segment of the encoder."""
    fields: BatchFields
    ranks: Ranks
    waited_s: float = 0.0
    """Time for which the training waited for batches, since the start."""

    @property
    def subjects(self) -> int:
        """Number of training subjects."""
        return len(self.rows)

    @property
    def steps_of_epoch(self) -> int:
        """Number of batches per epoch."""
        return steps_of_epoch(len(self.rows), self.config)

    def epoch(self, number: int) -> Iterator[tuple[int, Batch]]:
        """Yield (step, batch) of one epoch, its rows in random order."""
        order = np.random.default_rng(step_seed(self.config.seed, "order", number))
        whole = self.steps_of_epoch * self.config.batch_size
        rows = np.array_split(order.permutation(self.rows)[:whole], self.steps_of_epoch)
        first = number * self.steps_of_epoch
        with ThreadPoolExecutor(1) as thread:
            pending = thread.submit(self._read, first, rows[0])
            for step, next_rows in enumerate([*rows[1:], None], first):
                started = time.perf_counter()
                batch = pending.result()
                self.waited_s += time.perf_counter() - started
                if next_rows is not None:
                    pending = thread.submit(self._read, step + 1, next_rows)
                yield step, batch

    def _read(self, step: int, rows: Int[np.ndarray, " rows"]) -> Batch:
        """Read this rank's part of the batch of a step."""
        recipe = self.store.recipe.ecg
        rng = np.random.default_rng(step_seed(self.config.seed, "window", step))
        window = draw_window(
            self.config.augment,
            len(rows),
            recipe.samples,
            recipe.sample_rate_hz,
            self.segment_samples,
            rng,
        )
        own = self.ranks.part(len(rows))
        return load_batch(
            self.store,
            rows[own],
            self.segment_samples,
            self.fields,
            window=window.slice(own),
            rng=rng,
        )
