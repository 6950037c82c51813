"""Table of pairs: a cohort as ``pairs.csv`` or parquet, one row per subject.

Columns: ``subject_id, ecg, cine`` (paths relative to the table); any of ``sex, age_years,
height_cm, weight_kg`` and the keys of `ptacl.phenotypes`; for files that do not state them
``ecg_rate_hz``, ``ecg_unit``, ``cine_rr_ms`` (or ``rr_ms``), ``cine_order`` (`cine.options`) and
``cine_any_series`` (yes or no); ``truth_<name>`` for simulated subjects.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine.options import FRAME_ORDERS, FrameOrder
from ptacl.io.cohort.sources import PairSource
from ptacl.io.cohort.subject_row import SubjectRow, cell_text, id_problem
from ptacl.io.cohort.table import columns_of, table_parts
from ptacl.io.writers.wfdb_nifti import write_cine, write_ecg
from ptacl.types import Pair, Problem

REQUIRED = ("subject_id", "ecg", "cine")
TABLE = "pairs.csv"
TABLES = (TABLE, "pairs.parquet", "pairs.tsv", "pairs.csv.gz")
"""Accepted file names of the table in a folder."""
TRUTH = "truth_"
_YES_OR_NO = {"": False} | {
    word: word in ("yes", "true", "1", "y")
    for word in ("yes", "true", "1", "y", "no", "false", "0", "n")
}


def read_pairs(table: Path) -> tuple[list[PairSource], list[Problem]]:
    """Read a table of pairs.

    The files are checked for existence only; `sources.load_pair` reads them.

    Args:
        table: CSV or parquet, or the folder that contains it under one of the names of `TABLES`.

    Returns:
        The subjects that can be imported, and the problems of all other rows.

    Raises:
        BadInput: the table cannot be read or lacks a required column.
    """
    path = table_in(Path(table))
    sources: list[PairSource] = []
    problems: list[Problem] = []
    subject_ids: set[str] = set()
    for number, row in enumerate(_rows(path), start=2):
        subject_id = row["subject_id"] or f"line {number}"
        pair_row = _PairRow(subject_id, row, path)
        if not row["subject_id"]:
            pair_row.add(path.name, "it has no subject_id", "cohort.subject_id")
        if problem := id_problem(subject_id):
            pair_row.add(path.name, problem, "cohort.subject_id")
        if subject_id in subject_ids:
            pair_row.add(path.name, "the subject_id occurs twice", "cohort.subject_id")
        subject_ids.add(subject_id)
        source = pair_row.source()
        problems += pair_row.problems
        sources += [source] if not pair_row.problems else []
    return sources, problems


def write_pair(pair: Pair, folder: Path) -> dict[str, object]:
    """Write a pair as ``ecg/<id>.hea, .dat`` and ``cine/<id>.nii.gz``.

    Read back, the signal is exact to half a step of 1 µV; spacing, phases and pixels are exact.

    Args:
        pair: the pair; its subject id becomes the file name.
        folder: target folder.

    Returns:
        The row of the pair for `write_table`.

    Raises:
        PtaclError: an ECG beyond ± 32 mV, frames that are not equidistant over the R–R interval, or
            pixels that are not whole numbers below 65,536 or 32-bit floats.
    """
    subject_id = pair.subject.subject_id
    if not re.fullmatch(r"[A-Za-z0-9_-]+", subject_id):
        raise PtaclError(
            f"{subject_id!r} is used as a file name: use letters, digits, - and _ only.",
            code="cohort.subject_id",
        )
    (folder / "ecg").mkdir(parents=True, exist_ok=True)
    (folder / "cine").mkdir(exist_ok=True)
    write_ecg(pair.ecg, folder / "ecg" / f"{subject_id}.hea")
    write_cine(pair.cine, folder / "cine" / f"{subject_id}.nii.gz")
    return _table_row(pair)


def write_table(rows: Iterable[Mapping[str, object]], folder: Path) -> Path:
    """Write ``pairs.csv`` for `read_pairs` and return its path."""
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
    """Return the table of pairs in a folder; the path itself if it is not such a folder."""
    candidates = (path / name for name in TABLES)
    return next((table for table in candidates if table.is_file()), path)


def _rows(table: Path) -> Iterator[dict[str, str]]:
    if not table.is_file():
        raise BadInput(
            table,
            "there is no such table",
            "give pairs.csv or the folder that holds it",
            code="file.not_found",
        )
    columns = columns_of(table)
    missing = [column for column in REQUIRED if column not in columns]
    if missing and columns != [""]:
        raise BadInput(
            table,
            f"it has no column {', '.join(missing)}",
            "name the columns so",
            code="cohort.missing_column",
        )
    for part in table_parts(table):
        for row in part.to_dict(orient="records"):
            yield {str(column): cell_text(value) for column, value in row.items()}


class _PairRow(SubjectRow):
    """A row of a table of pairs: a subject, its two files and their reading options."""

    def __init__(self, subject_id: str, row: Mapping[str, str], table: Path) -> None:
        super().__init__(subject_id, row, table.name)
        self._folder = table.parent

    def source(self) -> PairSource:
        """Parse the row; errors are appended to `problems`."""
        subject = self.subject()
        rate_hz, rr_ms = self.number("ecg_rate_hz"), self._rr_ms()
        ecg, cine = self._path("ecg"), self._path("cine")
        unit = self._row.get("ecg_unit") or None
        truth, order, any_series = self._truth(), self._order(), self._any_series()
        return PairSource(subject, ecg, cine, rate_hz, unit, rr_ms, truth, order, any_series)

    def _rr_ms(self) -> float | None:
        specific, general = self.number("cine_rr_ms"), self.number("rr_ms")
        if specific is not None and general is not None and specific != general:
            self.add(self._table, "cine_rr_ms and rr_ms differ", "cohort.invalid_value")
        return general if specific is None else specific

    def _order(self) -> FrameOrder | None:
        value = self._row.get("cine_order", "").lower()
        order = next((choice for choice in FRAME_ORDERS if choice == value), None)
        if value and order is None:
            reason = f"cine_order is none of {', '.join(FRAME_ORDERS)}"
            self.add(self._table, reason, "cohort.invalid_value")
        return order

    def _any_series(self) -> bool:
        value = self._row.get("cine_any_series", "").lower().removesuffix(".0")
        if value not in _YES_OR_NO:
            self.add(self._table, "cine_any_series is neither yes nor no", "cohort.invalid_value")
        return _YES_OR_NO.get(value, False)

    def _path(self, column: str) -> Path:
        value = self._row[column]
        path = self._folder / value
        # A WFDB record may be named without its extension.
        if not value:
            self.add(self._table, f"it names no {column}", "cohort.file_missing")
        elif not (path.exists() or path.with_name(path.name + ".hea").exists()):
            self.add(Path(value).name, "there is no such file", "cohort.file_missing")
        return path

    def _truth(self) -> dict[str, float]:
        given = {key: value for key, value in self._row.items() if key.startswith(TRUTH)}
        try:
            return {key.removeprefix(TRUTH): float(value or "nan") for key, value in given.items()}
        except ValueError:
            self.add(self._table, f"a column {TRUTH}… holds text", "cohort.invalid_value")
            return {}
