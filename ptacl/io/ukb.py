"""A UK Biobank folder → the same sources that a table of pairs gives.

Layout: `ukb_layout`; phenotype tables: `ukb_table`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ptacl.errors import BadInput
from ptacl.io.pair_source import PairSource
from ptacl.io.subject_row import SubjectRow
from ptacl.io.ukb_layout import CINE_FIELD, ECG_FIELD, UkbFiles, file_name, find_files
from ptacl.io.ukb_table import read_values
from ptacl.types import Problem


@dataclass(frozen=True, slots=True)
class UkbCohort:
    """Who can be imported from a folder, and what is wrong with the others."""

    sources: list[PairSource]
    problems: list[Problem]
    tables: list[Path]
    """The phenotype tables that were read; subjects without a row have no phenotypes."""
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
        BadInput: no bulk file of this instance below the folder, or a table that is none.
    """
    files = find_files(folder, instance)
    values, tables = read_values([table] if table else files.tables, files.eids, instance)
    if table and not tables:
        found = f"it has no column of participants (eid) with fields of instance {instance}"
        raise BadInput(table, found, "give a table with columns such as 24103-2.0")
    named = tables[0].name if tables else ""
    sources: list[PairSource] = []
    problems: list[Problem] = []
    for eid in files.eids:
        source, wrong = _source(eid, files, instance, values.get(eid, {}), named)
        problems += wrong
        sources += [source] if source else []
    return UkbCohort(sources, problems, tables, files.marked)


def _source(
    eid: str, files: UkbFiles, instance: int, values: Mapping[str, str], table: str
) -> tuple[PairSource | None, list[Problem]]:
    row = SubjectRow(eid, values, table)
    subject = row.subject()
    ecgs, cines = files.ecgs.get(eid, []), files.cines.get(eid, [])
    for what, found, field in (("ECG", ecgs, ECG_FIELD), ("cine", cines, CINE_FIELD)):
        if not found:
            row.add(file_name(eid, field, instance), f"there is no {what} of instance {instance}")
        elif len(found) > 1:
            row.add(found[0].name, f"the {what} lies in {len(found)} folders")
    source = None if row.problems else PairSource(subject, ecgs[0], cines[0])
    return source, row.problems
