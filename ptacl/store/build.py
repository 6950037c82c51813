"""Build a store: in parallel, shard by shard, going on where a killed run stopped."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ptacl.config import fingerprint, to_dict
from ptacl.errors import PtaclError
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.signal.recipe import Recipe
from ptacl.store.format import (
    SHARD_SUBJECTS,
    Manifest,
    Shard,
    quantise,
    sha256_of,
    subject_row,
    write_atomically,
)
from ptacl.store.opened import Store, open_store
from ptacl.types import Pair, Problem
from ptacl.workers import worker_pool

Load = Callable[[Any], Pair]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _ShardJob:
    folder: Path
    sources: tuple[tuple[str, Any], ...]
    load: Load
    recipe: Recipe


def build_store(
    out: Path,
    sources: Sequence[tuple[str, Any]],
    load: Load,
    *,
    recipe: Recipe,
    name: str,
    synthetic: bool,
    provenance: dict[str, Any] | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> tuple[Store, list[Problem]]:
    """Import subjects into a new store, or finish one that was interrupted.

    Args:
        out: folder of the store; made if absent.
        sources: (subject_id, source) pairs; `load(source)` gives the `Pair`.
        load: a module-level function, run in worker processes.
        recipe: the preprocessing that every ECG and cine goes through.
        name: short name of the cohort, shown in the app.
        synthetic: whether the subjects are simulated.
        provenance: kept in the manifest.
        workers: processes; 1 runs in this one.
        progress: called with (subjects done, subjects in all) after each shard.

    Returns:
        the store and the table of subjects that could not be imported.

    Raises:
        PtaclError: `out` holds a store of other subjects or of another recipe.
    """
    shards = out / "shards"
    shards.mkdir(parents=True, exist_ok=True)
    _write_plan(out, [subject_id for subject_id, _ in sources], recipe)
    for leftover in shards.glob(".*"):
        shutil.rmtree(leftover)
    jobs = [
        _ShardJob(
            shards / f"{start // SHARD_SUBJECTS:05d}",
            tuple(sources[start : start + SHARD_SUBJECTS]),
            load,
            recipe,
        )
        for start in range(0, len(sources), SHARD_SUBJECTS)
    ]
    done = 0
    for job in _run_jobs([j for j in jobs if not j.folder.exists()], workers):
        done += len(job.sources)
        if progress:
            progress(done, len(sources))
    manifest = Manifest(
        name=name,
        synthetic=synthetic,
        recipe=recipe,
        recipe_fingerprint=fingerprint(recipe),
        shards=tuple(_describe_shard(job.folder) for job in jobs),
        provenance=provenance or {},
    )
    write_atomically(out / "manifest.json", json.dumps(to_dict(manifest), indent=1))
    problems = [
        Problem(**entry)
        for job in jobs
        for entry in json.loads((job.folder / "problems.json").read_text())
    ]
    return open_store(out), problems


def _write_plan(out: Path, subject_ids: list[str], recipe: Recipe) -> None:
    plan = {"subjects": subject_ids, "recipe": fingerprint(recipe), "shard": SHARD_SUBJECTS}
    place = out / "plan.json"
    if place.is_file():
        if json.loads(place.read_text()) != plan:
            raise PtaclError(
                f"{out} already holds a store of other subjects or of another recipe. "
                "Choose another folder, or delete this one."
            )
        return
    write_atomically(place, json.dumps(plan))


def _run_jobs(jobs: list[_ShardJob], workers: int) -> Iterator[_ShardJob]:
    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            _build_shard(job)
            yield job
        return
    with worker_pool(workers) as pool:
        futures = {pool.submit(_build_shard, job): job for job in jobs}
        for future in as_completed(futures):
            future.result()
            yield futures[future]


def _build_shard(job: _ShardJob) -> None:
    ecgs, cines, rows, problems = [], [], [], []
    for subject_id, source in job.sources:
        try:
            pair = job.load(source)
            ecg = prepare_ecg(pair.ecg, job.recipe.ecg)
            cine = prepare_cine(pair.cine, job.recipe.cine)
        except PtaclError as error:
            problems.append(Problem(subject_id, getattr(error, "where", ""), str(error)))
            continue
        ecgs.append(quantise(ecg.signal_mv))
        cines.append(cine.frames)
        rows.append(subject_row(pair, ecg, cine))
    temporary = job.folder.with_name(f".{job.folder.name}")
    temporary.mkdir()
    size = job.recipe.cine.size
    samples = round(job.recipe.ecg.sample_rate_hz * job.recipe.ecg.duration_s)
    empty_ecg = np.empty((0, 12, samples), np.int16)
    empty_cine = np.empty((0, job.recipe.cine.frames, size, size), np.uint8)
    np.save(temporary / "ecg.npy", np.stack(ecgs) if ecgs else empty_ecg)
    np.save(temporary / "cine.npy", np.stack(cines) if cines else empty_cine)
    pd.DataFrame(rows).to_parquet(temporary / "subjects.parquet", index=False)
    (temporary / "problems.json").write_text(json.dumps([asdict(p) for p in problems]))
    temporary.rename(job.folder)


def _describe_shard(folder: Path) -> Shard:
    files = sorted(folder.iterdir())
    subjects = len(np.load(folder / "ecg.npy", mmap_mode="r"))
    return Shard(folder.name, subjects, {file.name: sha256_of(file) for file in files})
