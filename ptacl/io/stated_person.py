"""Sex and age from dedicated fields of a file; no other personal data are read."""

import re

from ptacl.io.person_limits import LIMITS
from ptacl.types import Person, Sex

_SEXES: dict[str, Sex] = {"f": "female", "female": "female", "m": "male", "male": "male"}
_PER_YEAR = {"y": 1.0, "m": 12.0, "w": 52.18, "d": 365.25}
"""Units of an age by their first letter."""
_AGE = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)\s*([ymwd][a-z]*)?")
OLDEST_YEARS = LIMITS["age_years"][1]
"""Larger values encode a hidden or unknown age: 300 in PTB-XL, 999 on ECG carts."""
_COMMENT = re.compile(rb"^#(.{0,200})", re.MULTILINE)
_COMMENTED = re.compile(
    r"<?\b(age|sex|gender)>?\s*[:=]\s*([\w.]{1,12}(?: [a-z]{1,6})?)\s*(?=$|[,;<])"
)


def stated_person(sex: str, age: str = "", age_unit: str = "") -> Person:
    """Parse sex and age; a value that cannot be interpreted is None.

    Args:
        sex: text such as ``F`` or ``male``.
        age: a number, in years unless followed by a unit, as in DICOM's ``063Y`` and ``18M``.
        age_unit: unit from a separate field of the file, such as ``YEARS``.

    Example:
        >>> stated_person("Male", "063Y")
        Person(sex='male', age_years=63.0, height_cm=None, weight_kg=None)
        >>> stated_person("unknown", "300") == Person()
        True
    """
    return Person(_SEXES.get(sex.strip().lower()), _years(f"{age.strip()} {age_unit}".strip()))


def commented_person(header: bytes) -> Person:
    """Parse age and sex from the comments of a WFDB header.

    Two spellings are in use: ``# Age: 56`` on a separate line, and ``#<age>: 56 <sex>: M``.
    """
    values: dict[str, str] = {}
    for comment in _COMMENT.findall(header):
        for name, value in _COMMENTED.findall(comment.decode("utf-8", "replace").strip().lower()):
            values.setdefault("sex" if name == "gender" else name, value)
    return stated_person(values.get("sex", ""), values.get("age", ""))


def _years(age: str) -> float | None:
    match = _AGE.fullmatch(age.lower())
    if match is None:
        return None
    years = float(match[1]) / _PER_YEAR[(match[2] or "y")[0]]
    return years if 0 < years <= OLDEST_YEARS else None
