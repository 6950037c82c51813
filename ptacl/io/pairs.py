"""A cohort as a table: ``pairs.csv`` or parquet, one row a subject.

Columns: ``subject_id, ecg, cine`` (paths relative to the table); any of ``sex, age_years,
height_cm, weight_kg`` and the keys of `ptacl.phenotypes`; for files that do not say them
``ecg_rate_hz``, ``ecg_unit`` and ``rr_ms``; ``truth_<name>`` for simulated subjects.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine import read_cine
from ptacl.io.ecg import read_ecg
from ptacl.io.write import write_cine, write_ecg
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.types import Pair, Problem, Sex, Subject

REQUIRED = ("subject_id", "ecg", "cine")
SEXES: dict[str, Sex] = {
    "female": "female", "f": "female", "0": "female",
    "male": "male", "m": "male", "1": "male",
}  # fmt: skip
RANGES = {
    "age_years": (0.0, 120.0),
    "height_cm": (50.0, 250.0),
    "weight_kg": (10.0, 350.0),
    "ecg_rate_hz": (100.0, 2000.0),
    "rr_ms": (250.0, 3000.0),
} | {key: (0.0, 100.0 if key.endswith("_pct") else 1000.0) for key in PHENOTYPE_KEYS}
"""Values outside are slips of unit or of keyboard: 1.75 as a height, 999 as an age."""

TRUTH = "truth_"
_EMPTY = {"", "nan", "na", "none", "null"}


@dataclass(frozen=True, slots=True)
class PairSource:
    """Where the ECG and the cine of a subject lie."""

    subject: Subject
    ecg: Path
    cine: Path
    ecg_rate_hz: float | None = None
    """Given where the ECG's file does not say it."""
    ecg_unit: str | None = None
    rr_ms: float | None = None
    """R–R interval of the scan, given where the cine's file does not say it."""
    truth: Mapping[str, float] = field(default_factory=dict)


def read_pairs(table: Path) -> tuple[list[PairSource], list[Problem]]:
    """The subjects of a cohort table that can be imported, and all that is wrong with the others.

    Only the table and the presence of the files are looked at; `load_pair` reads them.

    Args:
        table: CSV or parquet, or the folder that holds it as ``pairs.csv`` or ``pairs.parquet``.

    Raises:
        BadInput: the table itself cannot be read or lacks a required column.
    """
    place = _table_in(Path(table))
    sources: list[PairSource] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(_rows(place), start=2):
        subject_id = row["subject_id"] or f"line {number}"
        wrong = _Row(subject_id, row, place)
        if not row["subject_id"]:
            wrong.add(place.name, "it has no subject_id")
        if subject_id in seen:
            wrong.add(place.name, "the subject_id is there twice")
        seen.add(subject_id)
        source = wrong.source()
        problems += wrong.problems
        sources += [source] if not wrong.problems else []
    return sources, problems


def load_pair(source: PairSource) -> Pair:
    """Read both files of a subject.

    Raises:
        BadInput: one of them cannot be read; the message names it.
    """
    ecg = read_ecg(source.ecg, sample_rate_hz=source.ecg_rate_hz, unit=source.ecg_unit)
    cine = read_cine(source.cine, rr_ms=source.rr_ms)
    return Pair(source.subject, ecg, cine, source.truth)


def write_pairs(pairs: Iterable[Pair], folder: Path) -> Path:
    """Write each pair as ``ecg/<id>.hea, .dat`` and ``cine/<id>.nii.gz``, and ``pairs.csv``.

    The signal comes back within half a step of 1 µV; spacing, phases and pixels exactly.

    Args:
        pairs: read one at a time, so that a large cohort need not fit into memory.
        folder: made where it is absent.

    Returns:
        The path of ``pairs.csv``, which `read_pairs` reads.

    Raises:
        PtaclError: an ECG beyond ± 32 mV, a cine whose frames are not even over the R–R interval
            or whose pixels are not whole numbers below 65,536 or 32-bit floats.
    """
    (folder / "ecg").mkdir(parents=True, exist_ok=True)
    (folder / "cine").mkdir(exist_ok=True)
    rows = []
    for pair in pairs:
        subject_id = pair.subject.subject_id
        if not re.fullmatch(r"[A-Za-z0-9_-]+", subject_id):
            raise PtaclError(f"{subject_id!r} names files: use letters, digits, - and _ alone.")
        write_ecg(pair.ecg, folder / "ecg" / f"{subject_id}.hea")
        write_cine(pair.cine, folder / "cine" / f"{subject_id}.nii.gz")
        rows.append(_table_row(pair))
    table = folder / "pairs.csv"
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


def _table_in(path: Path) -> Path:
    inside = (path / name for name in ("pairs.csv", "pairs.parquet"))
    return next((table for table in inside if table.is_file()), path)


def _rows(table: Path) -> list[dict[str, str]]:
    if not table.is_file():
        raise BadInput(
            table, "there is no such table", "give pairs.csv or the folder that holds it"
        )
    try:
        with table.open("rb") as stream:
            is_parquet = stream.read(4) == b"PAR1"
        # As text, so that an id such as 0042 keeps its zeros.
        frame = pd.read_parquet(table) if is_parquet else pd.read_csv(table, dtype=str)
    except Exception as error:  # the parsers of both formats raise many kinds
        raise BadInput(
            table, "it cannot be read as a table", "save it as CSV or parquet"
        ) from error
    frame.columns = [str(column).strip() for column in frame.columns]
    absent = [column for column in REQUIRED if column not in frame.columns]
    if absent:
        raise BadInput(table, f"it has no column {', '.join(absent)}", "name the columns so")
    return [
        {str(column): _text(value) for column, value in row.items()}
        for row in frame.to_dict(orient="records")
    ]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text.lower() in _EMPTY or text == "<NA>" else text


class _Row:
    """One row on its way to a source, gathering what is wrong with it."""

    def __init__(self, subject_id: str, row: Mapping[str, str], table: Path) -> None:
        self._id, self._row, self._table = subject_id, row, table
        self.problems: list[Problem] = []

    def add(self, file: str, reason: str) -> None:
        self.problems.append(Problem(self._id, file, reason))

    def source(self) -> PairSource:
        number = {key: self._number(key) for key in RANGES}
        phenotypes = {key: v for key in PHENOTYPE_KEYS if (v := number[key]) is not None}
        subject = Subject(
            self._id,
            self._sex(),
            number["age_years"],
            number["height_cm"],
            number["weight_kg"],
            phenotypes,
        )
        ecg, cine = self._path("ecg"), self._path("cine")
        unit = self._row.get("ecg_unit") or None
        return PairSource(
            subject, ecg, cine, number["ecg_rate_hz"], unit, number["rr_ms"], self._truth()
        )

    def _path(self, column: str) -> Path:
        value = self._row[column]
        path = self._table.parent / value
        # A WFDB record may be named without its extension.
        if not value:
            self.add(self._table.name, f"it names no {column}")
        elif not (path.exists() or path.with_name(path.name + ".hea").exists()):
            self.add(Path(value).name, "there is no such file")
        return path

    def _sex(self) -> Sex | None:
        # A column of whole numbers with a gap in it is written as 1.0.
        value = self._row.get("sex", "").lower().removesuffix(".0")
        if value and value not in SEXES:
            self.add(self._table.name, f"sex is {value[:12]!r}, none of {', '.join(SEXES)}")
        return SEXES.get(value)

    def _number(self, key: str) -> float | None:
        value = self._row.get(key, "")
        low, high = RANGES[key]
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            self.add(self._table.name, f"{key} is {value[:12]!r}, outside {low:g} to {high:g}")
        return number

    def _truth(self) -> dict[str, float]:
        given = {key: value for key, value in self._row.items() if key.startswith(TRUTH)}
        try:
            return {key.removeprefix(TRUTH): float(value or "nan") for key, value in given.items()}
        except ValueError:
            self.add(self._table.name, f"a column {TRUTH}… holds text")
            return {}
