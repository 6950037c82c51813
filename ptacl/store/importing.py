"""Import of a cohort's raw files into a store."""

import itertools
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptacl.config.checksums import resealing
from ptacl.io.cine.options import DEFAULT_READING, CineReading
from ptacl.io.cohort.read import Cohort, read_cohort
from ptacl.io.cohort.sources import load_pair, with_reading
from ptacl.io.cohort.targets import TargetTable, read_target_table, targets_file
from ptacl.io.cohort.ukb_table import TableReport
from ptacl.parallel.worker import Limits
from ptacl.signal.recipe import Recipe
from ptacl.store.build import Progress, build_store
from ptacl.store.cine_notes import write_notes
from ptacl.store.exclusions import left_out, offered
from ptacl.store.format import LISTED
from ptacl.store.reader import Store
from ptacl.store.subjects import Load
from ptacl.store.target_files import purge_targets, write_targets
from ptacl.store.withdrawals import withdrawn_among
from ptacl.types import ModelInfo, Problem

Say = Callable[[str], None]
MOST_EMPTY_TABLES = 20
"""Files without participants that are listed by name."""


@dataclass(frozen=True)
class Imported:
    """Result of an import."""

    store: Store
    imported: int
    problems: list[Problem]
    """Subjects that were not imported, each with the file at fault and the reason."""
    withdrawn: int
    """Number of subjects of the cohort that were excluded because they have withdrawn."""
    tables: list[TableReport]
    """Content of each file that was read as a table."""
    seconds: float


def import_cohort(
    source: Path,
    out: Path,
    recipe: Recipe,
    *,
    name: str,
    instance: int = 2,
    table: Path | None = None,
    withdrawn: Sequence[Path] = (),
    not_withdrawn: Sequence[Path] = (),
    shard_subjects: int | None = None,
    workers: int = 2,
    dask: str | None = None,
    limits: Limits | None = None,
    cine: CineReading = DEFAULT_READING,
    load: Load | None = None,
    measured_by: ModelInfo | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Imported:
    """Import a table of pairs or a UK Biobank folder; an interrupted import is resumed.

    Args:
        source: as for `io.cohort.read_cohort`.
        out: folder of the store.
        recipe: preprocessing of every ECG and cine.
        name: short name of the cohort.
        instance: visit of UK Biobank, 2 or 3.
        table: UK Biobank's phenotype table, if it is not in the folder.
        withdrawn: further lists of withdrawn participants; those in the cohort's folder are found
            by their names.
        not_withdrawn: files in the cohort's folder that list participants for another purpose.
        shard_subjects: subjects in a shard, 100 by default.
        workers: processes; 0 works in this process, without limits.
        dask: address of a Dask scheduler, to use its workers instead.
        limits: time and memory of one subject; 120 s and 4 GB by default.
        cine: options of reading cines; the cohort's table takes precedence.
        load: module-level function that reads a subject, or a partial of one; `load_pair` by
            default.
        measured_by: the segmenter with which `load` measures phenotypes; kept in the provenance.
        progress: called with (subjects done, subjects in all).
        say: called with each message about the cohort.

    Raises:
        PtaclError: the cohort or a list of withdrawn participants cannot be read, a file lists
            some of its participants for an unknown purpose, or `out` holds another store.
    """
    started, say = time.perf_counter(), say or (lambda message: None)
    cohort = read_cohort(source, instance=instance, table=table)
    tables = _table_messages(cohort.tables)
    _say_all(say, tables, cohort.notes)
    excluded, lists = left_out(cohort, withdrawn, not_withdrawn)
    targets = _targets(cohort, instance, excluded)
    _say_all(say, lists, targets.notes if targets else ())
    store, problems = build_store(
        out,
        [(entry.subject.subject_id, with_reading(entry, cine)) for entry in cohort.sources],
        load or load_pair,
        recipe=recipe,
        name=name,
        synthetic=cohort.simulation is not None,
        provenance=_provenance(cohort, instance, measured_by),
        problems=cohort.problems,
        withdrawn=excluded,
        report={"tables": tables, "notes": cohort.notes, "lists": lists},
        shard_subjects=shard_subjects,
        workers=workers,
        dask=dask,
        limits=limits,
        progress=progress,
    )
    with resealing(out, LISTED):
        write_targets(out, targets)
        purge_targets(out, store.withdrawn)
        _note_cines(store, out, say)
    return Imported(
        store,
        imported=len(store),
        problems=problems,
        withdrawn=len(withdrawn_among(offered(cohort), excluded | store.withdrawn)),
        tables=cohort.tables,
        seconds=time.perf_counter() - started,
    )


def _say_all(say: Say, *messages: Sequence[str]) -> None:
    for message in itertools.chain(*messages):
        say(message)


def _table_messages(tables: Sequence[TableReport]) -> list[str]:
    """Return a line for each table; of many files without participants only their number."""
    with_participants = [table for table in tables if table.participants]
    others = [table for table in tables if not table.participants]
    more = len(others) - MOST_EMPTY_TABLES
    lines = [str(table) for table in (*with_participants, *others[:MOST_EMPTY_TABLES])]
    return lines + ([f"{more} more files gave nothing."] if more > 0 else [])


def _targets(cohort: Cohort, instance: int, excluded: Collection[str]) -> TargetTable | None:
    """Read the targets that a cohort brings, before hours of import; None if it brings none."""
    path = targets_file(cohort.folder, cohort.table_files)
    if path is None:
        return None
    subjects = [entry.subject.subject_id for entry in cohort.sources]
    gone = withdrawn_among(subjects, excluded)
    wanted = [subject for subject in subjects if subject not in gone]
    return read_target_table(path, cohort.table_files, wanted, instance)


def _note_cines(store: Store, out: Path, say: Say) -> None:
    """Say which cines were repaired, and write what was assumed to read cines."""
    if not len(store):
        return
    if repaired := int((store.table["repeated_frames"] > 0).sum()):
        say(
            f"The cines of {repaired} subjects lack a frame; the previous one is used instead "
            "(column repeated_frames of the store)."
        )
    if notes := write_notes(out, store.table):
        say(notes)


def _provenance(cohort: Cohort, instance: int, measured_by: ModelInfo | None) -> dict[str, object]:
    """Describe the raw files, under another key than a simulation, which can be repeated."""
    origin: dict[str, object] = {"layout": cohort.layout}
    if cohort.layout == "ukb":
        origin["instance"] = instance
    if cohort.simulation is not None:
        origin["simulated_files"] = cohort.simulation
    if measured_by is not None:
        origin["measured_by"] = {"name": measured_by.name, "version": measured_by.version}
    return {"import": origin}
