"""Batches of an epoch in a drawn order, the next one read while this one is learned."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ptacl.augment import draw_window
from ptacl.dataset import Batch, TimeMatch, load_batch
from ptacl.store import Store
from ptacl.training.config import StageConfig
from ptacl.training.ranks import Ranks
from ptacl.training.seeds import step_seed


@dataclass(frozen=True)
class Needs:
    """What a stage reads of each pair beside its ECG."""

    match: TimeMatch = "phase"
    cine: bool = True
    ed_es: bool = False
    """The frames of end diastole and end systole."""
    phenotypes: bool = False


def epoch_batches(
    store: Store,
    rows: np.ndarray,
    config: StageConfig,
    segment_samples: int,
    epoch: int,
    per_epoch: int,
    ranks: Ranks,
    needs: Needs,
) -> Iterator[tuple[int, Batch]]:
    """(step, batch) of one epoch: `per_epoch` batches of the training rows in a drawn order.

    A rank reads its own part of each batch; what is drawn is drawn for all of it.
    """
    order = np.random.default_rng(step_seed(config.seed, "order", epoch)).permutation(rows)
    recipe = store.recipe.ecg

    def read(number: int) -> Batch:
        step = epoch * per_epoch + number
        chosen = order[number * config.batch_size : (number + 1) * config.batch_size]
        rng = np.random.default_rng(step_seed(config.seed, "window", step))
        window = draw_window(
            config.augment,
            len(chosen),
            recipe.samples,
            recipe.sample_rate_hz,
            segment_samples,
            rng,
        )
        own = ranks.part(len(chosen))
        return load_batch(
            store,
            chosen[own],
            segment_samples,
            window=window.part(own),
            match=needs.match,
            rng=rng,
            with_cine=needs.cine,
            with_ed_es=needs.ed_es,
            with_phenotypes=needs.phenotypes,
        )

    with ThreadPoolExecutor(1) as reader:
        ahead = reader.submit(read, 0)
        for number in range(per_epoch):
            batch = ahead.result()
            if number + 1 < per_epoch:
                ahead = reader.submit(read, number + 1)
            yield epoch * per_epoch + number, batch
