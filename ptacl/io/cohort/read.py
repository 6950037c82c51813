"""Cohort reader: a table of pairs or a UK Biobank folder as sources and problems."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ptacl.io.cohort.pairs import TABLES, read_pairs, table_in
from ptacl.io.cohort.sources import PairSource
from ptacl.io.cohort.synthetic_marker import marker_folders, read_marks
from ptacl.io.cohort.ukb import read_ukb
from ptacl.io.cohort.ukb_table import TableReport
from ptacl.io.containers.table_file import is_table
from ptacl.phenotypes import COVARIATE_KEYS, PHENOTYPE_KEYS
from ptacl.types import Problem


@dataclass(frozen=True, slots=True)
class Cohort:
    """The subjects of a cohort, before their recordings are read."""

    layout: Literal["pairs", "ukb"]
    folder: Path
    """Folder of the files, searched for withdrawal lists."""
    sources: list[PairSource]
    problems: list[Problem]
    tables: list[TableReport]
    """A report for each file examined as a table."""
    notes: list[str]
    """Assumptions, as sentences."""
    lists: list[Path]
    """Files that may be lists of participants."""
    simulation: dict[str, Any] | None
    """Settings of the simulation; None for real subjects."""
    table_files: list[Path]
    """Files that may be tables with values of its subjects."""


def read_cohort(source: Path, *, instance: int = 2, table: Path | None = None) -> Cohort:
    """Read the tables of a cohort and locate its recordings, without reading these.

    Args:
        source: ``pairs.csv`` or parquet, the folder that contains it, or a UK Biobank folder.
        instance: instance of UK Biobank, 2 or 3.
        table: UK Biobank's phenotype table, if it is outside the folder.

    Raises:
        BadInput: there is no table of pairs and no UK Biobank file, or a table cannot be read.
    """
    is_pairs = not source.is_dir() or table_in(source) != source
    if is_pairs:
        sources, problems = read_pairs(source)
        folder = source if source.is_dir() else source.parent
        tables, notes = [_report_pairs(table_in(source), sources)], list[str]()
        marked = [folder]
        lists = [path for path in sorted(folder.glob("*")) if _may_be_list(path, source)]
        table_files = [table_in(source)]
    else:
        cohort = read_ukb(source, instance, table)
        sources, problems, folder, tables = cohort.sources, cohort.problems, source, cohort.tables
        notes, lists, marked = cohort.notes, cohort.lists, cohort.marked
        table_files = cohort.table_files
    files = (file for entry in sources for file in (entry.ecg, entry.cine))
    simulation = read_marks({*marked, *marker_folders(files)})
    if simulation is None and any(entry.truth for entry in sources):
        simulation = {}  # only simulated subjects have a ground truth
    layout: Literal["pairs", "ukb"] = "pairs" if is_pairs else "ukb"
    return Cohort(layout, folder, sources, problems, tables, notes, lists, simulation, table_files)


def _report_pairs(table: Path, sources: list[PairSource]) -> TableReport:
    """Report the covariates and phenotypes of the importable subjects of a table of pairs."""
    subjects = [source.subject for source in sources]
    covariates = [
        key for key in COVARIATE_KEYS if any(getattr(s, key) is not None for s in subjects)
    ]
    phenotypes = [key for key in PHENOTYPE_KEYS if any(key in s.phenotypes for s in subjects)]
    return TableReport(table.name, len(subjects), (*covariates, *phenotypes))


def _may_be_list(path: Path, table: Path) -> bool:
    return path.is_file() and is_table(path.name) and path != table and path.name not in TABLES
