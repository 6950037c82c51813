"""GE CardioSoft XML of an ECG at rest, as in UK Biobank's field 20205.

Format: as the exports of CardioSoft 6.73 in UK Biobank have it. Samples are whole numbers with
commas between them, broken into indented lines; leads are spelt in any case; ``StripData``
lies in the root or in ``Strip``.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.recording import Channel, Recording
from ptacl.io.sample_text import numbers_in
from ptacl.io.stated_person import stated_person
from ptacl.io.xml_document import number_at, open_xml, root_name, text_at
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
    """Whether content is an XML whose root is ``CardiologyXML``."""
    return root_name(content) == "CardiologyXML"


def read_cardiosoft_xml(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the strip of an ECG at rest, its median beat and what the device measured.

    Raises:
        BadInput: it is an exercise ECG (UK Biobank's field 6025), or holds no strip.
    """
    root = open_xml(name, files[name])
    _expect_rest(name, root)
    strips = list(root.iter("StripData"))
    if not strips:
        raise BadInput(name, "it holds no strip of the ECG", "export it with its waveform")
    strip = max(strips, key=lambda strip: len(strip.findall("WaveformData")))
    channels = _channels(name, strip)
    found = {key: number_at(root, f"RestingECGMeasurements/{tag}") for key, tag in _PRINTED.items()}
    rate_hz = number_at(strip, "SampleRate")
    median, median_rate_hz = _median(name, root)
    return Recording(channels, rate_hz, found, median, median_rate_hz, stated=_stated(root))


def _expect_rest(where: str, root: Element) -> None:
    kind = text_at(root, "ObservationType").lower()
    exercise = any(root.find(tag) is not None for tag in ("ExerciseMeasurements", "FullDisclosure"))
    if exercise or "exercise" in kind or "stress" in kind:
        raise BadInput(
            where,
            "it is an exercise ECG (in UK Biobank field 6025), not one at rest",
            "give the 12-lead ECG at rest (in UK Biobank field 20205)",
        )


def _stated(root: Element) -> Person:
    age = root.find("PatientInfo/Age")
    unit = "" if age is None else age.get("units", "")
    return stated_person(
        text_at(root, "PatientInfo/Gender"), text_at(root, "PatientInfo/Age"), unit
    )


def _median(where: str, root: Element) -> tuple[tuple[Channel, ...], float | None]:
    median = root.find("RestingECGMeasurements/MedianSamples")
    if median is None:
        return (), None
    try:
        return _channels(where, median), number_at(median, "SampleRate")
    except BadInput:  # an extra that is damaged must not cost the rhythm
        return (), None


def _channels(where: str, strip: Element) -> tuple[Channel, ...]:
    step, unit = _resolution(where, strip)
    claimed = number_at(strip, "ChannelSampleCountTotal") or 0.0
    last = int(number_at(strip, "LastValid") or 0)
    channels = []
    for waveform in strip.findall("WaveformData"):
        samples = numbers_in(where, waveform.text or "", ",") * step
        if len(samples) < claimed:
            found = f"it is cut short: a lead holds {len(samples):,} samples of {claimed:,.0f}"
            raise BadInput(where, found, "export it again")
        channels.append(Channel(waveform.get("lead", ""), _valid(samples, last), unit))
    return tuple(channels)


def _valid(
    samples: Float64[np.ndarray, " samples"], last: int
) -> Float64[np.ndarray, " valid_samples"]:
    # Only the median beat says where it ends; the rest of its buffer is empty.
    return samples[:last] if 0 < last < len(samples) else samples


def _resolution(where: str, strip: Element) -> tuple[float, str | None]:
    """Size of one step and its unit: ``<Resolution units="uVperLsb">5</Resolution>``."""
    step = number_at(strip, "Resolution")
    if step is None:
        raise BadInput(where, "it does not say its resolution", "export it again")
    element = strip.find("Resolution")
    said = "" if element is None else element.get("units", "")
    unit = re.fullmatch(r"\s*(\w+?)\s*per\s*lsb\s*", said, re.IGNORECASE)
    return step, unit[1] if unit else None
