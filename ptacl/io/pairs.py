"""A cohort as a table: ``pairs.csv`` or parquet, one row a subject.

Columns: ``subject_id, ecg, cine`` (paths relative to the table); any of ``sex, age_years,
height_cm, weight_kg`` and the keys of `ptacl.phenotypes`; for files that do not say them
``ecg_rate_hz``, ``ecg_unit`` and ``rr_ms``; ``truth_<name>`` for simulated subjects.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort_table import columns_of, table_parts
from ptacl.io.pair_source import PairSource
from ptacl.io.subject_row import SubjectRow, cell_text
from ptacl.io.write import write_cine, write_ecg
from ptacl.types import Pair, Problem

REQUIRED = ("subject_id", "ecg", "cine")
TABLE = "pairs.csv"
TABLES = (TABLE, "pairs.parquet", "pairs.tsv", "pairs.csv.gz")
"""What the table is called in a folder."""
TRUTH = "truth_"


def read_pairs(table: Path) -> tuple[list[PairSource], list[Problem]]:
    """The subjects of a cohort table that can be imported, and all that is wrong with the others.

    Only the table and the presence of the files are looked at; `pair_source.load_pair` reads them.

    Args:
        table: CSV or parquet, or the folder that holds it as ``pairs.csv`` or ``pairs.parquet``.

    Raises:
        BadInput: the table itself cannot be read or lacks a required column.
    """
    place = table_in(Path(table))
    sources: list[PairSource] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(_rows(place), start=2):
        subject_id = row["subject_id"] or f"line {number}"
        wrong = _PairRow(subject_id, row, place)
        if not row["subject_id"]:
            wrong.add(place.name, "it has no subject_id")
        if subject_id in seen:
            wrong.add(place.name, "the subject_id is there twice")
        seen.add(subject_id)
        source = wrong.source()
        problems += wrong.problems
        sources += [source] if not wrong.problems else []
    return sources, problems


def write_pair(pair: Pair, folder: Path) -> dict[str, object]:
    """Write a pair as ``ecg/<id>.hea, .dat`` and ``cine/<id>.nii.gz``; returns its table row.

    The signal comes back within half a step of 1 µV; spacing, phases and pixels exactly.

    Raises:
        PtaclError: an ECG beyond ± 32 mV, a cine whose frames are not even over the R–R interval
            or whose pixels are not whole numbers below 65,536 or 32-bit floats.
    """
    subject_id = pair.subject.subject_id
    if not re.fullmatch(r"[A-Za-z0-9_-]+", subject_id):
        raise PtaclError(f"{subject_id!r} names files: use letters, digits, - and _ alone.")
    (folder / "ecg").mkdir(parents=True, exist_ok=True)
    (folder / "cine").mkdir(exist_ok=True)
    write_ecg(pair.ecg, folder / "ecg" / f"{subject_id}.hea")
    write_cine(pair.cine, folder / "cine" / f"{subject_id}.nii.gz")
    return _table_row(pair)


def write_table(rows: Iterable[Mapping[str, object]], folder: Path) -> Path:
    """Write ``pairs.csv``, which `read_pairs` reads; returns its path."""
    table = folder / TABLE
    pd.DataFrame(rows).to_csv(table, index=False)
    return table


def _table_row(pair: Pair) -> dict[str, object]:
    subject = pair.subject
    return {
        "subject_id": subject.subject_id,
        "ecg": f"ecg/{subject.subject_id}.hea",
        "cine": f"cine/{subject.subject_id}.nii.gz",
        "sex": subject.sex,
        "age_years": subject.age_years,
        "height_cm": subject.height_cm,
        "weight_kg": subject.weight_kg,
        **subject.phenotypes,
        **{f"{TRUTH}{key}": value for key, value in pair.truth.items()},
    }


def table_in(path: Path) -> Path:
    """The table of pairs in a folder; whatever else was given is the table itself."""
    inside = (path / name for name in TABLES)
    return next((table for table in inside if table.is_file()), path)


def _rows(table: Path) -> Iterator[dict[str, str]]:
    if not table.is_file():
        raise BadInput(
            table, "there is no such table", "give pairs.csv or the folder that holds it"
        )
    there = columns_of(table)
    absent = [column for column in REQUIRED if column not in there]
    if absent and there != [""]:
        raise BadInput(table, f"it has no column {', '.join(absent)}", "name the columns so")
    for part in table_parts(table):
        for row in part.to_dict(orient="records"):
            yield {str(column): cell_text(value) for column, value in row.items()}


class _PairRow(SubjectRow):
    """A row of a table of pairs: a subject, its two files, and what these do not say."""

    def __init__(self, subject_id: str, row: Mapping[str, str], table: Path) -> None:
        super().__init__(subject_id, row, table.name)
        self._folder = table.parent

    def source(self) -> PairSource:
        """What to read; whatever is wrong with the row is gathered beside it."""
        subject = self.subject()
        rate_hz, rr_ms = self.number("ecg_rate_hz"), self.number("rr_ms")
        ecg, cine = self._path("ecg"), self._path("cine")
        unit = self._row.get("ecg_unit") or None
        return PairSource(subject, ecg, cine, rate_hz, unit, rr_ms, self._truth())

    def _path(self, column: str) -> Path:
        value = self._row[column]
        path = self._folder / value
        # A WFDB record may be named without its extension.
        if not value:
            self.add(self._table, f"it names no {column}")
        elif not (path.exists() or path.with_name(path.name + ".hea").exists()):
            self.add(Path(value).name, "there is no such file")
        return path

    def _truth(self) -> dict[str, float]:
        given = {key: value for key, value in self._row.items() if key.startswith(TRUTH)}
        try:
            return {key.removeprefix(TRUTH): float(value or "nan") for key, value in given.items()}
        except ValueError:
            self.add(self._table, f"a column {TRUTH}… holds text")
            return {}
