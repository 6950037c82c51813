"""Metadata in the keys of plain JSON: rate, unit, lead names, and scales.

There is no standard. Only explicit keys are used; a bare ``frequency`` may be that of the mains or
of a filter, and a gain or a resolution may or may not have been applied.
"""

import re
from collections.abc import Mapping
from typing import TypeGuard

import numpy as np

from ptacl.errors import BadInput

Metadata = dict[str, np.ndarray]
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
    values = {plain(key): value for key, value in record.items()}
    return next((values[key] for key in keys if key in values), None)


def is_number(value: object) -> TypeGuard[float | None]:
    """Return whether a value can be a sample: a number, or null for a missing one."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def metadata_of(where: str, record: Mapping[str, object]) -> Metadata:
    """Return rate, unit and lead names stated by a record and its metadata.

    Raises:
        BadInput: two keys state different rates or units.
    """
    entries = [
        (plain(key), value) for source in _metadata_records(record) for key, value in source.items()
    ]
    rates = {_rate(value) for key, value in entries if _RATE.fullmatch(key)} - {None}
    units = {_unit(value) for key, value in entries if _UNIT.fullmatch(key)} - {None}
    if len(rates) > 1 or len(units) > 1:
        message = "its keys contradict each other about the rate or the unit"
        raise BadInput(
            where,
            message,
            "leave the one that belongs to the samples",
            code="ecg.contradictory_rate",
        )
    names = [value for key, value in entries if _NAMES.fullmatch(key) and _are_texts(value)]
    candidates = (("fs", list(rates)), ("unit", list(units)), ("lead_names", names))
    return {key: np.array(values[0]) for key, values in candidates if values}


def refuse_scale(where: str, record: Mapping[str, object]) -> None:
    """Refuse a record that states a scale without stating whether it was applied.

    Raises:
        BadInput: a non-trivial gain, resolution or zero other than a paper scale (mm/mV).
    """
    for key, value in [item for source in _metadata_records(record) for item in source.items()]:
        trivial = value in (None, "", 0, 1, 1.0) or isinstance(value, bool)
        on_paper = isinstance(value, str) and "mm" in value
        if _SCALE.fullmatch(plain(key)) and not trivial and not on_paper:
            raise BadInput(
                where,
                "it states a gain, a resolution or a zero, and not what its samples are then",
                "write the samples in mV or µV, without a separate scale",
                code="ecg.no_scale",
            )


def refuse_kardia(where: str, record: Mapping[str, object]) -> None:
    """Refuse exports of the Kardia service, naming the format.

    Format: the recording of the Kardia API: ``data.raw`` with ``amplitudeResolution`` and at most
    six limb leads, or ``data12L``, for which no resolution is published.

    Raises:
        BadInput: it is a Kardia recording.
    """
    if "data12L" in record:
        message = "it is a Kardia 12L recording, which lacks the resolution of its samples"
        raise BadInput(
            where, message, "export it as DICOM, HL7 aECG or SCP-ECG", code="ecg.no_scale"
        )
    inside = [record, *(item for item in record.values() if isinstance(item, dict))]
    if any("amplitudeResolution" in item and "mainsFrequency" in item for item in inside):
        message = "it is a Kardia recording of limb leads, without the chest leads V1 to V6"
        raise BadInput(where, message, "give a 12-lead ECG", code="ecg.missing_leads")


def _metadata_records(record: Mapping[str, object]) -> list[Mapping[str, object]]:
    about = (value for key, value in record.items() if _ABOUT.fullmatch(plain(key)))
    return [record, *(item for item in about if isinstance(item, dict))]


def _rate(value: object) -> float | None:
    if isinstance(value, str) and (match := _RATE_TEXT.fullmatch(value)):
        return float(match[1])
    return float(value) if is_number(value) and value is not None else None


def _unit(value: object) -> str | None:
    if _are_texts(value) and len(set(value)) == 1:
        return value[0]
    return value if isinstance(value, str) else None


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
