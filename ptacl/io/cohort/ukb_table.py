"""Covariates and phenotypes of participants from UK Biobank tables, with a report for each table.

All values are from the requested instance, except sex, which is recorded at instance 0 only. Height
is field 12144 and weight 12143, both of the imaging visit; if missing, fields 50 (standing height)
and 21002 are used, and finally the weight computed from the body mass index 21001. Field 12144 is
also cited as a weight: values below 120 are ignored.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptacl.errors import BadInput
from ptacl.io.cohort.id_list import id_column, participant_id
from ptacl.io.cohort.subject_row import SEXES, cell_text, number_in
from ptacl.io.cohort.table import columns_of, table_parts
from ptacl.io.cohort.ukb_columns import FIELDS, SEX, SHARED_TITLES, read_column
from ptacl.io.containers.table_file import foreign_kind
from ptacl.io.person_limits import LIMITS
from ptacl.types import Problem

LEAST_HEIGHT_CM = 120.0
_RELATIVE_TOLERANCE = 1e-4
"""Relative difference up to which two values are equal: 32-bit floats keep seven digits."""
_HEIGHT_TOLERANCE_CM = 5.0
_MIN_ID_SHARE = 0.9
"""Minimum share of participant numbers in a column that is not named as such."""
_ID = "eid"
# The rounded number of one participant may be the number of another one: the table is rejected.
_ROUNDED = "its participants' numbers were rounded (as 9.12E+06); export them as whole numbers"
_OTHERS = "none of its participants has files here (each application has its own numbers)"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class TableReport:
    """Result of examining a file as a table."""

    name: str
    participants: int = 0
    """Number of participants of the folder with a value in the table."""
    fields: tuple[str, ...] = ()
    """Its fields by the names of `Subject` and `phenotypes`."""
    note: str = ""
    """A clause: why no value was used, or an assumption."""

    def __str__(self) -> str:
        """Format the report as one line."""
        counts = f"{self.participants} participants, {len(self.fields)} fields"
        fields = f" ({', '.join(self.fields)})" if self.fields else ""
        return f"{self.name}: {counts}{fields}" + (f"; {self.note}" if self.note else "")


@dataclass(slots=True)
class Tables:
    """Combined values of all tables."""

    values: dict[str, Row] = field(default_factory=dict)
    """Participant → name → text."""
    used: list[Path] = field(default_factory=list)
    reports: list[TableReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Participants with contradictory rows, and tables of participants without a usable value."""
    notes: list[str] = field(default_factory=list)
    """Sentences about the choice between different sources of a value."""


def read_values(tables: Sequence[Path], eids: Collection[str], instance: int) -> Tables:
    """Read the values of participants, by the names of `Subject` and `phenotypes`.

    Args:
        tables: files that may be tables. If two of them contradict each other about a participant,
            the participant is reported as a problem.
        eids: participants to read; all other rows are skipped.
        instance: 2 or 3.
    """
    result, requested = Tables(), frozenset(eids)
    for table in tables:
        code = "cohort.no_values"
        try:
            report, is_fault = _examine(table, result, requested, instance)
        except BadInput as error:
            report, is_fault = TableReport(table.name, note=f"{error.found}; {error.do}"), True
            code = error.code
        result.reports.append(report)
        if report.participants:
            result.used.append(table)
        elif is_fault:
            result.problems.append(Problem("", table.name, report.note, code))
    differences = Counter[str]()
    result.values = {eid: _resolve_size(row, differences) for eid, row in result.values.items()}
    result.notes += [_note_heights(differences["height"])] if differences["height"] else []
    return result


def wanted_columns(columns: Sequence[str], instance: int) -> tuple[dict[str, str], str]:
    """Select the columns to read.

    A title that occurs twice belongs to two analyses: neither column is used.

    Args:
        columns: column names of a table.
        instance: 2 or 3.

    Returns:
        Column → name of its value, and a clause about ambiguous titles.
    """
    parsed = {column: read_column(column) for column in columns}
    duplicates = {column for column, count in Counter(columns).items() if count > 1}
    names, assumed = {}, []
    for column, entry in parsed.items():
        if entry is None or entry.field not in FIELDS or column in duplicates:
            continue
        if entry.index != (entry.field, 0 if entry.field == SEX else instance, 0):
            continue
        names[column] = FIELDS[entry.field]
        if entry.by_title and entry.field in SHARED_TITLES:
            assumed.append(f"{FIELDS[entry.field]} as {entry.field}")
    notes = [
        f"identified by title only, assumed to be of category 157: {', '.join(assumed)}"
    ] * bool(assumed)
    duplicated = sorted(
        FIELDS[f.field] for c, f in parsed.items() if f and c in duplicates and f.field in FIELDS
    )
    notes += [f"two columns of one title, neither used: {', '.join(duplicated)}"] * bool(duplicated)
    return names, "; ".join(notes)


def _examine(
    table: Path, result: Tables, requested: frozenset[str], instance: int
) -> tuple[TableReport, bool]:
    """Read one table; return its report, and whether having no value is a fault."""
    if kind := foreign_kind(table.name):
        note = f"it is {kind}, which is not read; save it as CSV"
        return TableReport(table.name, note=note), False
    columns = columns_of(table)
    names, note = wanted_columns(columns, instance)
    index = id_column(columns)
    if index is None:
        if not names:
            return TableReport(table.name, note="it is not a table of participants"), False
        if not _has_ids_first(table, columns[0], requested):
            return TableReport(table.name, note="it has no column of participants (eid)"), True
        index, note = 0, "; ".join(filter(None, (note, "participants read from its first column")))
    if not names:
        return TableReport(table.name, note=_other_visits(columns, instance)), False
    names.pop(columns[index], None)
    return _read_rows(table, {columns[index]: _ID} | names, note, result, requested)


def _read_rows(
    table: Path, names: dict[str, str], note: str, result: Tables, requested: frozenset[str]
) -> tuple[TableReport, bool]:
    """Merge the rows of the requested participants into the result."""
    rows: dict[str, Row] = {}
    differing: dict[str, set[str]] = {}
    counts = Counter[str]()
    for eid, row in _rows(table, names, requested, counts):
        differing.setdefault(eid, set()).update(_merge(rows.setdefault(eid, {}), row))
    if counts["rounded"] or (counts["others"] and not rows):
        return TableReport(table.name, note=_ROUNDED if counts["rounded"] else _OTHERS), True
    for eid, row in rows.items():
        differing_keys = differing[eid] | _merge(result.values.setdefault(eid, {}), row)
        if differing_keys:
            reason = f"rows of this participant differ in {', '.join(sorted(differing_keys))}"
            result.problems.append(Problem(eid, table.name, reason, "cohort.contradictory_rows"))
    fields = dict.fromkeys(key for row in rows.values() for key in row)
    return TableReport(table.name, sum(map(bool, rows.values())), tuple(fields), note), True


def _rows(
    table: Path, names: Mapping[str, str], requested: frozenset[str], counts: Counter[str]
) -> Iterator[tuple[str, Row]]:
    """Yield id and values of each requested row; count other rows and rounded numbers."""
    column = next(column for column, name in names.items() if name == _ID)
    for chunk in table_parts(table, names.keys()):
        ids = [participant_id(cell_text(value)) for value in chunk[column]]
        indices = [index for index, eid in enumerate(ids) if eid in requested]
        counts["rounded"] += ids.count(None)
        counts["others"] += len(ids) - ids.count("") - len(indices)
        values = chunk.iloc[indices].drop(columns=column).to_dict(orient="records")
        for index, record in zip(indices, values, strict=True):
            yield from ((str(ids[index]), row) for row in _row_of(record, names))


def _row_of(record: Mapping[Any, object], names: Mapping[str, str]) -> list[Row]:
    """Return the named values of a row; a second column of the same field gives a second row."""
    rows: list[Row] = [{}]
    for column, value in record.items():
        name, text = names[str(column)], cell_text(value)
        if text and name in rows[0]:
            rows.append({name: text})
        elif text:
            rows[0][name] = text
    return rows


def _merge(row: Row, other: Row) -> set[str]:
    """Add the values of another row and return the names of contradictory values."""
    differing = {
        key for key, text in other.items() if key in row and not _equal(key, row[key], text)
    }
    for key, text in other.items():
        row.setdefault(key, text)
    return differing


def _equal(key: str, first: str, second: str) -> bool:
    if key == "sex":
        codes = [text.lower().removesuffix(".0") for text in (first, second)]
        return SEXES.get(codes[0], codes[0]) == SEXES.get(codes[1], codes[1])
    a, b = number_in(first), number_in(second)
    return first == second or abs(a - b) <= _RELATIVE_TOLERANCE * max(abs(a), abs(b))


def _has_ids_first(table: Path, column: str, requested: frozenset[str]) -> bool:
    """Return whether the first column contains participant numbers, regardless of its name."""
    lengths, rows, id_count, any_requested = {len(eid) for eid in requested}, 0, 0, False
    for chunk in table_parts(table, [column]):
        ids = [participant_id(text) for value in chunk.iloc[:, 0] if (text := cell_text(value))]
        rows += len(ids)
        id_count += sum(
            participant is not None and participant.isdigit() and len(participant) in lengths
            for participant in ids
        )
        any_requested = any_requested or not requested.isdisjoint(ids)
    return any_requested and id_count >= _MIN_ID_SHARE * rows


def _other_visits(columns: Sequence[str], instance: int) -> str:
    """Explain why a table of participants has no value of an instance."""
    parsed_columns = [
        parsed for name in columns if (parsed := read_column(name)) and parsed.field in FIELDS
    ]
    visits = sorted(
        {column.instance for column in parsed_columns if column.field != SEX and column.array == 0}
    )
    if visits:
        return f"it has no field of instance {instance}, but of {', '.join(map(str, visits))}"
    return "it has none of the supported fields"


def _resolve_size(row: Row, differences: Counter[str]) -> Row:
    """Choose height and weight of the imaging visit, or their other sources if missing."""
    row = dict(row)
    height, weight, bmi = (
        row.pop(key, "") for key in ("imaging_height_cm", "imaging_weight_kg", "bmi")
    )
    if LEAST_HEIGHT_CM <= number_in(height) <= LIMITS["height_cm"][1]:
        differences["height"] += (
            abs(number_in(row.get("height_cm", height)) - number_in(height)) > _HEIGHT_TOLERANCE_CM
        )
        row["height_cm"] = height
    if _possible("weight_kg", weight):
        row["weight_kg"] = weight
    metres = number_in(row.get("height_cm", "")) / 100
    derived = number_in(bmi) * metres**2
    if "weight_kg" not in row and derived == derived:
        row["weight_kg"] = f"{derived:.1f}"
    return row


def _possible(key: str, text: str) -> bool:
    low, high = LIMITS[key]
    return low <= number_in(text) <= high


def _note_heights(count: int) -> str:
    return (
        f"Fields 12144 and 50 of {count} participants differ by more than "
        f"{_HEIGHT_TOLERANCE_CM:g} cm; the value of the imaging visit, 12144, is used."
    )
