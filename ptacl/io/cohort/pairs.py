"""A cohort as a table: ``pairs.csv`` or parquet, one row a subject.

Columns: ``subject_id, ecg, cine`` (paths relative to the table); any of ``sex, age_years,
height_cm, weight_kg`` and the keys of `ptacl.phenotypes`; for files that do not say them
``ecg_rate_hz``, ``ecg_unit``, ``cine_rr_ms`` (or ``rr_ms``), ``cine_order`` (`cine_reading`) and
``cine_any_series`` (yes or no); ``truth_<name>`` for simulated subjects.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine.options import FRAME_ORDERS, FrameOrder
from ptacl.io.cohort.sources import PairSource
from ptacl.io.cohort.subject_row import SubjectRow, cell_text
from ptacl.io.cohort.table import columns_of, table_parts
from ptacl.io.writers.wfdb_nifti import write_cine, write_ecg
from ptacl.types import Pair, Problem

REQUIRED = ("subject_id", "ecg", "cine")
TABLE = "pairs.csv"
TABLES = (TABLE, "pairs.parquet", "pairs.tsv", "pairs.csv.gz")
"""What the table is called in a folder."""
TRUTH = "truth_"
_YES_OR_NO = {"": False} | {
    word: word in ("yes", "true", "1", "y")
    for word in ("yes", "true", "1", "y", "no", "false", "0", "n")
}


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
            wrong.add(place.name, "it has no subject_id", "cohort.subject_id")
        if subject_id in seen:
            wrong.add(place.name, "the subject_id is there twice", "cohort.subject_id")
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
        raise PtaclError(
            f"{subject_id!r} names files: use letters, digits, - and _ alone.",
            code="cohort.subject_id",
        )
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
            table,
            "there is no such table",
            "give pairs.csv or the folder that holds it",
            code="file.not_found",
        )
    there = columns_of(table)
    absent = [column for column in REQUIRED if column not in there]
    if absent and there != [""]:
        raise BadInput(
            table,
            f"it has no column {', '.join(absent)}",
            "name the columns so",
            code="cohort.missing_column",
        )
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
        rate_hz, rr_ms = self.number("ecg_rate_hz"), self._rr_ms()
        ecg, cine = self._path("ecg"), self._path("cine")
        unit = self._row.get("ecg_unit") or None
        truth, order, any_series = self._truth(), self._order(), self._any_series()
        return PairSource(subject, ecg, cine, rate_hz, unit, rr_ms, truth, order, any_series)

    def _rr_ms(self) -> float | None:
        named, plain = self.number("cine_rr_ms"), self.number("rr_ms")
        if named is not None and plain is not None and named != plain:
            self.add(self._table, "cine_rr_ms and rr_ms differ", "cohort.invalid_value")
        return plain if named is None else named

    def _order(self) -> FrameOrder | None:
        value = self._row.get("cine_order", "").lower()
        order = next((one for one in FRAME_ORDERS if one == value), None)
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
