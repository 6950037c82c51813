"""HL7 annotated ECG (aECG), the format of the FDA for ECGs of drug trials.

Standard: HL7 Version 3, PORT_MT020001 (Brown and Badilini, aECG Implementation Guide, 2005);
codes of leads and measurements: ISO/IEEE 11073-10102.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.leads import canonical_lead
from ptacl.io.recording import Channel, Recording
from ptacl.io.sample_text import numbers_in
from ptacl.io.stated_person import stated_person
from ptacl.io.units import is_voltage, millivolts_per, seconds_per
from ptacl.io.xml_document import as_number, open_xml, root_name
from ptacl.types import INDEPENDENT_LEADS

_PRINTED = (
    ("heart_rate_bpm", ("HEART_RATE", "HEART_RATE_GL")),
    ("rr_ms", ("TIME_PD_RR", "TIME_PD_RR_GL")),
    ("pr_ms", ("TIME_PD_PR", "TIME_PD_PR_GL", "TIME_PD_PQ", "TIME_PD_PQ_GL")),
    ("qrs_ms", ("TIME_PD_QRS", "TIME_PD_QRS_GL")),
    ("qt_ms", ("TIME_PD_QT", "TIME_PD_QT_GL")),
    ("qtc_ms", ("TIME_PD_QTC", "TIME_PD_QTC_GL", "TIME_PD_QTCB", "TIME_PD_QTCF")),
    ("p_axis_deg", ("ANGLE_P_FRONT",)),
    ("qrs_axis_deg", ("ANGLE_QRS_FRONT",)),
    ("t_axis_deg", ("ANGLE_T_FRONT",)),
)
"""Key of a measurement and its codes after ``MDC_ECG_``, the first that is there counts."""


@dataclass(frozen=True, slots=True)
class _Series:
    """The leads of one ``sequenceSet``."""

    rate_hz: float | None
    channels: tuple[Channel, ...]


def is_hl7_aecg(content: bytes) -> bool:
    """Whether content is an XML whose root is ``AnnotatedECG``."""
    return root_name(content) == "AnnotatedECG"


def read_hl7_aecg(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the longest rhythm, the representative beat and the measured values."""
    root = open_xml(name, files[name])
    rhythms = [_read_series(name, found) for found in _sequence_sets(root, of_beats=False)]
    if not rhythms:
        raise BadInput(name, "it holds no rhythm", "export the ECG with its rhythm series")
    rhythm = max(rhythms, key=_rank)
    beat, beat_rate_hz = _representative_beat(name, root)
    return Recording(
        rhythm.channels,
        rhythm.rate_hz,
        _measurements(root),
        beat,
        beat_rate_hz,
        stated=stated_person(_gender(root)),
    )


def _gender(root: Element) -> str:
    """Of the subject: ``F`` or ``M`` of HL7's AdministrativeGender; an aECG has no age."""
    stated = root.find(".//administrativeGenderCode")
    return "" if stated is None else stated.get("code", "")


def _representative_beat(where: str, root: Element) -> tuple[tuple[Channel, ...], float | None]:
    try:
        beats = [_read_series(where, found) for found in _sequence_sets(root, of_beats=True)]
    except BadInput:  # an extra that is damaged must not cost the rhythm
        beats = []
    if not beats:
        return (), None
    beat = max(beats, key=_rank)
    return beat.channels, beat.rate_hz


def _rank(series: _Series) -> tuple[int, int]:
    # A longer strip of lead II alone must not win over the rhythm of all leads.
    samples = max((len(channel.samples) for channel in series.channels), default=0)
    return min(len(series.channels), len(INDEPENDENT_LEADS)), samples


def _sequence_sets(root: Element, of_beats: bool) -> Iterator[Element]:
    for series in root.iter():
        if series.tag in ("series", "derivedSeries"):
            is_beat = _code(series) == "REPRESENTATIVE_BEAT" or series.tag == "derivedSeries"
            if is_beat == of_beats:
                yield from series.iterfind("component/sequenceSet")


def _read_series(where: str, sequences: Element) -> _Series:
    rate_hz = None
    channels = []
    for sequence in sequences.findall("component/sequence"):
        value = sequence.find("value")
        if value is None:
            continue
        if _code(sequence).startswith("TIME_"):
            rate_hz = _rate_hz(where, value)
        elif value.find("digits") is not None and canonical_lead(_code(sequence)):
            channels.append(_channel(where, _code(sequence), value))
    return _Series(rate_hz, tuple(channels))


def _code(element: Element) -> str:
    code = element.find("code")
    return "" if code is None else code.get("code", "").upper()


def _rate_hz(where: str, value: Element) -> float | None:
    """From the increment of a generated list (GLIST), or from a list of times (SLIST)."""
    step, unit = _quantity(value, "increment")
    if step is None and value.find("digits") is not None:
        scale, unit = _said(where, value, "scale")
        steps = np.diff(numbers_in(where, value.findtext("digits") or "", " "))
        # Times rounded to a millisecond jitter at 250 Hz and more, by less than a step.
        if not len(steps) or np.abs(steps - steps.mean()).max() >= abs(steps.mean()):
            raise BadInput(where, "its times are not evenly spaced", "export at a steady rate")
        step = float(steps.mean()) * (scale or 1.0)
    seconds = seconds_per(unit or "")
    if not step or step < 0 or not seconds:
        return None
    return round(1 / (step * seconds), 6)


def _channel(where: str, code: str, value: Element) -> Channel:
    """A list of samples (SLIST_PQ): origin + scale · digits, each with its own unit."""
    scale, unit = _said(where, value, "scale")
    origin, origin_unit = _said(where, value, "origin")
    if scale == 0:
        raise _without_scale(where)
    samples = numbers_in(where, value.findtext("digits") or "", " ") * (scale or 1.0)
    if origin and origin_unit and unit and is_voltage(unit):
        origin *= millivolts_per(origin_unit, where) / millivolts_per(unit, where)
    return Channel(code, samples + (origin or 0.0), unit)


def _said(where: str, value: Element, tag: str) -> tuple[float | None, str | None]:
    """A scale or an origin: where it is damaged, nobody can say what the digits mean."""
    number, unit = _quantity(value, tag)
    if number is None and value.find(tag) is not None:
        raise _without_scale(where)
    return number, unit


def _without_scale(where: str) -> BadInput:
    return BadInput(where, "it does not say its scale", "export it again")


def _quantity(element: Element, tag: str) -> tuple[float | None, str | None]:
    found = element.find(tag)
    if found is None:
        return None, None
    return as_number(found.get("value")), found.get("unit")


def _measurements(root: Element) -> dict[str, float | None]:
    """Global measurements alone, in the units of `Ecg.measurements`; never text."""
    values: dict[str, float] = {}
    for annotation in _global_annotations(root):
        value, unit = _quantity(annotation, "value")
        if value is not None:
            code = _code(annotation).removeprefix("MDC_ECG_")
            values.setdefault(code, value * 1000 * (seconds_per(unit or "") or 1e-3))
    found = {
        key: next((values[code] for code in codes if code in values), None)
        for key, codes in _PRINTED
    }
    rr_ms = found.pop("rr_ms")
    if found["heart_rate_bpm"] is None and rr_ms and rr_ms > 0:
        found["heart_rate_bpm"] = round(60_000 / rr_ms, 1)
    return found


def _global_annotations(root: Element) -> Iterator[Element]:
    """Annotations of the whole ECG; those with a region belong to one lead or one beat."""
    waiting = deque(root.iterfind(".//annotationSet/component"))
    while waiting:
        annotation = waiting.popleft().find("annotation")
        if annotation is not None and annotation.find("support") is None:
            yield annotation
            waiting.extend(annotation.iterfind("component"))
