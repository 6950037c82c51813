"""Mortara, Welch Allyn and Hillrom ELI XML, as exported by ELI Link and E-Scribe.

Format: as implemented by the public readers of BRAVEHEART and EDFbrowser. The root ``ECG`` holds
one ``CHANNEL`` per lead, its samples as base64 in the attribute ``DATA``, and a ``TYPICAL_CYCLE``
with the median beat, which has its own scale and rate (often 200 units per millivolt, and 400 for
the rhythm).
"""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import as_number, open_xml, root_name
from ptacl.io.ecg.leads.sentinels import signal_of
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.sample_text import bytes_in, integers_in
from ptacl.io.stated_person import stated_person
from ptacl.types import Person

_PRINTED = {
    "pr_ms": ("PR_DURATION", "PR_INTERVAL", "PR_INT"),
    "qrs_ms": ("QRS_DURATION", "QRS_DUR"),
    "qt_ms": ("QT", "QT_INTERVAL", "QT_INT"),
    "qtc_ms": ("QTC", "QTC_INTERVAL", "QTC_INT"),
    "p_axis_deg": ("P_AXIS",),
    "qrs_axis_deg": ("QRS_AXIS",),
    "t_axis_deg": ("T_AXIS",),
}
"""Attributes of ``TYPICAL_CYCLE``, in order of preference."""
_HEAD_BYTES = 64 * 1024
_MARKS = (b"CHANNEL", b"ACQUISITION_TIME", b"UNITS_PER_MV")
_LONGEST_TAG = 1024 * 1024
"""Longest XML tag: samples are an attribute, and two minutes of a lead at 2000 Hz take 640 kB."""


def is_eli_xml(content: bytes) -> bool:
    """Return whether content is XML with the root ``ECG`` and the features of an ELI export."""
    if root_name(content) != "ECG":
        return False
    head = content[:_HEAD_BYTES].replace(b"\x00", b"")  # also in UTF-16
    return any(mark in head for mark in _MARKS)


def read_eli_xml(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the rhythm, the median beat and the device measurements.

    Raises:
        BadInput: an exercise test, no channel, channels that differ in rate or start, damaged.
    """
    root = open_xml(name, files[name], longest_tag=_LONGEST_TAG)
    _expect_rest(name, root)
    leads = root.findall("CHANNEL")
    if not leads:
        raise BadInput(
            name, "it holds no channel", "export the ECG with its waveforms", code="ecg.no_signal"
        )
    rate_hz = _common_value(name, leads, "SAMPLE_FREQ", "rate")
    # Public readers differ on whether this is a start or a level; it is irrelevant if equal.
    _common_value(name, leads, "OFFSET", "offset")
    channels = tuple(_channel(name, lead, lead) for lead in leads)
    median, median_rate_hz = _median(name, root)
    measured, stated = _measurements(root), _stated(root)
    return Recording(channels, rate_hz, measured, median, median_rate_hz, stated=stated)


def _expect_rest(where: str, root: Element) -> None:
    source = root.find("SOURCE")
    kind = "" if source is None else source.get("TYPE", "").lower()
    if "stress" in kind or "exercise" in kind:
        message = "it is an exercise test, not an ECG at rest"
        raise BadInput(where, message, "give the 12-lead ECG at rest", code="ecg.exercise_test")


def _stated(root: Element) -> Person:
    """Return the sex, an attribute of the subject, and the age, one of the recording."""
    subject = root.find("SUBJECT")
    sex = "" if subject is None else subject.get("GENDER", "")
    return stated_person(sex, root.get("AGE", ""), root.get("AGE_UNITS", ""))


def _common_value(where: str, leads: Sequence[Element], attribute: str, what: str) -> float | None:
    values = {as_number(lead.get(attribute)) for lead in leads}
    if len(values) > 1:
        raise BadInput(
            where,
            f"its leads differ in their {what}",
            "export all leads with the same settings",
            code="ecg.unequal_leads",
        )
    return values.pop()


def _channel(where: str, lead: Element, scale: Element) -> Channel:
    """Decode one lead; its scale is in the element itself, or in the parent element."""
    per_mv = as_number(scale.get("UNITS_PER_MV"))
    if not per_mv or per_mv < 0:
        raise BadInput(
            where, "its units per millivolt are missing", "export it again", code="ecg.no_scale"
        )
    samples = _samples(where, lead, scale)
    return Channel(lead.get("NAME", ""), samples / per_mv, "mV")


def _samples(where: str, lead: Element, scale: Element) -> Float64[np.ndarray, " samples"]:
    encoding, kind = scale.get("ENCODING", "BASE64"), scale.get("FORMAT", "SIGNED")
    if encoding.upper() != "BASE64" or kind.upper() != "SIGNED":
        message = "its samples are stored in a way that no public description names"
        raise BadInput(
            where, message, "export it with signed samples as base64", code="ecg.sample_format"
        )
    bits = as_number(scale.get("BITS")) or 16.0
    content = bytes_in(where, lead.get("DATA") or lead.text or "")
    stored = integers_in(where, content, int(bits) // 8)
    claimed = max(int(as_number(scale.get("DURATION")) or len(stored)), 0)
    if len(stored) < claimed:
        message = f"it is cut short: a lead holds {len(stored):,} samples of {claimed:,}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    return signal_of(stored[:claimed])


def _median(where: str, root: Element) -> tuple[tuple[Channel, ...], float | None]:
    cycle = root.find("TYPICAL_CYCLE")
    if cycle is None:
        return (), None
    try:
        leads = cycle.findall("TYPICAL_CYCLE_CHANNEL")
        return tuple(_channel(where, x, cycle) for x in leads), as_number(cycle.get("SAMPLE_FREQ"))
    except BadInput:  # a damaged median beat must not prevent reading the rhythm
        return (), None


def _measurements(root: Element) -> dict[str, float | None]:
    cycle = root.find("TYPICAL_CYCLE")
    attributes = {} if cycle is None else cycle.attrib
    values = {key: _first(attributes, names) for key, names in _PRINTED.items()}
    return values | {"heart_rate_bpm": as_number(root.get("VENT_RATE"))}


def _first(attributes: Mapping[str, str], names: tuple[str, ...]) -> float | None:
    numbers = (as_number(attributes.get(name)) for name in names)
    return next((number for number in numbers if number is not None), None)
