"""Sex and age as a file states them, in fields of their own; nothing else of a person is read."""

import re

from ptacl.io.person_limits import LIMITS
from ptacl.types import Person, Sex

_SEXES: dict[str, Sex] = {"f": "female", "female": "female", "m": "male", "male": "male"}
_PER_YEAR = {"y": 1.0, "m": 12.0, "w": 52.18, "d": 365.25}
"""Units of an age by their first letter."""
_AGE = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)\s*([ymwd][a-z]*)?")
OLDEST_YEARS = LIMITS["age_years"][1]
"""What is older stands for an age that is hidden or unknown: 300 in PTB-XL, 999 on carts."""
_COMMENT = re.compile(rb"^#(.{0,200})", re.MULTILINE)
_COMMENTED = re.compile(
    r"<?\b(age|sex|gender)>?\s*[:=]\s*([\w.]{1,12}(?: [a-z]{1,6})?)\s*(?=$|[,;<])"
)


def stated_person(sex: str, age: str = "", age_unit: str = "") -> Person:
    """A person of stated sex and age; whatever is no plain statement of them is left out.

    Args:
        sex: such as ``F`` or ``male``.
        age: a number, in years unless a unit stands behind it, as in DICOM's ``063Y`` and ``18M``.
        age_unit: where a file keeps it apart: ``YEARS``.

    Example:
        >>> stated_person("Male", "063Y")
        Person(sex='male', age_years=63.0, height_cm=None, weight_kg=None)
        >>> stated_person("unknown", "300") == Person()
        True
    """
    return Person(_SEXES.get(sex.strip().lower()), _years(f"{age.strip()} {age_unit}".strip()))


def commented_person(header: bytes) -> Person:
    """The person of a WFDB header whose comments state an age or a sex.

    Two spellings are in use: ``# Age: 56`` on a line of its own, and ``#<age>: 56 <sex>: M``.
    """
    said: dict[str, str] = {}
    for comment in _COMMENT.findall(header):
        for name, value in _COMMENTED.findall(comment.decode("utf-8", "replace").strip().lower()):
            said.setdefault("sex" if name == "gender" else name, value)
    return stated_person(said.get("sex", ""), said.get("age", ""))


def _years(age: str) -> float | None:
    found = _AGE.fullmatch(age.lower())
    if found is None:
        return None
    years = float(found[1]) / _PER_YEAR[(found[2] or "y")[0]]
    return years if 0 < years <= OLDEST_YEARS else None
