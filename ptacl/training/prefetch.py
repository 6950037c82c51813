"""Batches of an epoch in a drawn order, the next one read while this one is learned."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ptacl.data.augment import draw_window
from ptacl.data.batches import Batch, Needs, load_batch
from ptacl.store import Store
from ptacl.training.config import StageConfig
from ptacl.training.distributed import Ranks
from ptacl.training.schedule import steps_of_epoch
from ptacl.training.seeds import step_seed


@dataclass(frozen=True)
class Reader:
    """Reads the subjects of a training, epoch by epoch.

    A rank reads its own part of each batch; what is drawn is drawn for all of it.
    """

    store: Store
    rows: Int[np.ndarray, " rows"]
    """Of the subjects to learn."""
    config: StageConfig
    segment_samples: int
    """Samples of one ECG segment of the encoder."""
    needs: Needs
    ranks: Ranks

    @property
    def steps_of_epoch(self) -> int:
        """How many batches an epoch has."""
        return steps_of_epoch(len(self.rows), self.config)

    def epoch(self, number: int) -> Iterator[tuple[int, Batch]]:
        """(step, batch) of one epoch, its rows in a drawn order."""
        order = np.random.default_rng(step_seed(self.config.seed, "order", number))
        whole = self.steps_of_epoch * self.config.batch_size
        chosen = np.array_split(order.permutation(self.rows)[:whole], self.steps_of_epoch)
        first = number * self.steps_of_epoch
        with ThreadPoolExecutor(1) as thread:
            ahead = thread.submit(self._read, first, chosen[0])
            for step, after in enumerate([*chosen[1:], None], first):
                batch = ahead.result()
                if after is not None:
                    ahead = thread.submit(self._read, step + 1, after)
                yield step, batch

    def _read(self, step: int, chosen: Int[np.ndarray, " rows"]) -> Batch:
        """This rank's part of the batch of a step."""
        recipe = self.store.recipe.ecg
        rng = np.random.default_rng(step_seed(self.config.seed, "window", step))
        window = draw_window(
            self.config.augment,
            len(chosen),
            recipe.samples,
            recipe.sample_rate_hz,
            self.segment_samples,
            rng,
        )
        own = self.ranks.part(len(chosen))
        return load_batch(
            self.store,
            chosen[own],
            self.segment_samples,
            self.needs,
            window=window.part(own),
            rng=rng,
        )
