"""Philips Sierra XML, versions 1.03 and 1.04, with compressed or plain waveforms.

Format: as documented by Watford, Sierra ECG Tools (2011–2024); compression in ``philips_xli.py``.
The last second may hold a calibration pulse, which is not part of the ECG.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float64, Int64

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import as_number, open_xml, root_name, text_at
from ptacl.io.ecg.device_measurements import printed
from ptacl.io.ecg.device_statements import known_statements
from ptacl.io.ecg.leads.sentinels import without_sentinels
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.sample_text import bytes_in, integers_in, numbers_in
from ptacl.io.ecg.xml.philips_xli import Steps, decompress
from ptacl.io.stated_person import stated_person
from ptacl.types import LEADS, Person

KINDS = ("SierraECG", "PhilipsECG")
VERSIONS = ("1.03", "1.04", "1.04.01", "1.04.02")
MOST_SAMPLES = 120_000
"""Longest lead: a minute at 2000 Hz."""
MOST_CHANNELS = 16

_PRINTED = {
    "heart_rate_bpm": ("heartrate", "meanventrate"),
    "pr_ms": ("print", "meanprint"),
    "qrs_ms": ("qrsdur", "meanqrsdur"),
    "qt_ms": ("qtint", "meanqtint"),
    "qtc_ms": ("qtcb", "meanqtc"),
    "p_axis_deg": ("pfrontaxis",),
    "qrs_axis_deg": ("qrsfrontaxis",),
    "t_axis_deg": ("tfrontaxis",),
}
_TABLES = (
    "interpretations/interpretation/globalmeasurements",
    "interpretations/interpretation/interpretationmeasurements",
    "internalmeasurements/crossleadmeasurements",
    "measurements/globalmeasurements",
)
"""Tables of the device measurements; the interpretation's come first, as they can be edited."""
_NO_P_WAVE_MS = 508.0
"""Value of PR if no P wave was measured."""


def is_philips_xml(content: bytes) -> bool:
    """Return whether content is XML with the root ``restingecgdata``."""
    return root_name(content) == "restingecgdata"


def read_philips_xml(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the waveforms without the final calibration pulse, and the averaged beats.

    Raises:
        BadInput: another type or version of document, no waveform, damaged.
    """
    root = open_xml(name, files[name])
    _expect_version(name, root)
    waveforms = root.find("waveforms/parsedwaveforms")
    signal = root.find("dataacquisition/signalcharacteristics")
    if waveforms is None or signal is None:
        raise BadInput(
            name, "it holds no waveform", "export the ECG with its waveforms", code="ecg.no_signal"
        )
    rate_hz = _number(waveforms, signal, "samplespersecond", "samplingrate")
    step = _number(waveforms, signal, "resolution", "resolution", "signalresolution")
    if not rate_hz or not step:
        message = "its sample rate or resolution is missing"
        raise BadInput(name, message, "export it again", code="ecg.no_scale")
    leads = _without_calibration(_leads(name, waveforms, signal, rate_hz))
    channels = tuple(
        Channel(lead, without_sentinels(samples) * step, "uV") for lead, samples in leads.items()
    )
    beats, beats_rate_hz = _beats(name, root)
    return Recording(
        channels,
        rate_hz,
        _measurements(root),
        beats,
        beats_rate_hz,
        stated=_stated(root),
        statements=known_statements(e.text for e in root.iter("leftstatement")),
    )


def _stated(root: Element) -> Person:
    patient = "patient/generalpatientdata"
    return stated_person(text_at(root, f"{patient}/sex"), text_at(root, f"{patient}/age/years"))


def _expect_version(where: str, root: Element) -> None:
    kind = text_at(root, "documentinfo/documenttype")
    version = text_at(root, "documentinfo/documentversion")
    if kind not in KINDS:
        named = f"type {kind}" if re.fullmatch(r"[A-Za-z]{1,24}", kind) else "another type"
        message = f"it is a document of {named}; the types read are {' and '.join(KINDS)}"
        raise BadInput(where, message, "export it as Philips Sierra XML", code="ecg.other_document")
    if version not in VERSIONS:
        named = (
            f"version {version}" if re.fullmatch(r"[\d.]{1,12}", version) else "no known version"
        )
        message = (
            f"it is Philips Sierra XML of {named}; the versions read are {', '.join(VERSIONS)}"
        )
        raise BadInput(where, message, "export it as version 1.04", code="ecg.other_version")


def _number(waveforms: Element, signal: Element, attribute: str, *tags: str) -> float | None:
    """Return a number from an attribute of the waveforms, or an element of the acquisition."""
    return _first_number(waveforms.get(attribute), *(text_at(signal, tag) for tag in tags))


def _first_number(*texts: str | None) -> float | None:
    numbers = (as_number(text) for text in texts)
    return next((number for number in numbers if number is not None), None)


def _leads(where: str, waveforms: Element, signal: Element, rate_hz: float) -> dict[str, Steps]:
    names = _lead_names(where, waveforms, signal)
    duration_s = (as_number(waveforms.get("durationperchannel")) or 0.0) / 1000
    samples = round(min(duration_s * rate_hz, MOST_SAMPLES + 1.0))
    if not 0 < samples <= MOST_SAMPLES:
        raise BadInput(
            where,
            f"its waveforms last {duration_s:,.4g} s",
            "export the usual 10 s",
            code="ecg.implausible_length",
        )
    if _number(waveforms, signal, "bitspersample", "bitspersample") not in (None, 16.0):
        raise BadInput(
            where,
            "its samples do not have 16 bits",
            "export it with 16 bits",
            code="ecg.sample_format",
        )
    method = waveforms.get("compressmethod", waveforms.get("compression", "Uncompressed"))
    if waveforms.get("compressflag") == "False" or method == "Uncompressed":
        return _split(where, _plain(where, waveforms), names, samples)
    if method != "XLI":
        raise BadInput(
            where,
            "its waveforms are compressed in an unknown way",
            "export it again",
            code="file.compression",
        )
    return decompress(where, bytes_in(where, waveforms.text or ""), names, samples)


def _lead_names(where: str, waveforms: Element, signal: Element) -> list[str]:
    names = waveforms.get("leadlabels", "").split()
    if not names and text_at(signal, "acquisitiontype") in ("STD-12", "10-WIRE"):
        names = list(LEADS)  # version 1.03 has no names and uses the standard order
    count = _number(waveforms, signal, "numberofleads", "numberchannelsallocated")
    names = names[: int(count)] if count and count >= 1 else names
    if not names or len(names) > MOST_CHANNELS or len(set(names)) < len(names):
        raise BadInput(
            where,
            "its lead names are missing",
            "export it as version 1.04",
            code="ecg.unnamed_leads",
        )
    return names


def _plain(where: str, waveforms: Element) -> Steps:
    text = waveforms.text or ""
    if waveforms.get("dataencoding") == "Plain":
        numbers = numbers_in(where, text, " ")
        if np.abs(numbers).max(initial=0.0) > np.iinfo(np.int16).max + 1:
            raise BadInput(
                where,
                "its samples do not have 16 bits",
                "export it with 16 bits",
                code="ecg.sample_format",
            )
        return numbers.astype(np.int64)
    return integers_in(where, bytes_in(where, text)).astype(np.int64)


def _split(
    where: str, row: Int64[np.ndarray, " row"], names: list[str], samples: int
) -> dict[str, Steps]:
    if len(row) < samples * len(names):
        message = f"it is cut short: {len(row):,} samples of {samples * len(names):,}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    return {name: row[i * samples : (i + 1) * samples] for i, name in enumerate(names)}


def _without_calibration(
    leads: dict[str, Steps],
) -> dict[str, Int64[np.ndarray, " held_samples"]]:
    """Cut the end at which all leads are equal: a pulse of 1 mV, and zeros around it.

    This is not physiological: equal limb leads can only be zero (III = II − I).
    """
    stack = np.stack(list(leads.values()))
    differing = np.flatnonzero(np.ptp(stack, axis=0))
    end = differing[-1] + 1 if len(differing) else stack.shape[1]
    return {name: samples[:end] for name, samples in leads.items()}


def _measurements(root: Element) -> dict[str, float]:
    for table in filter(None, (_table(root, path) for path in _TABLES)):
        if table["pr_ms"] == _NO_P_WAVE_MS:
            table["pr_ms"] = None
        if measurements := printed(table):
            return measurements
    return {}


def _table(root: Element, path: str) -> dict[str, float | None]:
    table = root.find(path)
    if table is None:
        return {}
    return {
        k: _first_number(*(text_at(table, tag) for tag in tags)) for k, tags in _PRINTED.items()
    }


def _beats(where: str, root: Element) -> tuple[tuple[Channel, ...], float | None]:
    """Return the averaged beats and their rate; none if the file does not give their scale."""
    beats = root.find("waveforms/repbeats")
    rate_hz = None if beats is None else as_number(beats.get("samplespersec"))
    step = None if beats is None else as_number(beats.get("resolution"))
    if beats is None or not rate_hz or not step:
        return (), None
    try:
        channels = tuple(_beat(where, beat, step) for beat in beats.findall("repbeat"))
    except BadInput:  # a damaged median beat must not prevent reading the rhythm
        return (), None
    return channels, rate_hz


def _beat(where: str, beat: Element, step: float) -> Channel:
    text = beat.findtext("waveform") or beat.text or ""
    stored = without_sentinels(integers_in(where, bytes_in(where, text)))
    return Channel(beat.get("leadname", ""), _trimmed(stored) * step, "uV")


def _trimmed(samples: Float64[np.ndarray, " samples"]) -> Float64[np.ndarray, " held_samples"]:
    # An averaged beat is padded with 32767 to the end of its buffer.
    known = np.flatnonzero(np.isfinite(samples))
    return samples[: known[-1] + 1] if len(known) else samples[:0]
