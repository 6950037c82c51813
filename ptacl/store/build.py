"""Build a store: in parallel, shard by shard, resuming where a killed run stopped."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ptacl.config.atomic_file import write_atomically
from ptacl.config.checksums import resealing
from ptacl.config.command_line import with_typed
from ptacl.config.strict_json import fingerprint, to_dict
from ptacl.errors import PtaclError
from ptacl.parallel.lock import only_writer
from ptacl.parallel.worker import Limits
from ptacl.signal.recipe import Recipe
from ptacl.store.format import (
    LISTED,
    OWN_LIST,
    PROBLEMS,
    SHARD_SUBJECTS,
    Manifest,
    Shard,
    manifest_values,
    problem_table,
)
from ptacl.store.plan import keep_plan, make_plan
from ptacl.store.purge import purge
from ptacl.store.reader import Store, open_store
from ptacl.store.shards import ShardJob, build_shard, build_shards, describe_shard, sweep
from ptacl.store.subjects import Load
from ptacl.store.withdrawals import add_withdrawn, withdrawn_in
from ptacl.types import Problem

Progress = Callable[[int, int], None]
_Built = Iterator[tuple[ShardJob, Shard]]


def build_store(
    out: Path,
    sources: Sequence[tuple[str, Any]],
    load: Load,
    *,
    recipe: Recipe,
    name: str,
    synthetic: bool,
    provenance: dict[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    withdrawn: Collection[str] = (),
    report: dict[str, Any] | None = None,
    shard_subjects: int | None = None,
    workers: int = 2,
    dask: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[Store, list[Problem]]:
    """Import subjects into a new store, or finish one that was interrupted.

    Args:
        out: folder of the store; made if absent.
        sources: (subject_id, source) pairs; `load(source)` gives the `Pair`.
        load: a module-level function, run in worker processes.
        recipe: preprocessing of every ECG and cine.
        name: short name of the cohort, shown in the app.
        synthetic: whether the subjects are simulated.
        provenance: kept in the manifest.
        problems: subjects that were left out before; listed in `problems.csv` with the others.
        withdrawn: subjects to exclude, in addition to those on the store's own lists. Those that
            an earlier run of this import has stored stay on disk, and the store excludes them from
            now on.
        report: how the subjects were found; kept in the manifest as well. An import can be resumed
            with another one.
        shard_subjects: subjects in a shard, 100 by default; as many are kept in memory, or a few
            times as many with several workers, until their shard is complete.
        workers: processes that prepare subjects; 0 works in this process, without limits.
        dask: address of a Dask scheduler; its workers, which see the same files, are used instead.
        limits: time and memory of one subject; one that exceeds them is a problem.
        progress: called with (subjects done, subjects in all).

    Returns:
        the store and the table of all subjects that could not be imported.

    Raises:
        PtaclError: `out` holds a store of other subjects, files or settings, or one with a
            damaged shard, or is being written by another process.
    """
    shards = out / "shards"
    shards.mkdir(parents=True, exist_ok=True)
    busy = f"Another import is writing to {shards.parent}. Wait until it has ended."
    with only_writer(shards, busy), resealing(out, (*LISTED, OWN_LIST), begin=True):
        withdrawn = {*withdrawn, *withdrawn_in(out)}
        given = {subject: source for subject, source in sources if subject not in withdrawn}
        size, origin = shard_subjects or SHARD_SUBJECTS, provenance or {}
        plan = make_plan(given, fingerprint(recipe), size, synthetic, origin)
        planned = keep_plan(out, plan, withdrawn)
        commands = with_typed(manifest_values(out).get("commands", ()), out)
        sweep(shards)
        wanted = [(subject, given.get(subject)) for subject in planned]
        jobs = _jobs(shards, wanted, size, load, recipe)
        run = partial(_run, workers=workers, dask=dask, limits=limits or Limits())
        built = _build(out, jobs, run, progress)
        sweep(shards)
        add_withdrawn(out, withdrawn.intersection(planned))
        left_out = [
            problem
            for problem in (*problems, *_problems(jobs))
            if problem.subject_id not in withdrawn
        ]
        manifest = Manifest(
            name, synthetic, recipe, fingerprint(recipe), built, origin, report or {}, commands
        )
        _publish(out, manifest, left_out)
        purge(out, manifest, withdrawn)
    return open_store(out), left_out


def _publish(out: Path, manifest: Manifest, left_out: Sequence[Problem]) -> None:
    """Write the table of problems, then the manifest, which makes the folder a store."""
    write_atomically(out / PROBLEMS, problem_table(left_out))
    write_atomically(out / "manifest.json", json.dumps(to_dict(manifest), indent=1))


def _jobs(
    shards: Path, sources: list[tuple[str, Any]], size: int, load: Load, recipe: Recipe
) -> list[ShardJob]:
    return [
        ShardJob(
            shards / f"{start // size:05d}", tuple(sources[start : start + size]), load, recipe
        )
        for start in range(0, len(sources), size)
    ]


def _build(
    out: Path, jobs: list[ShardJob], run: Callable[..., _Built], progress: Progress | None
) -> tuple[Shard, ...]:
    """Build the shards that are missing, check the others; return all in order."""
    total = sum(len(job.sources) for job in jobs)
    shards = _finished(out, jobs)
    waiting = [job for job in jobs if job.folder not in shards]
    if waiting:
        # A rebuilt shard excludes subjects that withdrew since: if this run is killed, its old
        # checksum must not remain.
        (out / "manifest.json").unlink(missing_ok=True)
    done = total - sum(len(job.sources) for job in waiting)

    def show(more: int) -> None:
        """Report progress, including subjects that were stored before."""
        if progress:
            progress(done + more, total)

    show(0)
    for job, shard in run(waiting, show):
        shards[job.folder] = shard
    return tuple(shards[job.folder] for job in jobs)


def _finished(out: Path, jobs: Sequence[ShardJob]) -> dict[Path, Shard]:
    """Return the shards on disk; one that differs from the last manifest is damaged."""
    entries = manifest_values(out).get("shards", [])
    known = {entry["name"]: entry["sha256"] for entry in entries}
    shards = {}
    for job in jobs:
        if job.folder.exists():
            shards[job.folder] = shard = _described(job.folder)
            if known.get(shard.name, shard.sha256) != shard.sha256:
                raise _damaged(job.folder)
    return shards


def _described(folder: Path) -> Shard:
    try:
        return describe_shard(folder)
    except (FileNotFoundError, ValueError, EOFError) as error:
        raise _damaged(folder) from error


def _damaged(folder: Path) -> PtaclError:
    return PtaclError(
        f"Shard {folder.name} is damaged. Delete its folder and import again.", code="store.damaged"
    )


def _run(
    jobs: list[ShardJob],
    show: Callable[[int], None],
    *,
    workers: int,
    dask: str | None,
    limits: Limits,
) -> _Built:
    if dask is None:
        yield from build_shards(jobs, workers, limits, show)
        return
    from ptacl.parallel.dask import run_on_dask  # Dask is an extra

    done = 0
    for job, shard in run_on_dask(partial(build_shard, limits=limits), jobs, dask):
        yield job, shard
        done += len(job.sources)
        show(done)


def _problems(jobs: Sequence[ShardJob]) -> Iterator[Problem]:
    for job in jobs:
        for entry in json.loads((job.folder / "problems.json").read_text()):
            yield Problem(**entry)
