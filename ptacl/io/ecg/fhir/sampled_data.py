"""Samples of a FHIR Observation: decoding of ``SampledData``, and the lead of its code.

Standard: HL7 FHIR R4 (``period`` in ms) and R5 (``interval`` and ``intervalUnit``): value = origin
+ factor · datum, where E, U and L mark errors and values above or below the limits. Lead codes:
ISO/IEEE 11073-10101 (MDC), and the LOINC parts of HL7 Germany's ECG profile.
"""

import re
from dataclasses import dataclass

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import as_number
from ptacl.io.ecg.fhir.resource import Resource, part, parts, text
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES, canonical_lead
from ptacl.io.ecg.recording import Channel
from ptacl.io.ecg.text.sample_text import numbers_in
from ptacl.io.ecg.units import is_voltage, seconds_per

_MDC_BASES = (131072, 131328)
"""``MDC_ECG_LEAD`` and ``MDC_ECG_ELEC_POTL``; a lead's code is one of them plus its SCP-ECG code.
"""
_LOINC_PARTS = {
    "LP7386-8": "I", "LP7387-6": "II", "LP7388-4": "III",
    "LP7385-0": "aVR", "LP7384-3": "aVL", "LP7383-5": "aVF",
    "LP7389-2": "V1", "LP7390-0": "V2", "LP7391-8": "V3",
    "LP7392-6": "V4", "LP7393-4": "V5", "LP7394-2": "V6",
}  # fmt: skip
_MARKS = re.compile(r"(?<!\S)[EUL](?!\S)")


@dataclass(frozen=True, slots=True)
class Wave:
    """A lead, or a part of one."""

    channel: Channel
    rate_hz: float | None


def lead_of(where: str, record: Resource) -> str | None:
    """Return the lead of an Observation or component by its code; None if it has none.

    Raises:
        BadInput: codes and names refer to different leads.
    """
    concept = part(record, "code")
    codings = parts(concept, "coding")
    named = {_lead_of_code(text(coding, "code")) for coding in codings}
    named |= {_lead_of_words(text(coding, "display")) for coding in codings}
    leads = (named | {_lead_of_words(text(concept, "text"))}) - {None}
    if len(leads) > 1:
        raise BadInput(
            where,
            "a lead's code and name mean different leads",
            "correct one of them",
            code="ecg.contradictory_leads",
        )
    return leads.pop() if leads else None


def wave_of(where: str, record: Resource) -> Wave | None:
    """Return the samples of an Observation or component; None if it holds no lead.

    Raises:
        BadInput: not evenly sampled, or without a factor.
    """
    sampled = part(record, "valueSampledData")
    lead = lead_of(where, record)
    if not sampled or lead is None:
        return None
    if (as_number(text(sampled, "dimensions")) or 1.0) != 1.0 or text(sampled, "offsets"):
        message = "its samples have several dimensions, or times of their own"
        raise BadInput(
            where,
            message,
            "export each lead as a SampledData at a steady rate",
            code="ecg.sample_format",
        )
    origin = part(sampled, "origin")
    samples = _numbers(where, text(sampled, "data")) * _factor(where, sampled)
    samples += as_number(text(origin, "value")) or 0.0
    return Wave(Channel(lead, samples, _unit(origin)), _rate_hz(sampled))


def _numbers(where: str, data: str) -> np.ndarray:
    return numbers_in(where, _MARKS.sub("nan", data), " ")


def _factor(where: str, sampled: Resource) -> float:
    if "factor" not in sampled:
        return 1.0
    factor = as_number(text(sampled, "factor"))
    if not factor:
        raise BadInput(where, "its factor is missing", "export it again", code="ecg.no_scale")
    return factor


def _unit(origin: Resource) -> str | None:
    units = [text(origin, "code"), text(origin, "unit")]
    return next(filter(is_voltage, units), None) or next(filter(None, units), None)


def _rate_hz(sampled: Resource) -> float | None:
    interval, unit = as_number(text(sampled, "interval")), text(sampled, "intervalUnit")
    if interval is None:
        interval, unit = as_number(text(sampled, "period")), "ms"
    if not interval or interval < 0:
        return None
    if unit.lower() in ("hz", "/s"):
        return interval
    seconds = seconds_per(unit)
    return round(1 / (interval * seconds), 6) if seconds else None


def _lead_of_code(code: str) -> str | None:
    if code.isdecimal() and len(code) < 9:
        leads = (SCP_LEAD_CODES.get(int(code) - base) for base in _MDC_BASES)
        return next(filter(None, leads), None)
    return _LOINC_PARTS.get(code) or _lead_of_words(code)


def _lead_of_words(words: str) -> str | None:
    return canonical_lead(re.sub(r"(?i)\bMDC_ECG_ELEC_POTL_", "", words))
