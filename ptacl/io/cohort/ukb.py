"""A UK Biobank folder → the same sources that a table of pairs gives.

Layout: `ukb_layout`; phenotype tables: `ukb_table`.
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
    """Who can be imported from a folder, and what is wrong with the others."""

    sources: list[PairSource]
    problems: list[Problem]
    tables: list[TableReport]
    """What each file that was looked at as a table gave; who has no row has no phenotypes."""
    notes: list[str]
    """What was assumed of all, as sentences."""
    lists: list[Path]
    """Files that may be lists of participants; none of them gave a phenotype."""
    marked: list[Path]
    """Folders below that are marked as simulated (`synthetic_mark`)."""


def read_ukb(folder: Path, instance: int = 2, table: Path | None = None) -> UkbCohort:
    """The participants of a folder that have an ECG and a cine of one instance.

    Only the tables and the names of the files are read; `pair_source.load_pair` reads the files.

    Args:
        folder: bulk files flat or in folders, phenotype tables anywhere among them.
        instance: 2 (imaging visit) or 3 (repeat); all values are of this visit.
        table: the phenotype table, where it lies elsewhere.

    Raises:
        BadInput: no bulk file of this instance below the folder, or a `table` that tells nothing.
    """
    files = find_files(folder, instance)
    found = read_values([table] if table else files.tables, files.eids, instance)
    if table and not found.used:
        do = "give a table with a column eid and columns such as 24103-2.0"
        raise BadInput(table, found.reports[0].note, do, code="cohort.no_values")
    sources: list[PairSource] = []
    problems = found.problems + ([] if found.used else [_no_table(found.reports)])
    differing = {problem.subject_id for problem in found.problems}
    named = " or ".join(table.name for table in found.used)
    for eid in files.eids:
        source, wrong = _source(eid, files, instance, found.values.get(eid, {}), named)
        problems += wrong
        sources += [source] if source and eid not in differing else []
    notes = found.notes + _untold(files.eids, found.values)
    return UkbCohort(sources, problems, found.reports, notes, files.lists, files.marked)


def _untold(eids: Sequence[str], values: Mapping[str, object]) -> list[str]:
    """A sentence about participants whom no table knows, where others are known."""
    count = sum(not values.get(eid) for eid in eids)
    if count in (0, len(eids)):
        return []
    return [f"{count} of {len(eids)} participants are in no table: they go in without phenotypes."]


def _no_table(reports: list[TableReport]) -> Problem:
    """Of the whole cohort: phenotypes, sex and size are unknown of everybody."""
    looked = ", ".join(report.name for report in reports)
    found = f"none of the files looked at ({looked}) gives" if looked else "no table gives"
    reason = f"{found} phenotypes, sex or size of a participant; name a table by --table"
    return Problem("", "", reason, "cohort.no_values")


def _source(
    eid: str, files: UkbFiles, instance: int, values: Mapping[str, str], table: str
) -> tuple[PairSource | None, list[Problem]]:
    row = SubjectRow(eid, values, table)
    subject = row.subject()
    ecgs, cines = files.ecgs.get(eid, []), files.cines.get(eid, [])
    for what, found, field in (("ECG", ecgs, ECG_FIELD), ("cine", cines, CINE_FIELD)):
        if not found:
            reason = f"there is no {what} of instance {instance}"
            row.add(file_name(eid, field, instance), reason, "cohort.file_missing")
        elif len(found) > 1:
            reason = f"the {what} lies in {len(found)} folders"
            row.add(found[0].name, reason, "cohort.file_ambiguous")
    source = None if row.problems else PairSource(subject, ecgs[0], cines[0])
    return source, row.problems
