"""Conversion of a table row to a `Subject`, with its problems."""

import math
import re
from collections.abc import Mapping

from ptacl.io.person_limits import LIMITS, likely_mistake
from ptacl.phenotypes import PHENOTYPE_KEYS, POSSIBLE
from ptacl.types import Problem, Sex, Subject

SEXES: dict[str, Sex] = {
    "female": "female", "f": "female", "0": "female", "woman": "female",
    "male": "male", "m": "male", "1": "male", "man": "male",
}  # fmt: skip
RANGES = (
    {"ecg_rate_hz": (100.0, 2000.0), "rr_ms": (250.0, 3000.0), "cine_rr_ms": (250.0, 3000.0)}
    | LIMITS
    | POSSIBLE
)
"""Values outside are wrong units or typing errors: 1.75 as a height, 999 as an age."""

_EMPTY = {"", "nan", "na", "none", "null", "<na>", "n/a", "#n/a"}
_LONGEST_ID = 128
_DECIMAL_COMMA = re.compile(r"^([-+]?\d+),(\d+)$")


def cell_text(value: object) -> str:
    """Convert a table cell to text; empty if the value is missing."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text.lower() in _EMPTY else text


def id_problem(subject_id: str) -> str:
    """Return why a text is no subject id, as a clause; empty if it is one.

    Ids become cells of tables, parts of addresses and names of files: one that is a formula, a
    path or markup is a mistake, or worse. The clause does not quote it.

    Example:
        >>> id_problem("9000001"), id_problem("=1+1")
        ('', 'the subject_id begins with a sign that spreadsheets compute')
    """
    if len(subject_id) > _LONGEST_ID:
        return f"the subject_id is longer than {_LONGEST_ID} characters"
    if subject_id[:1] in ("=", "+", "-", "@"):
        return "the subject_id begins with a sign that spreadsheets compute"
    if not subject_id.isprintable() or set(subject_id) & set('<>/\\|"`'):
        return "the subject_id holds a character that no id has (such as < > / or a tab)"
    return ""


def number_in(text: str) -> float:
    """Parse a number with decimal point or comma; NaN if the text is not a number.

    Example:
        >>> number_in("58,3"), number_in("58.3"), number_in("many")
        (58.3, 58.3, nan)
    """
    try:
        return float(_DECIMAL_COMMA.sub(r"\1.\2", text))
    except ValueError:
        return math.nan


def _likely_unit(key: str, number: float) -> str:
    """Return the likely wrong unit of a value outside its range; empty if none is known."""
    if key in POSSIBLE and 0 < number < POSSIBLE[key][0]:
        return {"pct": "a fraction of 1", "ml": "litres", "g": "kilograms"}[key.rpartition("_")[2]]
    return likely_mistake(key, number)[0]


class SubjectRow:
    """A row of text cells, keyed by the names of `Subject` and `phenotypes`.

    Args:
        subject_id: the subject.
        row: column → text, empty or absent if unknown.
        table: name of the table, for messages.
    """

    def __init__(self, subject_id: str, row: Mapping[str, str], table: str) -> None:
        self._id, self._row, self._table = subject_id, row, table
        self.problems: list[Problem] = []

    def add(self, file: str, reason: str, code: str) -> None:
        """Add a problem of a file or of the table, with its error code."""
        self.problems.append(Problem(self._id, file, reason, code))

    def subject(self) -> Subject:
        """Return the subject; impossible values are added to `problems`."""
        age, height, weight = (self.number(key) for key in ("age_years", "height_cm", "weight_kg"))
        phenotypes = {key: v for key in PHENOTYPE_KEYS if (v := self.number(key)) is not None}
        return Subject(self._id, self._sex(), age, height, weight, phenotypes)

    def number(self, key: str) -> float | None:
        """Return the value of a column of `RANGES`, None if empty; report impossible values."""
        value = self._row.get(key, "")
        low, high = RANGES[key]
        if not value:
            return None
        number = number_in(value)
        if not low <= number <= high:
            unit = _likely_unit(key, number)
            hint = f"; that looks like {unit}" if unit else ""
            reason = f"{key} is {value[:12]!r}, outside {low:g} to {high:g}{hint}"
            self.add(self._table, reason, "cohort.invalid_value")
        return number

    def _sex(self) -> Sex | None:
        # pandas writes integers of a column with missing values as 1.0.
        value = self._row.get("sex", "").lower().removesuffix(".0")
        if value and value not in SEXES:
            reason = f"sex is {value[:12]!r}, not one of female, f, 0, male, m, 1"
            self.add(self._table, reason, "cohort.invalid_value")
        return SEXES.get(value)
