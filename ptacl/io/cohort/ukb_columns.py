"""Columns of UK Biobank's tables: which field, instance and array, however a converter spells it.

======================================================  ==========================================
``24103-2.0``                                           UK Biobank's own csv
``f.24103.2.0``, ``X24103.2.0``                         its tables for R; the csv after read.csv
``n_24103_2_0``                                         Stata (``s_`` for text)
``lv_ejection_fraction_f24103_2_0``                     ukbtools (Hanscombe et al., 2019)
``p24103_i2``, ``participant.p24103_i2_a0``             the Research Analysis Platform
``LV ejection fraction | Instance 2``                   the platform's titles; R makes points of the
                                                        blanks and of the bar
``… | Instance 2(participant - p24103_i2)``             both
======================================================  ==========================================

LVEF is there three times (22420, 24103, 31060, of different analyses) under one title, and other
left ventricular phenotypes twice. A number decides; a title alone is taken for the field of
category 157 and marked as such (`Column.by_title`).
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
"""Fields that are read, and the names of their values."""
SHARED_TITLES = frozenset({24100, 24101, 24102, 24103})
"""Fields whose title other analyses of the same images share (22420–22423, 31060 …)."""

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
"""Titles of the Showcase in lower case, all else but letters and figures a blank."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table holds."""

    field: int
    instance: int
    array: int
    by_title: bool = False
    """Whether the title alone says so."""

    @property
    def place(self) -> tuple[int, int, int]:
        """Field, instance and array index."""
        return self.field, self.instance, self.array


def field_of(column: str) -> tuple[int, int, int] | None:
    """Field, instance and array index of a column; None where it is no field.

    Example:
        >>> [field_of(name) for name in ("24103-2.0", "X24103.2.0", "p24103_i2", "p31")]
        [(24103, 2, 0), (24103, 2, 0), (24103, 2, 0), (31, 0, 0)]
    """
    found = read_column(column)
    return found.place if found else None


def read_column(column: str) -> Column | None:
    """What a column holds; None where neither its name nor a title known here says so.

    Example:
        >>> read_column("LV.ejection.fraction...Instance.2")
        Column(field=24103, instance=2, array=0, by_title=True)
    """
    name = column.strip()
    if inside := _IN_BRACKETS.search(name):
        name = inside[1]
    for spelling in _SPELLINGS:
        if match := spelling.fullmatch(name):
            number = {key: int(value or 0) for key, value in match.groupdict().items()}
            return Column(number["field"], number["instance"], number["array"])
    title = _TITLE.fullmatch(re.sub(r"[^a-z0-9]+", " ", name.lower()).strip())
    if title is None or title[1] not in _TITLES:
        return None
    return Column(_TITLES[title[1]], int(title[2] or 0), int(title[3] or 0), by_title=True)
