"""What UK Biobank's tables say of some participants, and what each table gave.

All values are taken from the wanted instance; sex, asked once, from instance 0. Height is field
12144 and weight 12143, both of the imaging visit; where one is missing field 50 (standing height)
and 21002, and else the weight follows from the body mass index 21001. Field 12144 is also cited as
a weight: below 120 it is not taken.
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
_SAME = 1e-4
"""Two values are one where they differ by less than this share: 32 bits keep seven digits."""
_APART_CM = 5.0
_MOSTLY = 0.9
"""Share of the rows of a column without a name that must be numbers of participants."""
_ID = "eid"
# The rounded number of one participant may be the whole number of another: none is read.
_ROUNDED = "its participants' numbers were rounded (as 9.12E+06); export them as whole numbers"
_OTHERS = "none of its participants has files here (each application has numbers of its own)"

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class TableReport:
    """What a file gave that was looked at as a table."""

    name: str
    participants: int = 0
    """Of the folder, with a value in it."""
    fields: tuple[str, ...] = ()
    """What it tells, by the names of `Subject` and `phenotypes`."""
    note: str = ""
    """A clause: why it gave nothing, or what was assumed."""

    def __str__(self) -> str:
        """One line for a terminal."""
        gave = f"{self.participants} participants, {len(self.fields)} fields"
        fields = f" ({', '.join(self.fields)})" if self.fields else ""
        return f"{self.name}: {gave}{fields}" + (f"; {self.note}" if self.note else "")


@dataclass(slots=True)
class Tables:
    """What all tables together say."""

    values: dict[str, Row] = field(default_factory=dict)
    """Participant → name → text."""
    used: list[Path] = field(default_factory=list)
    reports: list[TableReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Participants whose rows differ, and tables that should have told something and did not."""
    notes: list[str] = field(default_factory=list)
    """Sentences about what was taken where sources of a value differ."""


def read_values(tables: Sequence[Path], eids: Collection[str], instance: int) -> Tables:
    """What the tables say of some participants, under the names of `Subject` and `phenotypes`.

    Args:
        tables: files that may be such tables. Where two differ about a participant, the values are
            a problem and none of them is taken for right.
        eids: whose rows are wanted; the others of half a million are passed over.
        instance: 2 or 3.
    """
    found, wanted = Tables(), frozenset(eids)
    for table in tables:
        code = "cohort.no_values"
        try:
            report, wrong = _look_at(table, found, wanted, instance)
        except BadInput as error:
            report, wrong = TableReport(table.name, note=f"{error.found}; {error.do}"), True
            code = error.code
        found.reports.append(report)
        if report.participants:
            found.used.append(table)
        elif wrong:
            found.problems.append(Problem("", table.name, report.note, code))
    apart = Counter[str]()
    found.values = {eid: _settled(row, apart) for eid, row in found.values.items()}
    found.notes += [_heights_apart(apart["height"])] if apart["height"] else []
    return found


def wanted_columns(columns: Sequence[str], instance: int) -> tuple[dict[str, str], str]:
    """Column → name of each field that is read, and a clause about titles that name several fields.

    A title that stands twice names two analyses: neither is taken.
    """
    read = {column: read_column(column) for column in columns}
    twice = {column for column, count in Counter(columns).items() if count > 1}
    names, assumed = {}, []
    for column, found in read.items():
        if found is None or found.field not in FIELDS or column in twice:
            continue
        if found.place != (found.field, 0 if found.field == SEX else instance, 0):
            continue
        names[column] = FIELDS[found.field]
        if found.by_title and found.field in SHARED_TITLES:
            assumed.append(f"{FIELDS[found.field]} as {found.field}")
    notes = [f"by their titles alone taken for category 157: {', '.join(assumed)}"] * bool(assumed)
    doubled = sorted(
        FIELDS[f.field] for c, f in read.items() if f and c in twice and f.field in FIELDS
    )
    notes += [f"two columns of one title, neither taken: {', '.join(doubled)}"] * bool(doubled)
    return names, "; ".join(notes)


def _look_at(
    table: Path, found: Tables, wanted: frozenset[str], instance: int
) -> tuple[TableReport, bool]:
    """What a table gave, and whether it is a fault where that is nothing."""
    if kind := foreign_kind(table.name):
        note = f"it is {kind}, which is not read; save it as CSV"
        return TableReport(table.name, note=note), False
    columns = columns_of(table)
    names, note = wanted_columns(columns, instance)
    place = id_column(columns)
    if place is None:
        if not names:
            return TableReport(table.name, note="it is no table of participants"), False
        if not _numbered_by_first(table, columns[0], wanted):
            return TableReport(table.name, note="it has no column of participants (eid)"), True
        place, note = 0, "; ".join(filter(None, (note, "participants taken from its first column")))
    if not names:
        return TableReport(table.name, note=_other_visits(columns, instance)), False
    names.pop(columns[place], None)
    return _take(table, {columns[place]: _ID} | names, note, found, wanted)


def _take(
    table: Path, names: dict[str, str], note: str, found: Tables, wanted: frozenset[str]
) -> tuple[TableReport, bool]:
    """Add what a table says of the wanted participants to all that is found."""
    rows: dict[str, Row] = {}
    differing: dict[str, set[str]] = {}
    met = Counter[str]()
    for eid, row in _rows(table, names, wanted, met):
        differing.setdefault(eid, set()).update(_merge(rows.setdefault(eid, {}), row))
    if met["rounded"] or (met["others"] and not rows):
        return TableReport(table.name, note=_ROUNDED if met["rounded"] else _OTHERS), True
    for eid, row in rows.items():
        between = differing[eid] | _merge(found.values.setdefault(eid, {}), row)
        if between:
            reason = f"rows of this participant differ in {', '.join(sorted(between))}"
            found.problems.append(Problem(eid, table.name, reason, "cohort.contradictory_rows"))
    fields = dict.fromkeys(key for row in rows.values() for key in row)
    return TableReport(table.name, sum(map(bool, rows.values())), tuple(fields), note), True


def _rows(
    table: Path, names: Mapping[str, str], wanted: frozenset[str], met: Counter[str]
) -> Iterator[tuple[str, Row]]:
    """Participant and values of each wanted row; other rows and rounded numbers are counted."""
    column = next(column for column, name in names.items() if name == _ID)
    for part in table_parts(table, names.keys()):
        ids = [participant_id(cell_text(value)) for value in part[column]]
        here = [place for place, eid in enumerate(ids) if eid in wanted]
        met["rounded"] += ids.count(None)
        met["others"] += len(ids) - ids.count("") - len(here)
        values = part.iloc[here].drop(columns=column).to_dict(orient="records")
        for place, record in zip(here, values, strict=True):
            yield from ((str(ids[place]), row) for row in _row_of(record, names))


def _row_of(record: Mapping[Any, object], names: Mapping[str, str]) -> list[Row]:
    """The values of a row by their names; two columns of one field are as if in two rows."""
    rows: list[Row] = [{}]
    for column, value in record.items():
        name, text = names[str(column)], cell_text(value)
        if text and name in rows[0]:
            rows.append({name: text})
        elif text:
            rows[0][name] = text
    return rows


def _merge(row: Row, more: Row) -> set[str]:
    """Add what another row says; the names of what it says otherwise."""
    differing = {
        key for key, text in more.items() if key in row and not _alike(key, row[key], text)
    }
    for key, text in more.items():
        row.setdefault(key, text)
    return differing


def _alike(key: str, one: str, other: str) -> bool:
    if key == "sex":
        plain = [text.lower().removesuffix(".0") for text in (one, other)]
        return SEXES.get(plain[0], plain[0]) == SEXES.get(plain[1], plain[1])
    a, b = number_in(one), number_in(other)
    return one == other or abs(a - b) <= _SAME * max(abs(a), abs(b))


def _numbered_by_first(table: Path, column: str, wanted: frozenset[str]) -> bool:
    """Whether the first column, whatever it is called, holds numbers of participants."""
    lengths, rows, whole, met = {len(eid) for eid in wanted}, 0, 0, False
    for part in table_parts(table, [column]):
        ids = [participant_id(text) for value in part.iloc[:, 0] if (text := cell_text(value))]
        rows += len(ids)
        whole += sum(one is not None and one.isdigit() and len(one) in lengths for one in ids)
        met = met or not wanted.isdisjoint(ids)
    return met and whole >= _MOSTLY * rows


def _other_visits(columns: Sequence[str], instance: int) -> str:
    """Why a table of participants tells nothing of a visit."""
    found = [read for column in columns if (read := read_column(column)) and read.field in FIELDS]
    visits = sorted({one.instance for one in found if one.field != SEX and one.array == 0})
    if visits:
        return f"it has no field of instance {instance}, but of {', '.join(map(str, visits))}"
    return "it has none of the fields that are read"


def _settled(row: Row, apart: Counter[str]) -> Row:
    """Height and weight of the imaging visit, from their other sources where that is missing."""
    row = dict(row)
    height, weight, bmi = (
        row.pop(key, "") for key in ("imaging_height_cm", "imaging_weight_kg", "bmi")
    )
    if LEAST_HEIGHT_CM <= number_in(height) <= LIMITS["height_cm"][1]:
        apart["height"] += (
            abs(number_in(row.get("height_cm", height)) - number_in(height)) > _APART_CM
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


def _heights_apart(count: int) -> str:
    return (
        f"Of {count} participants fields 12144 and 50 differ by more than {_APART_CM:g} cm: 12144, "
        "of the imaging visit, is taken."
    )
