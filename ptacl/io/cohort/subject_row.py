"""One row of a cohort's table on its way to a `Subject`, gathering what is wrong with it."""

import math
import re
from collections.abc import Mapping

from ptacl.io.person_limits import LIMITS, slip
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
"""Values outside are slips of unit or of keyboard: 1.75 as a height, 999 as an age."""

_EMPTY = {"", "nan", "na", "none", "null", "<na>", "n/a", "#n/a"}
_DECIMAL_COMMA = re.compile(r"^([-+]?\d+),(\d+)$")


def cell_text(value: object) -> str:
    """A cell of any table as text; empty where it holds nothing."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text.lower() in _EMPTY else text


def number_in(text: str) -> float:
    """The number of a cell, its decimals after a point or a comma; NaN where it is none.

    Example:
        >>> number_in("58,3"), number_in("58.3"), number_in("many")
        (58.3, 58.3, nan)
    """
    try:
        return float(_DECIMAL_COMMA.sub(r"\1.\2", text))
    except ValueError:
        return math.nan


def _likely(key: str, number: float) -> str:
    """The slip of unit that a value outside its range looks like; empty where none is known."""
    if key in POSSIBLE and 0 < number < POSSIBLE[key][0]:
        return {"pct": "a share of 1", "ml": "litres", "g": "kilograms"}[key.rpartition("_")[2]]
    return slip(key, number)[0]


class SubjectRow:
    """A row of texts under the names of `Subject` and `phenotypes`.

    Args:
        subject_id: whose row it is.
        row: column → text, empty or absent where unknown.
        table: name of the table, for the problems.
    """

    def __init__(self, subject_id: str, row: Mapping[str, str], table: str) -> None:
        self._id, self._row, self._table = subject_id, row, table
        self.problems: list[Problem] = []

    def add(self, file: str, reason: str, code: str) -> None:
        """Note what is wrong, with its error code."""
        self.problems.append(Problem(self._id, file, reason, code))

    def subject(self) -> Subject:
        """The covariates and phenotypes; what cannot be is a problem and left out."""
        values = {key: self.number(key) for key in ("age_years", "height_cm", "weight_kg")}
        phenotypes = {key: v for key in PHENOTYPE_KEYS if (v := self.number(key)) is not None}
        return Subject(self._id, sex=self._sex(), **values, phenotypes=phenotypes)

    def number(self, key: str) -> float | None:
        """The value of a column of `RANGES`."""
        value = self._row.get(key, "")
        low, high = RANGES[key]
        if not value:
            return None
        number = number_in(value)
        if not low <= number <= high:
            like = _likely(key, number)
            hint = f"; that looks like {like}" if like else ""
            reason = f"{key} is {value[:12]!r}, outside {low:g} to {high:g}{hint}"
            self.add(self._table, reason, "cohort.invalid_value")
        return number

    def _sex(self) -> Sex | None:
        # A column of whole numbers with a gap in it is written as 1.0.
        value = self._row.get("sex", "").lower().removesuffix(".0")
        if value and value not in SEXES:
            reason = f"sex is {value[:12]!r}, none of female, f, 0, male, m, 1"
            self.add(self._table, reason, "cohort.invalid_value")
        return SEXES.get(value)
