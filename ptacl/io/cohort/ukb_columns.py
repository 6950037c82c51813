"""Parsing of UK Biobank column names into field, instance and array index.

======================================================  ==========================================
``24103-2.0``                                           UK Biobank's csv
``f.24103.2.0``, ``X24103.2.0``                         its tables for R; the csv after read.csv
``n_24103_2_0``                                         Stata (``s_`` for text)
``lv_ejection_fraction_f24103_2_0``                     ukbtools (Hanscombe et al., 2019)
``p24103_i2``, ``participant.p24103_i2_a0``             the Research Analysis Platform
``LV ejection fraction | Instance 2``                   the platform's titles; R writes points for
                                                        the blanks and the bar
``… | Instance 2(participant - p24103_i2)``             both
======================================================  ==========================================

Three fields of different analyses share the title of LVEF (22420, 24103, 31060), and other left
ventricular phenotypes have two fields each. A field number is unambiguous; a title alone is
interpreted as the field of category 157 and marked as such (`Column.by_title`).
"""

import re
from dataclasses import dataclass

from ptacl.phenotypes import PHENOTYPES

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
"""Fields that are read → names of their values."""
SHARED_TITLES = frozenset({24100, 24101, 24102, 24103})
"""Fields that share their title with other analyses of the same images (22420–22423, 31060 …)."""

_NUMBER = r"(?P<field>\d+)"
_SPELLINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NUMBER}[-._](?P<instance>\d+)[._](?P<array>\d+)",
        rf"(?:x|(?:f|n|s)[._]){_NUMBER}[._](?P<instance>\d+)[._](?P<array>\d+)",
        rf"(?:.*_)?f{_NUMBER}_(?P<instance>\d+)_(?P<array>\d+)",
        rf"(?:participant[._])?p{_NUMBER}(?:_i(?P<instance>\d+))?(?:_a(?P<array>\d+))?",
    )
)
_IN_BRACKETS = re.compile(r"\(\s*participant\s*-\s*(\w+)\s*\)$", re.IGNORECASE)
_TITLE = re.compile(r"(.+?)(?: instance (\d+))?(?: array (\d+))?")
_TITLES = {
    "sex": SEX,
    "age when attended assessment centre": AGE,
    "standing height": HEIGHT,
    "height": IMAGING_HEIGHT,
    "weight": WEIGHT,
    "weight pre imaging": IMAGING_WEIGHT,
    "body mass index bmi": BMI,
    "lv end diastolic volume": 24100,
    "lv end systolic volume": 24101,
    "lv stroke volume": 24102,
    "lv ejection fraction": 24103,
    "lv myocardial mass": 24105,
    "rv end diastolic volume": 24106,
    "rv end systolic volume": 24107,
    "rv stroke volume": 24108,
    "rv ejection fraction": 24109,
}
"""Titles of the Showcase in lower case, all but letters and digits replaced by blanks."""


@dataclass(frozen=True, slots=True)
class Column:
    """Field, instance and array index of a column."""

    field: int
    instance: int
    array: int
    by_title: bool = False
    """Whether the field was identified by its title only."""

    @property
    def index(self) -> tuple[int, int, int]:
        """Field, instance and array index as a tuple."""
        return self.field, self.instance, self.array


def field_of(column: str) -> tuple[int, int, int] | None:
    """Return field, instance and array index of a column; None if it is not a UK Biobank field.

    Example:
        >>> [field_of(name) for name in ("24103-2.0", "X24103.2.0", "p24103_i2", "p31")]
        [(24103, 2, 0), (24103, 2, 0), (24103, 2, 0), (31, 0, 0)]
    """
    parsed = read_column(column)
    return parsed.index if parsed else None


def read_column(column: str) -> Column | None:
    """Parse the name or title of a column; None if it is not a known UK Biobank field.

    Example:
        >>> read_column("LV.ejection.fraction...Instance.2")
        Column(field=24103, instance=2, array=0, by_title=True)
    """
    name = column.strip()
    if bracketed := _IN_BRACKETS.search(name):
        name = bracketed[1]
    for spelling in _SPELLINGS:
        if match := spelling.fullmatch(name):
            numbers = {key: int(value or 0) for key, value in match.groupdict().items()}
            return Column(numbers["field"], numbers["instance"], numbers["array"])
    title = _TITLE.fullmatch(re.sub(r"[^a-z0-9]+", " ", name.lower()).strip())
    if title is None or title[1] not in _TITLES:
        return None
    return Column(_TITLES[title[1]], int(title[2] or 0), int(title[3] or 0), by_title=True)
