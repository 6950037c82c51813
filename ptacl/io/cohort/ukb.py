"""UK Biobank reader: a folder of bulk files and tables as sources and problems.

Files: `ukb_files`; phenotype tables: `ukb_table`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ptacl.errors import BadInput
from ptacl.io.cohort.sources import PairSource
from ptacl.io.cohort.subject_row import SubjectRow
from ptacl.io.cohort.ukb_files import CINE_FIELD, ECG_FIELD, UkbFiles, file_name, find_files
from ptacl.io.cohort.ukb_table import TableReport, read_values
from ptacl.types import Problem


@dataclass(frozen=True, slots=True)
class UkbCohort:
    """The importable participants of a folder, and the problems of all others."""

    sources: list[PairSource]
    problems: list[Problem]
    tables: list[TableReport]
    """A report for each file examined as a table; participants without a row have no phenotypes."""
    notes: list[str]
    """Assumptions about the whole cohort, as sentences."""
    lists: list[Path]
    """Files that may be lists of participants and contain no phenotypes."""
    marked: list[Path]
    """Folders that are marked as simulated (`synthetic_marker`)."""
    table_files: list[Path]
    """Files that may be tables with values of its participants."""


def read_ukb(folder: Path, instance: int = 2, table: Path | None = None) -> UkbCohort:
    """Find the participants of a folder with an ECG and a cine of one instance.

    Only the tables and the names of the files are read; `sources.load_pair` reads the files.

    Args:
        folder: bulk files at any depth, with phenotype tables at any depth.
        instance: 2 (imaging visit) or 3 (repeat); all values are from this visit.
        table: the phenotype table, if it is outside the folder.

    Raises:
        BadInput: the folder has no bulk file of this instance, or `table` has no usable value.
    """
    files = find_files(folder, instance)
    table_files = [table] if table else files.tables
    tables = read_values(table_files, files.eids, instance)
    if table and not tables.used:
        remedy = "give a table with a column eid and columns such as 24103-2.0"
        raise BadInput(table, tables.reports[0].note, remedy, code="cohort.no_values")
    sources: list[PairSource] = []
    problems = tables.problems + ([] if tables.used else [_no_table(tables.reports)])
    differing = {problem.subject_id for problem in tables.problems}
    table_names = " or ".join(used.name for used in tables.used)
    for eid in files.eids:
        source, row_problems = _source(
            eid, files, instance, tables.values.get(eid, {}), table_names
        )
        problems += row_problems
        sources += [source] if source and eid not in differing else []
    notes = tables.notes + _note_missing_rows(files.eids, tables.values)
    return UkbCohort(
        sources, problems, tables.reports, notes, files.lists, files.marked, table_files
    )


def _note_missing_rows(eids: Sequence[str], values: Mapping[str, object]) -> list[str]:
    """Return a sentence about participants that are in no table while others are."""
    count = sum(not values.get(eid) for eid in eids)
    if count in (0, len(eids)):
        return []
    missing = f"{count} of {len(eids)} participants are in no table"
    return [f"{missing}: they are imported without phenotypes."]


def _no_table(reports: list[TableReport]) -> Problem:
    """Return the problem that no table has values of any participant."""
    names = ", ".join(report.name for report in reports)
    message = f"none of the tables examined ({names}) gives" if names else "no table gives"
    reason = f"{message} phenotypes, sex or size of a participant; name a table by --table"
    return Problem("", "", reason, "cohort.no_values")


def _source(
    eid: str, files: UkbFiles, instance: int, values: Mapping[str, str], table: str
) -> tuple[PairSource | None, list[Problem]]:
    row = SubjectRow(eid, values, table)
    subject = row.subject()
    ecgs, cines = files.ecgs.get(eid, []), files.cines.get(eid, [])
    for name, paths, field in (("ECG", ecgs, ECG_FIELD), ("cine", cines, CINE_FIELD)):
        if not paths:
            reason = f"there is no {name} of instance {instance}"
            row.add(file_name(eid, field, instance), reason, "cohort.file_missing")
        elif len(paths) > 1:
            reason = f"the {name} is in {len(paths)} folders"
            row.add(paths[0].name, reason, "cohort.file_ambiguous")
    source = None if row.problems else PairSource(subject, ecgs[0], cines[0])
    return source, row.problems
