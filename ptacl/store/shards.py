"""One shard: its subjects read, prepared, written under a name of its own, renamed into place."""

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ptacl.errors import PtaclError
from ptacl.parallel.pool import item_done
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.signal.recipe import Recipe
from ptacl.store.format import SHARD_PROBLEMS, Shard, quantise, sha256_of, subject_row, sync
from ptacl.types import Pair, PreparedCine, PreparedEcg, Problem

Load = Callable[[Any], Pair]
_NOT_FLOATS = (
    "subject_id", "sex", "quality", "r_peaks", "frame_phases", "valid_samples", "repeated_frames",
    "cine_caveats",
)  # fmt: skip
"""Columns that are no 64-bit floating-point numbers."""


@dataclass(frozen=True)
class ShardJob:
    """What a process needs to build a shard."""

    folder: Path
    sources: tuple[tuple[str, Any], ...] = field(repr=False)
    """(subject_id, source) pairs; a source of None is left out without a word (withdrawn). Not in
    the job's text: a Dask worker writes that into its log."""
    load: Load
    recipe: Recipe


def build_shard(job: ShardJob) -> Shard:
    """Build a shard, whatever became of earlier attempts; of two at once the first one counts."""
    temporary = job.folder.with_name(f".{job.folder.name}.{secrets.token_hex(8)}")
    temporary.mkdir()
    # The last bit of a sum depends on the number of threads; a shard must not.
    with threadpool_limits(1):
        _write_subjects(job, temporary)
    for file in temporary.iterdir():
        sync(file)
    sync(temporary)
    try:
        temporary.rename(job.folder)
    except OSError:
        # A worker that outlived a killed import, here or on another machine, was faster.
        if not job.folder.is_dir():
            raise
        shutil.rmtree(temporary, ignore_errors=True)
    sync(job.folder.parent)
    return describe_shard(job.folder)


def describe_shard(folder: Path) -> Shard:
    """Name, number of subjects and checksums of a complete shard."""
    files = sorted(folder.iterdir())
    subjects = len(np.load(folder / "ecg.npy", mmap_mode="r"))
    return Shard(folder.name, subjects, {file.name: sha256_of(file) for file in files})


def sweep(shards: Path) -> None:
    """Remove what interrupted attempts left."""
    for leftover in shards.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _write_subjects(job: ShardJob, folder: Path) -> None:
    count = len(job.sources)
    ecg_shape = (12, round(job.recipe.ecg.sample_rate_hz * job.recipe.ecg.duration_s))
    side = job.recipe.cine.size
    # Written into place one by one: stacking a list would take twice the memory.
    ecgs = np.empty((count, *ecg_shape), np.int16)
    cines = np.empty((count, job.recipe.cine.frames, side, side), np.uint8)
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for subject_id, source in job.sources:
        if source is not None:
            taken = _prepare(subject_id, source, job)
            if isinstance(taken, Problem):
                problems.append(taken)
            else:
                pair, ecg, cine = taken
                ecgs[len(rows)], cines[len(rows)] = quantise(ecg.signal_mv), cine.frames
                rows.append(subject_row(pair, ecg, cine))
        item_done()
    np.save(folder / "ecg.npy", ecgs[: len(rows)])
    np.save(folder / "cine.npy", cines[: len(rows)])
    _frame(rows).to_parquet(folder / "subjects.parquet", index=False)
    (folder / SHARD_PROBLEMS).write_text(json.dumps([asdict(problem) for problem in problems]))


def _prepare(
    subject_id: str, source: Any, job: ShardJob
) -> tuple[Pair, PreparedEcg, PreparedCine] | Problem:
    try:
        pair = job.load(source)
        # Simulated cohorts keep their flat leads: galleries make the same signals from the seed.
        repair = pair.ecg.source_format != "simulated"
        ecg = prepare_ecg(pair.ecg, job.recipe.ecg, repair=repair)
        return pair, ecg, prepare_cine(pair.cine, job.recipe.cine)
    except PtaclError as error:
        return Problem(subject_id, getattr(error, "where", ""), str(error), error.code)
    except (MemoryError, OSError):
        raise  # the machine's fault, not the subject's: the import stops and can go on later
    except Exception as error:
        # One odd file must not end the import of the others. Its words might be a patient's.
        kind = type(error).__name__
        reason = f"It could not be prepared ({kind}), a fault of ptacl."
        return Problem(subject_id, "", reason, "internal.fault")


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows of a shard. A column that is empty here still holds numbers, as elsewhere."""
    frame = pd.DataFrame(rows)
    return frame.astype(
        {column: np.float64 for column in frame.columns if column not in _NOT_FLOATS}
    )
