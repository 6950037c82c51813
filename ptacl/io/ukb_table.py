"""UK Biobank's phenotype tables, in the three spellings of their columns.

``24103-2.0`` (csv), ``f.24103.2.0`` (tab), ``p24103_i2`` (research platform): field, instance and
array index. All values are taken from the wanted instance; sex, asked once, from instance 0.

LVEF is there three times (22420, 24103, 31060, of different analyses): 24103 alone is read, for it
belongs to the other ventricular phenotypes. Height is field 50 (standing height); where it is
missing 12144, height at imaging. Weight is 21002; where it is missing 12143, weight before imaging,
and else follows from the body mass index 21001. Field 12144 is also cited as a weight: below 120 it
is taken for neither.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet

from ptacl.errors import BadInput
from ptacl.io.subject_row import cell_text
from ptacl.phenotypes import PHENOTYPES

EID = re.compile(r"(?:participant\.)?(?:n_|f\.)?eid", re.IGNORECASE)
_SPELLINGS = (
    re.compile(r"(?P<field>\d+)-(?P<instance>\d+)\.(?P<array>\d+)"),
    re.compile(r"f\.(?P<field>\d+)\.(?P<instance>\d+)\.(?P<array>\d+)"),
    re.compile(r"(?:participant\.)?p(?P<field>\d+)(?:_i(?P<instance>\d+))?(?:_a(?P<array>\d+))?"),
)
SEX, AGE, HEIGHT, IMAGING_HEIGHT, WEIGHT, IMAGING_WEIGHT, BMI = (
    31, 21003, 50, 12144, 21002, 12143, 21001,
)  # fmt: skip
FIELDS: dict[int, str] = {
    SEX: "sex",
    AGE: "age_years",
    HEIGHT: "height_cm",
    IMAGING_HEIGHT: "imaging_height_cm",
    WEIGHT: "weight_kg",
    IMAGING_WEIGHT: "imaging_weight_kg",
    BMI: "bmi",
} | {entry.ukb_field: entry.key for entry in PHENOTYPES}
LEAST_HEIGHT_CM = 120.0
_ROWS_AT_ONCE = 20_000
_MOST_HEADER_BYTES = 16 * 1024**2
"""A table of all fields has 30,000 columns."""

Row = dict[str, str]


def field_of(column: str) -> tuple[int, int, int] | None:
    """Field, instance and array index of a column; None where it is no field.

    Example:
        >>> [field_of(name) for name in ("24103-2.0", "f.24103.2.0", "p24103_i2", "p31")]
        [(24103, 2, 0), (24103, 2, 0), (24103, 2, 0), (31, 0, 0)]
    """
    for spelling in _SPELLINGS:
        match = spelling.fullmatch(column.strip())
        if match:
            number = {key: int(value or 0) for key, value in match.groupdict().items()}
            return number["field"], number["instance"], number["array"]
    return None


def read_values(
    tables: Sequence[Path], eids: Collection[str], instance: int
) -> tuple[dict[str, Row], list[Path]]:
    """What the tables say of some participants, under the names of `Subject` and `phenotypes`.

    Args:
        tables: files that may be such tables; of a field in several the first counts.
        eids: whose rows are wanted; the others of half a million are passed over.
        instance: 2 or 3.

    Returns:
        participant → column → text, and the tables that hold a wanted column.

    Raises:
        BadInput: a table cannot be read.
    """
    wanted = set(eids)
    values: dict[str, Row] = {}
    used = []
    for table in tables:
        names = wanted_columns(table, instance)
        if len(names) > 1:
            used.append(table)
            for eid, row in _rows(table, names, wanted):
                values[eid] = row | values.get(eid, {})
    return {eid: _settled(row) for eid, row in values.items()}, used


def wanted_columns(table: Path, instance: int) -> dict[str, str]:
    """Column → name, ``eid`` first; empty where the file is no table of participants."""
    names: dict[str, str] = {}
    for column in _header(table):
        found = field_of(column)
        if EID.fullmatch(column.strip()):
            names = {column: "eid"} | names
        elif found and found[0] in FIELDS and found[1:] == (_visit(found[0], instance), 0):
            names[column] = FIELDS[found[0]]
    return names if "eid" in names.values() else {}


def _visit(ukb_field: int, instance: int) -> int:
    return 0 if ukb_field == SEX else instance


def _header(table: Path) -> list[str]:
    if table.suffix.lower() == ".parquet":
        try:
            return list(pyarrow.parquet.read_schema(table).names)
        except Exception as error:  # the parser raises many kinds
            raise _unreadable(table) from error
    first = _first_line(table)
    return [name.strip().strip("\"'") for name in first.split(_separator(first))]


def _first_line(table: Path) -> str:
    with table.open("rb") as stream:
        return stream.readline(_MOST_HEADER_BYTES).decode("utf-8-sig", "replace").rstrip("\r\n")


def _separator(header: str) -> str:
    return "\t" if header.count("\t") > header.count(",") else ","


def _rows(
    table: Path, names: Mapping[str, str], wanted: Collection[str]
) -> Iterator[tuple[str, Row]]:
    try:
        for frame in _parts(table, names):
            frame.columns = [names.get(name) or names[name.strip()] for name in frame.columns]
            frame["eid"] = frame["eid"].map(cell_text)
            for row in frame[frame["eid"].isin(wanted)].to_dict(orient="records"):
                texts = {str(key): cell_text(value) for key, value in row.items()}
                yield texts.pop("eid"), {key: text for key, text in texts.items() if text}
    except Exception as error:  # the parsers of both formats raise many kinds
        raise _unreadable(table) from error


def _parts(table: Path, names: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    if table.suffix.lower() == ".parquet":
        for batch in pyarrow.parquet.ParquetFile(table).iter_batches(
            _ROWS_AT_ONCE, columns=list(names)
        ):
            yield batch.to_pandas()
        return
    yield from pd.read_csv(
        table,
        sep=_separator(_first_line(table)),
        usecols=lambda column: column.strip() in names,
        dtype=str,
        chunksize=_ROWS_AT_ONCE,
        encoding="utf-8-sig",
        encoding_errors="replace",
    )


def _settled(row: Row) -> Row:
    """Height and weight from their second sources where the first is missing."""
    row = dict(row)
    height = row.pop("imaging_height_cm", "")
    if "height_cm" not in row and (_number(height) or 0) >= LEAST_HEIGHT_CM:
        row["height_cm"] = height
    weight, bmi = row.pop("imaging_weight_kg", ""), _number(row.pop("bmi", ""))
    metres = (_number(row.get("height_cm", "")) or 0) / 100
    if "weight_kg" not in row and weight:
        row["weight_kg"] = weight
    elif "weight_kg" not in row and bmi and metres:
        row["weight_kg"] = f"{bmi * metres**2:.1f}"
    return row


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _unreadable(table: Path) -> BadInput:
    return BadInput(table, "it cannot be read as a table", "save it as CSV, TSV or parquet")
