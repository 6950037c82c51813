"""The door for cohorts: a table of pairs or a UK Biobank folder → sources and problems."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ptacl.io.cohort.pairs import TABLES, read_pairs, table_in
from ptacl.io.cohort.sources import PairSource
from ptacl.io.cohort.synthetic_marker import beside, read_marks
from ptacl.io.cohort.ukb import read_ukb
from ptacl.io.cohort.ukb_table import TableReport
from ptacl.io.containers.table_file import is_table
from ptacl.phenotypes import COVARIATE_KEYS, PHENOTYPE_KEYS
from ptacl.types import Problem


@dataclass(frozen=True, slots=True)
class Cohort:
    """The subjects that a source offers."""

    layout: Literal["pairs", "ukb"]
    folder: Path
    """Holds the files; lists of withdrawn participants are sought here."""
    sources: list[PairSource]
    problems: list[Problem]
    tables: list[TableReport]
    """What each file gave that was looked at as a table."""
    notes: list[str]
    """What was assumed, as sentences."""
    lists: list[Path]
    """Files that may be lists of participants."""
    simulation: dict[str, Any] | None
    """How simulated subjects were made; None for real ones."""


def read_cohort(source: Path, *, instance: int = 2, table: Path | None = None) -> Cohort:
    """Look at a cohort without reading its recordings.

    Args:
        source: ``pairs.csv`` or parquet, the folder that holds one, or a UK Biobank folder.
        instance: of UK Biobank, 2 or 3.
        table: UK Biobank's phenotype table, where it lies outside the folder.

    Raises:
        BadInput: neither is there, or a table cannot be read.
    """
    is_pairs = not source.is_dir() or table_in(source) != source
    if is_pairs:
        sources, problems = read_pairs(source)
        folder = source if source.is_dir() else source.parent
        tables, notes, marked = [_of_pairs(table_in(source), sources)], list[str](), [folder]
        lists = [path for path in sorted(folder.glob("*")) if _may_be_list(path, source)]
    else:
        found = read_ukb(source, instance, table)
        sources, problems, folder, tables = found.sources, found.problems, source, found.tables
        notes, lists, marked = found.notes, found.lists, found.marked
    files = (file for entry in sources for file in (entry.ecg, entry.cine))
    simulation = read_marks({*marked, *beside(files)})
    if simulation is None and any(entry.truth for entry in sources):
        simulation = {}  # only a simulator knows a truth
    layout: Literal["pairs", "ukb"] = "pairs" if is_pairs else "ukb"
    return Cohort(layout, folder, sources, problems, tables, notes, lists, simulation)


def _of_pairs(table: Path, sources: list[PairSource]) -> TableReport:
    """What a table of pairs gave of those who can be imported."""
    subjects = [source.subject for source in sources]
    told = [key for key in COVARIATE_KEYS if any(getattr(one, key) is not None for one in subjects)]
    measured = [key for key in PHENOTYPE_KEYS if any(key in one.phenotypes for one in subjects)]
    return TableReport(table.name, len(subjects), (*told, *measured))


def _may_be_list(path: Path, table: Path) -> bool:
    return path.is_file() and is_table(path.name) and path != table and path.name not in TABLES
