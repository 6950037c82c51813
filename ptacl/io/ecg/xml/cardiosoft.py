"""GE CardioSoft XML of an ECG at rest, as in UK Biobank's field 20205.

Format: as exported by CardioSoft 6.73 in UK Biobank. Samples are comma-separated integers, broken
into indented lines; leads are spelled in any case; ``StripData`` is in the root or in ``Strip``.
``FullDisclosure``, the whole recording from which the strip was chosen, is not part of the resting
ECG and is ignored.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import number_at, open_xml, root_name, text_at
from ptacl.io.ecg.device_measurements import printed, rate_from_rr
from ptacl.io.ecg.device_statements import known_statements
from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.leads.sentinels import without_sentinels
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.sample_text import numbers_in
from ptacl.io.stated_person import stated_person
from ptacl.types import Person

_PRINTED = {
    "heart_rate_bpm": "VentricularRate",
    "pr_ms": "PQInterval",
    "qrs_ms": "QRSDuration",
    "qt_ms": "QTInterval",
    "qtc_ms": "QTCInterval",
    "p_axis_deg": "PAxis",
    "qrs_axis_deg": "RAxis",
    "t_axis_deg": "TAxis",
}


def is_cardiosoft_xml(content: bytes) -> bool:
    """Return whether content is XML with the root ``CardiologyXML``."""
    return root_name(content) == "CardiologyXML"


def read_cardiosoft_xml(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the strip of an ECG at rest, its median beat and the device measurements.

    Raises:
        BadInput: it is an exercise ECG (UK Biobank's field 6025), or holds no strip.
    """
    root = open_xml(name, files[name])
    strips = list(root.iter("StripData"))
    _expect_rest(name, root, strips)
    strip = max(strips, key=_rank)
    channels, caveats = without_duplicates(_channels(name, strip))
    rate_hz = number_at(strip, "SampleRate")
    median, median_rate_hz = _median(name, root)
    return Recording(
        channels,
        rate_hz,
        _measurements(root),
        median,
        median_rate_hz,
        caveats=caveats,
        stated=_stated(root),
        statements=known_statements(e.text for e in root.iter("DiagnosisText")),
    )


def _expect_rest(where: str, root: Element, strips: list[Element]) -> None:
    kind = text_at(root, "ObservationType")
    measured = any("".join(element.itertext()).strip() or len(element)
                   for element in root.iter("ExerciseMeasurements"))  # fmt: skip
    if measured or re.search("exercise|stress|ergomet", kind, re.IGNORECASE):
        raise _exercise(where, "it is an exercise ECG")
    if not strips and root.find("FullDisclosure") is not None:
        raise _exercise(where, "it holds a whole recording and no strip, as does an exercise ECG")
    if not strips:
        raise BadInput(
            where,
            "it holds no strip of the ECG",
            "export it with its waveform",
            code="ecg.no_signal",
        )


def _exercise(where: str, message: str) -> BadInput:
    remedy = "give the 12-lead ECG at rest (in UK Biobank field 20205)"
    return BadInput(
        where, f"{message} (in UK Biobank field 6025)", remedy, code="ecg.exercise_test"
    )


def _rank(strip: Element) -> tuple[int, int]:
    """Return standard leads, then length: neither three long leads nor V7 to V9 must win."""
    waveforms = strip.findall("WaveformData")
    leads = {canonical_lead(_lead_name(waveform)) for waveform in waveforms} - {None}
    return len(leads), max((len(waveform.text or "") for waveform in waveforms), default=0)


def _lead_name(waveform: Element) -> str:
    return waveform.get("lead") or waveform.get("Lead") or ""


def _measurements(root: Element) -> dict[str, float]:
    tags = _PRINTED | {"rr_ms": "RRInterval"}
    table = {key: number_at(root, f"RestingECGMeasurements/{tag}") for key, tag in tags.items()}
    return printed(rate_from_rr(table))


def _stated(root: Element) -> Person:
    age = root.find("PatientInfo/Age")
    unit = "" if age is None else age.get("units", "")
    return stated_person(
        text_at(root, "PatientInfo/Gender"), text_at(root, "PatientInfo/Age"), unit
    )


def _median(where: str, root: Element) -> tuple[tuple[Channel, ...], float | None]:
    median = next(root.iter("MedianSamples"), None)
    if median is None:
        return (), None
    try:
        return without_duplicates(_channels(where, median))[0], number_at(median, "SampleRate")
    except BadInput:  # a damaged median beat must not prevent reading the rhythm
        return (), None


def _channels(where: str, strip: Element) -> tuple[Channel, ...]:
    step, unit = _resolution(where, strip)
    claimed = number_at(strip, "ChannelSampleCountTotal") or 0.0
    valid = _valid(strip)
    channels = []
    for waveform in strip.findall("WaveformData"):
        samples = numbers_in(where, waveform.text or "", ",")
        if len(samples) < claimed:
            message = f"it is cut short: a lead holds {len(samples):,} samples of {claimed:,.0f}"
            raise BadInput(where, message, "export it again", code="file.damaged")
        values: Float64[np.ndarray, " held"] = without_sentinels(samples)[valid] * step
        channels.append(Channel(_lead_name(waveform), values, unit))
    return tuple(channels)


def _valid(strip: Element) -> slice:
    """Return the valid part of a strip's buffer, from the first to the last valid index."""
    first, last = number_at(strip, "FirstValid") or 0.0, number_at(strip, "LastValid") or 0.0
    return slice(int(first), int(last) + 1) if 0 <= first < last else slice(None)


def _resolution(where: str, strip: Element) -> tuple[float, str | None]:
    """Return step size and unit: ``<Resolution units="uVperLsb">5</Resolution>``."""
    step = number_at(strip, "Resolution")
    if step is None or step <= 0:
        raise BadInput(where, "its resolution is missing", "export it again", code="ecg.no_scale")
    element = strip.find("Resolution")
    text = "" if element is None else element.get("units", "")
    unit = re.fullmatch(r"\s*(\w+?)\s*(?:(?:per|/)\s*(?:lsb|bit|step))?\s*", text, re.IGNORECASE)
    return step, unit[1] if unit else None
