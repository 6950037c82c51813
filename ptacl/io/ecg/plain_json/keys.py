"""Metadata in the keys of plain JSON: rate, unit, lead names, and scales.

There is no standard. Only explicit keys are used; a bare ``frequency`` may be that of the mains or
of a filter, and a gain or a resolution may or may not have been applied.
"""

import re
from collections.abc import Mapping
from typing import TypeGuard

import numpy as np

from ptacl.errors import BadInput

Told = dict[str, np.ndarray]
"""As `named_arrays.recording_of` expects them: ``fs``, ``unit``, ``lead_names``, and the leads."""

_RATE = re.compile(r"sampl(e|ing)(rate|freq|frequency)(hz|inhz)?|ratehz|fs(hz)?")
_RATE_TEXT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(hz)?\s*", re.IGNORECASE)
_UNIT = re.compile(r"(amplitude|voltage|signal)?units?")
_NAMES = re.compile(
    r"leads?|lead(names|order)|channels|channelnames|signames?|names|labels|columns"
)
_SCALE = re.compile(
    r"(adc)?gain|(amplitude|adc|signal)?resolution|(amplitude)?scale(factor)?|scaling|lsb\w*|"
    r"(adc)?zero|baseline|\w+per(bit|lsb|mv|adu|count|unit)|conversionfactor"
)
_ABOUT = re.compile(
    r"meta(data)?|info|header|attributes|properties|acquisition|(recording|signal|ecg)(info|meta)"
)
"""Nested records with metadata of the leads."""


def plain(key: str) -> str:
    """Normalise a key to lower-case letters: ``Sampling Rate (Hz)`` is ``samplingratehz``."""
    return re.sub(r"[^a-z0-9]", "", key.lower())


def value_under(record: object, keys: tuple[str, ...]) -> object:
    """Return the value under the first of some normalised keys; None if there is none."""
    if not isinstance(record, dict):
        return None
    held = {plain(key): value for key, value in record.items()}
    return next((held[key] for key in keys if key in held), None)


def is_number(value: object) -> TypeGuard[float | None]:
    """Return whether a value can be a sample: a number, or null for a missing one."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def told_by(where: str, record: Mapping[str, object]) -> Told:
    """Return rate, unit and lead names stated by a record and its metadata.

    Raises:
        BadInput: two keys state different rates or units.
    """
    held = [(plain(key), value) for one in _speaking(record) for key, value in one.items()]
    rates = {_rate(value) for key, value in held if _RATE.fullmatch(key)} - {None}
    units = {_unit(value) for key, value in held if _UNIT.fullmatch(key)} - {None}
    if len(rates) > 1 or len(units) > 1:
        found = "its keys contradict each other in the rate or the unit"
        raise BadInput(
            where, found, "leave the one that belongs to the samples", code="ecg.contradictory_rate"
        )
    names = [value for key, value in held if _NAMES.fullmatch(key) and _are_texts(value)]
    said = (("fs", list(rates)), ("unit", list(units)), ("lead_names", names))
    return {key: np.array(values[0]) for key, values in said if values}


def expect_no_scale(where: str, record: Mapping[str, object]) -> None:
    """Refuse a record that states a scale without stating whether it was applied.

    Raises:
        BadInput: a non-trivial gain, resolution or zero other than a paper scale (mm/mV).
    """
    for key, value in [item for one in _speaking(record) for item in one.items()]:
        trivial = value in (None, "", 0, 1, 1.0) or isinstance(value, bool)
        on_paper = isinstance(value, str) and "mm" in value
        if _SCALE.fullmatch(plain(key)) and not trivial and not on_paper:
            raise BadInput(
                where,
                "it states a gain, a resolution or a zero, and not what its samples are then",
                "write the samples in mV or µV, without a scale beside them",
                code="ecg.no_scale",
            )


def expect_no_kardia(where: str, record: Mapping[str, object]) -> None:
    """Refuse exports of the Kardia service, naming the format.

    Format: the recording of the Kardia API: ``data.raw`` with ``amplitudeResolution`` and at most
    six limb leads, or ``data12L``, for which no resolution is published.

    Raises:
        BadInput: it is a Kardia recording.
    """
    if "data12L" in record:
        found = "it is a Kardia 12L recording, whose file does not say its resolution"
        raise BadInput(where, found, "export it as DICOM, HL7 aECG or SCP-ECG", code="ecg.no_scale")
    inside = [record, *(one for one in record.values() if isinstance(one, dict))]
    if any("amplitudeResolution" in one and "mainsFrequency" in one for one in inside):
        found = "it is a Kardia recording of limb leads, without the chest leads V1 to V6"
        raise BadInput(where, found, "give a 12-lead ECG", code="ecg.missing_leads")


def _speaking(record: Mapping[str, object]) -> list[Mapping[str, object]]:
    about = (value for key, value in record.items() if _ABOUT.fullmatch(plain(key)))
    return [record, *(one for one in about if isinstance(one, dict))]


def _rate(value: object) -> float | None:
    if isinstance(value, str) and (found := _RATE_TEXT.fullmatch(value)):
        return float(found[1])
    return float(value) if is_number(value) and value is not None else None


def _unit(value: object) -> str | None:
    if _are_texts(value) and len(set(value)) == 1:
        return value[0]
    return value if isinstance(value, str) else None


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
