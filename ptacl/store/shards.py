"""Shards of a store: subjects prepared in worker processes, each shard renamed into place."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ptacl.config.atomic_file import sync
from ptacl.config.checksums import sha256_of
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed, Limits
from ptacl.signal.recipe import Recipe
from ptacl.store.format import SHARD_PROBLEMS, Shard
from ptacl.store.subjects import Load, PreparedSubject, SubjectJob, prepare_subject, problem_of
from ptacl.types import Problem

_NOT_FLOATS = (
    "subject_id", "sex", "quality", "r_peaks", "frame_phases", "valid_samples", "repeated_frames",
    "cine_caveats", "measured",
)  # fmt: skip
"""Columns that are no 64-bit floating-point numbers."""


@dataclass(frozen=True)
class ShardJob:
    """The content of one shard."""

    folder: Path
    sources: tuple[tuple[str, Any], ...] = field(repr=False)
    """(subject_id, source) pairs; a subject with source None is excluded (withdrawn). Not in the
    job's repr: a Dask worker writes that into its log."""
    load: Load
    recipe: Recipe

    def subjects(self) -> list[SubjectJob]:
        """Return the job of each subject that is not excluded."""
        return [
            SubjectJob(subject_id, source, self.load, self.recipe)
            for subject_id, source in self.sources
            if source is not None
        ]


def build_shards(
    jobs: Sequence[ShardJob],
    workers: int,
    limits: Limits,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[ShardJob, Shard]]:
    """Build shards; yield each with its job as soon as it is complete, in any order.

    Args:
        jobs: one for each shard.
        workers: processes that prepare subjects; 0 works in this process.
        limits: time and memory of one subject.
        progress: called with the number of subjects done, including those that are excluded.
    """
    shards = [_OpenShard(job) for job in jobs]
    slots = [(shard, slot) for shard in shards for slot in range(len(shard.subjects))]
    subjects = [shard.subjects[slot] for shard, slot in slots]
    done = 0
    with WorkerPool(prepare_subject, min(workers, len(subjects)), limits) as pool:
        for shard in shards:
            if not shard.subjects:
                done += len(shard.job.sources)
                yield shard.job, shard.write()
                if progress:
                    progress(done)
        for index, result in pool.map(subjects):
            shard, slot = slots[index]
            shard.add(slot, result)
            done += 1
            if shard.is_complete:
                done += len(shard.job.sources) - len(shard.subjects)
                yield shard.job, shard.write()
            if progress:
                progress(done)


def build_shard(job: ShardJob, limits: Limits) -> Shard:
    """Build one shard with one worker process (the task of a Dask worker)."""
    return next(shard for _, shard in build_shards([job], 1, limits))


def describe_shard(folder: Path) -> Shard:
    """Return name, number of subjects and checksums of a complete shard."""
    files = sorted(folder.iterdir())
    subjects = len(np.load(folder / "ecg.npy", mmap_mode="r"))
    return Shard(folder.name, subjects, {file.name: sha256_of(file) for file in files})


def sweep(shards: Path) -> None:
    """Remove what interrupted attempts left."""
    for leftover in shards.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)


class _OpenShard:
    """A shard in progress; its subjects are added one by one, in any order."""

    def __init__(self, job: ShardJob) -> None:
        self.job = job
        self.subjects = job.subjects()
        self._arrays: tuple[np.ndarray, np.ndarray] | None = None
        self._rows: dict[int, dict[str, Any]] = {}
        self._problems: dict[int, Problem] = {}

    @property
    def is_complete(self) -> bool:
        return len(self._rows) + len(self._problems) == len(self.subjects)

    def add(self, slot: int, result: PreparedSubject | Problem | Failed) -> None:
        """Take the result of a subject, identified by its position in the shard."""
        if isinstance(result, Failed):
            result = problem_of(result, self.subjects[slot].subject_id)
        if isinstance(result, Problem):
            self._problems[slot] = result
            return
        if self._arrays is None:
            # Filled in place: stacking a list would take twice the memory.
            self._arrays = self._empty_arrays(len(self.subjects))
        ecgs, cines = self._arrays
        ecgs[slot], cines[slot] = result.ecg, result.cine
        self._rows[slot] = result.row

    def write(self) -> Shard:
        """Write a complete shard under a temporary name and rename it into place.

        If another process has built the same shard meanwhile, that one counts.
        """
        folder = self.job.folder
        temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
        temporary.mkdir()
        self._write_files(temporary)
        for file in temporary.iterdir():
            sync(file)
        sync(temporary)
        try:
            temporary.rename(folder)
        except OSError:
            # A worker that outlived a killed import, here or on another machine, was faster.
            if not folder.is_dir():
                raise
            shutil.rmtree(temporary, ignore_errors=True)
        sync(folder.parent)
        return describe_shard(folder)

    def _empty_arrays(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        ecg, cine = self.job.recipe.ecg, self.job.recipe.cine
        samples = round(ecg.sample_rate_hz * ecg.duration_s)
        return (
            np.empty((count, 12, samples), np.int16),
            np.empty((count, cine.frames, cine.size, cine.size), np.uint8),
        )

    def _write_files(self, folder: Path) -> None:
        slots = sorted(self._rows)
        ecgs, cines = self._arrays or self._empty_arrays(0)
        for row, slot in enumerate(slots):
            if row != slot:  # close the gaps of subjects with a problem
                ecgs[row], cines[row] = ecgs[slot], cines[slot]
        np.save(folder / "ecg.npy", ecgs[: len(slots)])
        np.save(folder / "cine.npy", cines[: len(slots)])
        self._arrays = None
        _table([self._rows[slot] for slot in slots]).to_parquet(
            folder / "subjects.parquet", index=False
        )
        self._rows = {}
        problems = [asdict(self._problems[slot]) for slot in sorted(self._problems)]
        (folder / SHARD_PROBLEMS).write_text(json.dumps(problems))


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows of a shard as a table; a column without a value is numeric all the same."""
    frame = pd.DataFrame(rows)
    return frame.astype(
        {column: np.float64 for column in frame.columns if column not in _NOT_FLOATS}
    )
