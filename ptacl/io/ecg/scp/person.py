"""Sex and age in section 1 of an SCP-ECG record; nothing else of the patient is read.

Standard: EN 1064:2005+A1:2007, 5.4: fields of a tag, a length and a value; tag 4 is the age, tag 8
the sex. Names, ids and the date of birth have other tags and are not read.
"""

from collections.abc import Mapping
from contextlib import suppress

from ptacl.errors import BadInput
from ptacl.io.ecg.scp.sections import fields
from ptacl.io.stated_person import stated_person
from ptacl.types import UNKNOWN_PERSON, Person

_PATIENT = 1
_AGE, _SEX, _END = 4, 8, 255
_FIELD_HEADER = 3
_UNITS = {1: "years", 2: "months", 3: "weeks", 4: "days"}
"""Of an age; 0 means unspecified, and hours (5) are not those of an adult."""
_SEXES = {1: "male", 2: "female"}


def read_person(where: str, sections: Mapping[int, bytes]) -> Person:
    """Return sex and age as stated in section 1; nothing from damaged fields."""
    age, unit, sex = "", "", ""
    with suppress(BadInput):
        for tag, size, at in _fields(where, sections.get(_PATIENT, b"")):
            if tag == _AGE and size == 3:
                number, code = fields(where, sections[_PATIENT], at, "HB")
                age, unit = (str(number), _UNITS[code]) if code in _UNITS else ("", "")
            elif tag == _SEX and size == 1:
                sex = _SEXES.get(sections[_PATIENT][at], "")
        return stated_person(sex, age, unit)
    return UNKNOWN_PERSON


def _fields(where: str, body: bytes) -> list[tuple[int, int, int]]:
    """Return tag, length and offset of the value of each complete field of the section."""
    complete, at = [], 0
    while at + _FIELD_HEADER <= len(body) and body[at] != _END:
        tag, size = fields(where, body, at, "BH")
        at += _FIELD_HEADER
        if at + size <= len(body):
            complete.append((tag, size, at))
        at += size
    return complete
