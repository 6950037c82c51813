"""Batches of simulated hearts, drawn by other processes while the model trains.

An epoch has its own hearts and passes over them several times; each pass draws their ECGs anew, and
a cine is drawn in the first pass and kept in memory until the epoch ends. A batch follows from the
seed and the number of its step alone, so an interrupted training goes on with the same batches.
"""

import dataclasses
import os
import time
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from jaxtyping import Int, UInt8
from threadpoolctl import threadpool_limits
from torch.utils.data import DataLoader, Dataset

from ptacl.data.augment import Window, draw_window
from ptacl.data.batches import Batch, BatchFields, end_frames, load_batch, shifted
from ptacl.data.simulated import draw_cines, draw_subjects
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe
from ptacl.training.config import StageConfig
from ptacl.training.distributed import Ranks
from ptacl.training.seeds import step_seed

AHEAD = 24
"""Batches drawn ahead: those of a first pass, with cines, take longer than those of later ones."""


@dataclasses.dataclass(frozen=True)
class DrawnBatch:
    """A batch as its process sends it: arrays, with the cines that were not drawn before."""

    arrays: dict[str, np.ndarray]
    """Of the fields of `Batch`."""
    window: Window
    new: Int[np.ndarray, " new"]
    """Hearts, by their place in the cohort's order, whose cines this batch brings."""
    cines: UInt8[np.ndarray, "new frames y x"]


class SimulatedSteps(Dataset[DrawnBatch]):
    """The batch of each step of a training, for the rank that asks.

    Args:
        config: settings of the stage, with `simulated`.
        recipe: preprocessing.
        segment_samples: samples of one ECG segment of the encoder.
        fields: optional fields of a batch.
        ranks: number of this rank, and of all.
    """

    def __init__(
        self,
        config: StageConfig,
        recipe: Recipe,
        segment_samples: int,
        fields: BatchFields,
        ranks: tuple[int, int] = (0, 1),
    ) -> None:
        assert config.simulated is not None, "the config trains on a store"
        self.config, self.source = config, config.simulated
        self.recipe, self.segment_samples, self.fields = recipe, segment_samples, fields
        self._rank, self._count = ranks
        self.hearts_of_epoch = self.source.hearts // config.epochs
        if self.hearts_of_epoch < config.batch_size:
            raise PtaclError(
                f"{self.source.hearts} simulated hearts in {config.epochs} epochs are "
                f"{self.hearts_of_epoch} an epoch, fewer than the {config.batch_size} of a batch. "
                "Give more with --simulate, or fewer --epochs.",
                code="option.conflict",
            )

    @property
    def steps_of_pass(self) -> int:
        """Whole batches of one pass over the hearts of an epoch."""
        return self.hearts_of_epoch // self.config.batch_size

    @property
    def steps_of_epoch(self) -> int:
        """Steps of an epoch, limited by the config."""
        steps = self.steps_of_pass * self.source.passes
        return min(steps, self.config.steps_per_epoch or steps)

    def __len__(self) -> int:
        return self.steps_of_epoch * self.config.epochs

    @cached_property
    def _indices(self) -> Int[np.ndarray, " hearts"]:
        return self.source.indices()

    def __getitem__(self, step: int) -> DrawnBatch:
        """Draw this rank's part of the batch of a step."""
        epoch, within = divmod(step, self.steps_of_epoch)
        rows = self._rows(epoch)[within]
        config, recipe = self.config, self.recipe.ecg
        rng = np.random.default_rng(step_seed(config.seed, "window", step))
        window = draw_window(
            config.augment, config.batch_size, recipe.samples, recipe.sample_rate_hz,
            self.segment_samples, rng,
        ).slice(self._own)  # fmt: skip
        new = np.empty(0, np.int64)
        if self.fields.cine:
            new = np.setdiff1d(rows, self._rows(epoch)[:within], assume_unique=False)
        subjects = draw_subjects(
            self.source, self._indices[rows], within // self.steps_of_pass, self.recipe
        )
        fields = dataclasses.replace(self.fields, cine=False, ed_es=False)
        batch = load_batch(
            subjects, np.arange(len(rows)), self.segment_samples, fields, window=window, rng=rng
        )
        batch = dataclasses.replace(batch, rows=torch.from_numpy(rows))
        values = {field.name: getattr(batch, field.name) for field in dataclasses.fields(batch)}
        arrays = {name: value.numpy() for name, value in values.items() if value is not None}
        cines = draw_cines(self.source, self._indices[new], self.recipe)
        return DrawnBatch(arrays, window, new, cines)

    @property
    def _own(self) -> slice:
        return Ranks(self._rank, self._count).part(self.config.batch_size)

    @lru_cache(maxsize=2)  # noqa: B019 (a dataset lives as long as its process)
    def _rows(self, epoch: int) -> Int[np.ndarray, "steps own"]:
        """Return the hearts of each step of an epoch that this rank has, each once in a pass."""
        first, size = epoch * self.hearts_of_epoch, self.config.batch_size
        passes = []
        for number in range(self.source.passes):
            seed = step_seed(self.config.seed, "order", epoch * self.source.passes + number)
            order = first + np.random.default_rng(seed).permutation(self.hearts_of_epoch)
            passes.append(order[: self.steps_of_pass * size].reshape(-1, size))
        return np.concatenate(passes)[:, self._own]


class SimulatedReader:
    """Reader of simulated hearts, epoch by epoch; takes the place of `prefetch.Reader`.

    Args:
        steps: batches by number.
        workers: processes that draw them; 0 draws in this one.
    """

    def __init__(self, steps: SimulatedSteps, workers: int | None = None) -> None:
        self._steps = steps
        self._workers = drawing_processes() if workers is None else workers
        self._cines: dict[int, UInt8[np.ndarray, "frames y x"]] = {}
        self._batches: Iterator[DrawnBatch] | None = None
        self.waited_s = 0.0
        """Time for which the training waited for batches, since the start."""

    @property
    def subjects(self) -> int:
        """Number of different hearts."""
        return self._steps.source.hearts

    @property
    def steps_of_epoch(self) -> int:
        """Number of batches per epoch."""
        return self._steps.steps_of_epoch

    def epoch(self, number: int) -> Iterator[tuple[int, Batch]]:
        """Yield (step, batch) of one epoch; epochs follow one another."""
        first = number * self.steps_of_epoch
        if self._batches is None:
            self._batches = iter(self._loader(first))
            leave_cores(self._workers)
        self._cines.clear()
        for step in range(first, first + self.steps_of_epoch):
            started = time.perf_counter()
            drawn = next(self._batches)
            self.waited_s += time.perf_counter() - started
            yield step, self._complete(drawn)

    def _loader(self, first: int) -> DataLoader[Any]:
        workers = self._workers
        return DataLoader(
            self._steps,
            batch_size=None,
            sampler=range(first, len(self._steps)),
            num_workers=workers,
            collate_fn=_as_it_is,
            prefetch_factor=max(2, AHEAD // workers) if workers else None,
            # A process that is forked from one with running threads can hang.
            multiprocessing_context="spawn" if workers else None,
            worker_init_fn=_compute_on_one_thread,
        )

    def _complete(self, drawn: DrawnBatch) -> Batch:
        """Add the cines to a batch, those of earlier passes from memory."""
        tensors = {name: torch.from_numpy(array) for name, array in drawn.arrays.items()}
        batch = Batch(**tensors)
        fields = self._steps.fields
        if not fields.cine:
            return batch
        self._cines.update(zip(drawn.new.tolist(), drawn.cines, strict=True))
        cines = np.stack([self._cines[row] for row in batch.rows.tolist()])
        cines, phases = shifted(cines, drawn.arrays["frame_phase"], drawn.window)
        return dataclasses.replace(
            batch,
            cine=torch.from_numpy(cines),
            frame_phase=torch.from_numpy(phases),
            ed_es=torch.from_numpy(end_frames(cines, phases)) if fields.ed_es else None,
        )


def drawing_processes() -> int:
    """Return how many processes draw: half of the cores, but two at least, and at most 8.

    They give way to the training (`os.nice`), so that on two cores two of them use what one thread
    of training leaves.
    """
    return min(8, max(2, (os.cpu_count() or 1) // 2))


def leave_cores(processes: int) -> None:
    """Train on the cores that are left beside drawing processes.

    Threads that share a core wait for one another in every operation: on two cores, two threads
    beside one such process take much longer than one thread.
    """
    cores = os.cpu_count() or 1
    torch.set_num_threads(max(1, min(torch.get_num_threads(), cores - processes)))


def _compute_on_one_thread(worker: int) -> None:
    """Keep a drawing process to one thread, and behind the training."""
    threadpool_limits(1)
    os.nice(5)


def _as_it_is(drawn: Any) -> Any:
    """Pass a batch on: it is collated where it is drawn."""
    return drawn
