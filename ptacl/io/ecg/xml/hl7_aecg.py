"""HL7 annotated ECG (aECG), the FDA's format for ECGs of drug trials.

Standard: HL7 Version 3, PORT_MT020001 (Brown and Badilini, aECG Implementation Guide, 2005); codes
of leads and measurements: ISO/IEEE 11073-10102.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from xml.etree.ElementTree import Element

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import as_number, open_xml, root_name
from ptacl.io.ecg.device_measurements import rate_from_rr
from ptacl.io.ecg.leads.lead_groups import Group, align_groups
from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.leads.sentinels import sentinels_beyond_a_body, without_sentinels
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES, canonical_lead
from ptacl.io.ecg.mdc_codes import first_of_each, measurement_of
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.sample_text import numbers_in
from ptacl.io.ecg.units import is_voltage, millivolts_per, seconds_per
from ptacl.io.stated_person import stated_person

_VOLTAGES = 256
"""So much higher than the number of a lead (``MDC_ECG_LEAD``) is that of its voltage
(``MDC_ECG_ELEC_POTL``)."""


def is_hl7_aecg(content: bytes) -> bool:
    """Return whether content is XML with the root ``AnnotatedECG``."""
    return root_name(content) == "AnnotatedECG"


def read_hl7_aecg(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the rhythm, the representative beat and the device measurements.

    The rhythm is the longest set of all leads, or several sets combined: the columns of a printout,
    or separate limb and chest leads.

    Raises:
        BadInput: no rhythm, no scale, uneven times, or damaged.
    """
    root = open_xml(name, files[name])
    rhythms = _groups(name, root, of_beats=False)
    if not rhythms:
        raise BadInput(
            name,
            "it holds no rhythm",
            "export the ECG with its rhythm series",
            code="ecg.no_signal",
        )
    rhythm = align_groups(name, rhythms)
    beat, beat_rate_hz = _representative_beat(name, root)
    return Recording(
        rhythm.channels,
        rhythm.sample_rate_hz,
        _measurements(root),
        beat,
        beat_rate_hz,
        caveats=rhythm.caveats,
        stated=stated_person(_gender(root)),
    )


def _gender(root: Element) -> str:
    """Return the subject's sex: ``F`` or ``M`` in HL7's AdministrativeGender."""
    stated = root.find(".//administrativeGenderCode")
    return "" if stated is None else stated.get("code", "")


def _representative_beat(where: str, root: Element) -> tuple[tuple[Channel, ...], float | None]:
    try:
        beats = _groups(where, root, of_beats=True)
    except BadInput:  # a damaged median beat must not prevent reading the rhythm
        beats = []
    if not beats:
        return (), None
    beat = max(beats, key=lambda group: (len(group.leads), group.size))
    return without_duplicates(beat.channels)[0], beat.sample_rate_hz


def _groups(where: str, root: Element, of_beats: bool) -> list[Group]:
    """Return each ``sequenceSet`` that holds leads, as a group."""
    groups = []
    for series in root.iter():
        if series.tag not in ("series", "derivedSeries") or _is_of_beats(series) != of_beats:
            continue
        began_s = time_s(_value(series.find("effectiveTime/low")))
        for sequences in series.iterfind("component/sequenceSet"):
            group = _group(where, sequences, began_s)
            if group.channels:
                groups.append(group)
    return groups


def _is_of_beats(series: Element) -> bool:
    return series.tag == "derivedSeries" or "REPRESENTATIVE_BEAT" in _code(series)


def _group(where: str, sequences: Element, series_began_s: float | None) -> Group:
    rate_hz, start_s = None, series_began_s
    channels = []
    for sequence in sequences.findall("component/sequence"):
        value, code, lead = sequence.find("value"), _code(sequence), _lead(sequence)
        if value is None:
            continue
        if code.startswith("TIME_"):
            rate_hz = _rate_hz(where, value)
            start_s = _start_s(value, series_began_s)
        elif value.find("digits") is not None and lead:
            channels.append(_channel(where, lead, value))
    return Group(tuple(channels), rate_hz, start_s)


def _lead(sequence: Element) -> str | None:
    """Return the code without the name of its system: ``MDC_ECG_LEAD_V1``, ``NOM_ECG_LEAD_V1``.

    ``MDC_ECG_ELEC_POTL_V1`` is the voltage of the lead. The numbers of ISO/IEEE 11073-10102 are
    known as well, with their partition (131075, ``2:3``) or without; manufacturers' own codes
    are identified by their display names.
    """
    code = _code(sequence)
    number = code.removeprefix("2:")
    if number.isdecimal() and len(number) < 7:
        code_of_lead = int(number) % 2**16
        return SCP_LEAD_CODES.get(code_of_lead) or SCP_LEAD_CODES.get(code_of_lead - _VOLTAGES)
    element = sequence.find("code")
    words = "" if element is None else element.get("displayName", "")
    plain = re.sub(r"(?i).*(LEAD|ELEC_POTL)_", "", code)
    return canonical_lead(plain) or canonical_lead(words)


def _start_s(value: Element, series_began_s: float | None) -> float | None:
    """Return the start of a set: a time of day, or seconds after the start of its series."""
    head = value.find("head")
    absolute = time_s(_value(head))
    if absolute is not None:
        return absolute
    number, unit = _quantity(value, "head")
    seconds = seconds_per(unit or "")
    if number is None or seconds is None:
        return series_began_s
    return (series_began_s or 0.0) + number * seconds


def _value(element: Element | None) -> str:
    return "" if element is None else element.get("value", "")


def time_s(text: str) -> float | None:
    """Parse an HL7 time (``YYYYMMDDHHMMSS.mmm``) as seconds of a common clock; None if invalid.

    Example:
        >>> time_s("20040115112006.5") - time_s("20040115112004.000"), time_s("0.000")
        (2.5, None)
    """
    match = re.match(r"(\d{14})(\.\d{1,6})?(?![\d.])", text)
    try:
        moment = datetime.strptime(match[1], "%Y%m%d%H%M%S") if match else None
    except ValueError:
        return None
    if match is None or moment is None:
        return None
    return (moment - datetime(2000, 1, 1)).total_seconds() + float(match[2] or 0)


def _code(element: Element) -> str:
    code = element.find("code")
    return "" if code is None else code.get("code", "").upper()


def _rate_hz(where: str, value: Element) -> float | None:
    """Return the rate from the increment of a generated list (GLIST), or from times (SLIST)."""
    step, unit = _quantity(value, "increment")
    if step is None and value.find("digits") is not None:
        scale, unit = _required_quantity(where, value, "scale")
        steps = np.diff(numbers_in(where, value.findtext("digits") or "", " "))
        # Times rounded to a millisecond jitter by less than a step at 250 Hz and more.
        if not len(steps) or np.abs(steps - steps.mean()).max() >= abs(steps.mean()):
            raise BadInput(
                where,
                "its times are not evenly spaced",
                "export at a steady rate",
                code="ecg.uneven_times",
            )
        step = float(steps.mean()) * (scale or 1.0)
    seconds = seconds_per(unit or "")
    if not step or step < 0 or not seconds:
        return None
    return round(1 / (step * seconds), 6)


def _channel(where: str, code: str, value: Element) -> Channel:
    """Decode a list of samples (SLIST_PQ): origin + scale · digits, each with its own unit."""
    scale, unit = _required_quantity(where, value, "scale")
    origin, origin_unit = _required_quantity(where, value, "origin")
    if scale == 0:
        raise _without_scale(where)
    steps = numbers_in(where, value.findtext("digits") or "", " ")
    if unit and is_voltage(unit):
        millivolts = (scale or 1.0) * millivolts_per(unit, where)
        steps = without_sentinels(steps, sentinels_beyond_a_body(millivolts))
    samples = steps * (scale or 1.0)
    if origin and origin_unit and unit and is_voltage(unit):
        origin *= millivolts_per(origin_unit, where) / millivolts_per(unit, where)
    return Channel(code, samples + (origin or 0.0), unit)


def _required_quantity(where: str, value: Element, tag: str) -> tuple[float | None, str | None]:
    """Return a scale or an origin; without a valid one the digits have no meaning."""
    number, unit = _quantity(value, tag)
    if number is None and value.find(tag) is not None:
        raise _without_scale(where)
    return number, unit


def _without_scale(where: str) -> BadInput:
    return BadInput(where, "its scale is missing", "export it again", code="ecg.no_scale")


def _quantity(element: Element, tag: str) -> tuple[float | None, str | None]:
    child = element.find(tag)
    if child is None:
        return None, None
    return as_number(child.get("value")), child.get("unit")


def _measurements(root: Element) -> dict[str, float | None]:
    """Return only global measurements, in the units of `Ecg.measurements`; never text."""
    values: dict[tuple[str, int], float] = {}
    for annotation in _global_annotations(root):
        value, unit = _quantity(annotation, "value")
        key = measurement_of(_code(annotation))
        if value is not None and key is not None:
            values.setdefault(key, value * 1000 * (seconds_per(unit or "") or 1e-3))
    return rate_from_rr(first_of_each(values))


def _global_annotations(root: Element) -> Iterator[Element]:
    """Return annotations of the whole ECG; those with a region belong to one lead or beat."""
    waiting = deque(root.iterfind(".//annotationSet/component"))
    while waiting:
        annotation = waiting.popleft().find("annotation")
        if annotation is not None and annotation.find("support") is None:
            yield annotation
            waiting.extend(annotation.iterfind("component"))
