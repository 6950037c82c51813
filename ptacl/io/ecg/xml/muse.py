"""GE MUSE XML: base64 samples of eight stored leads, the rhythm and the median beat.

Format: the document type ``restecg.dtd`` as exported by MUSE 9; the bytes of a lead match
``LeadDataCRC32`` as CRC-32 of zlib in all of them.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import number_at, open_xml, root_name, text_at
from ptacl.io.ecg.device_measurements import printed
from ptacl.io.ecg.device_statements import known_statements
from ptacl.io.ecg.leads.lead_groups import MOST_GAPS, partial_lead_caveats
from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.leads.sentinels import ENDS_OF_16_BITS, ENDS_OF_32_BITS, without_sentinels
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.sample_text import bytes_in, integers_in
from ptacl.io.stated_person import stated_person
from ptacl.types import INDEPENDENT_LEADS, LEADS, Caveat, Person

_PRINTED = {
    "heart_rate_bpm": "VentricularRate",
    "pr_ms": "PRInterval",
    "qrs_ms": "QRSDuration",
    "qt_ms": "QTInterval",
    "qtc_ms": "QTCorrected",
    "p_axis_deg": "PAxis",
    "qrs_axis_deg": "RAxis",
    "t_axis_deg": "TAxis",
}
_SENTINELS = {2: ENDS_OF_16_BITS, 4: ENDS_OF_32_BITS}
"""By the bytes of a sample: MUSE writes the lowest number for a lead that was off."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """A lead as stored."""

    name: str
    samples: Float64[np.ndarray, " samples"]
    unit: str | None
    first: int
    """Index of its first sample in the recording."""
    checksum_holds: bool | None
    """None if the file gives no checksum."""
    is_off: bool
    """Whether the device marks its electrode as off."""


def is_muse_xml(content: bytes) -> bool:
    """Return whether content is XML with the root ``RestingECG``."""
    return root_name(content) == "RestingECG"


def read_muse_xml(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the longest rhythm with the most leads, and the median beat.

    Raises:
        BadInput: no rhythm, no resolution, a checksum mismatch, or damaged.
    """
    root = open_xml(name, files[name])
    waveforms = root.findall("Waveform")
    rhythms = [waveform for waveform in waveforms if _kind(waveform) != "median"]
    medians = [waveform for waveform in waveforms if _kind(waveform) == "median"]
    if not rhythms:
        what = "a median beat and no rhythm" if medians else "no waveform"
        raise BadInput(
            name,
            f"it holds {what}",
            "export the ECG with its rhythm waveform",
            code="ecg.no_signal",
        )
    rhythm = max(rhythms, key=_rank)
    leads = _leads(name, rhythm)
    channels, duplicate_caveats = without_duplicates(_on_one_clock(name, leads))
    rate_hz = _rate_hz(rhythm)
    median, median_rate_hz = _median(name, medians)
    return Recording(
        channels,
        rate_hz,
        _measurements(root),
        median,
        median_rate_hz,
        caveats=duplicate_caveats + _off(leads) + partial_lead_caveats(channels, rate_hz),
        stated=_stated(root),
        statements=known_statements(
            e.text for e in root.iterfind("Diagnosis/DiagnosisStatement/StmtText")
        ),
    )


def _off(leads: list[_Lead]) -> tuple[Caveat, ...]:
    named = {canonical_lead(lead.name) for lead in leads if lead.is_off}
    off = [lead for lead in LEADS if lead in named]  # never text from the file
    if not off:
        return ()
    text = f"The device reports that an electrode was off during the recording: {', '.join(off)}."
    return (Caveat("lead_off", text),)


def _kind(waveform: Element) -> str:
    return text_at(waveform, "WaveformType").lower()


def _rank(waveform: Element) -> tuple[int, float]:
    # A longer strip of lead II alone must not win over the rhythm of all leads.
    leads = {canonical_lead(text_at(lead, "LeadID")) for lead in waveform.findall("LeadData")}
    counts = [number_at(x, "LeadSampleCountTotal") or 0.0 for x in waveform.findall("LeadData")]
    return min(len(leads), len(INDEPENDENT_LEADS)), max(counts, default=0.0)


def _median(where: str, medians: list[Element]) -> tuple[tuple[Channel, ...], float | None]:
    try:
        fullest = max(medians, key=_rank)
        beat = _on_one_clock(where, _leads(where, fullest))
        return without_duplicates(beat)[0], _rate_hz(fullest)
    except (
        BadInput,
        ValueError,
    ):  # a damaged or absent median beat must not prevent reading the rhythm
        return (), None


def _rate_hz(waveform: Element) -> float | None:
    base = number_at(waveform, "SampleBase")
    exponent = number_at(waveform, "SampleExponent") or 0.0
    return base * 10**exponent if base and abs(exponent) < 10 else None


def _leads(where: str, waveform: Element) -> list[_Lead]:
    leads = [_lead(where, data) for data in waveform.findall("LeadData")]
    verdicts = [lead.checksum_holds for lead in leads if lead.checksum_holds is not None]
    # A single mismatch is damage; if all mismatch, the writer computed them in another way.
    if any(verdicts) and not all(verdicts):
        raise BadInput(
            where,
            "the checksum of a lead does not match: it is damaged",
            "copy it again",
            code="file.damaged",
        )
    if not leads:
        raise BadInput(
            where, "its waveform holds no lead", "export all leads", code="ecg.no_signal"
        )
    return leads


def _on_one_clock(where: str, leads: list[_Lead]) -> tuple[Channel, ...]:
    length = max(lead.first + len(lead.samples) for lead in leads)
    if length * len(leads) > MOST_GAPS * sum(len(lead.samples) for lead in leads):
        raise BadInput(
            where, "its leads do not form one recording", "export it again", code="ecg.no_times"
        )
    return tuple(Channel(lead.name, _placed(lead, length), lead.unit) for lead in leads)


def _lead(where: str, data: Element) -> _Lead:
    content = bytes_in(where, text_at(data, "WaveFormData"))
    stored = integers_in(where, content, int(number_at(data, "LeadSampleSize") or 2))
    claimed = max(int(number_at(data, "LeadSampleCountTotal") or len(stored)), 0)
    if len(stored) < claimed:
        message = f"it is cut short: a lead holds {len(stored):,} samples of {claimed:,}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    step = number_at(data, "LeadAmplitudeUnitsPerBit")
    if step is None:
        raise BadInput(
            where, "its units per bit are missing", "export it again", code="ecg.no_scale"
        )
    first = int(number_at(data, "LeadOffsetFirstSample") or 0)
    if first < 0:
        raise BadInput(
            where,
            "one of its leads begins before the recording",
            "export it again",
            code="file.damaged",
        )
    checksum = text_at(data, "LeadDataCRC32")
    return _Lead(
        text_at(data, "LeadID"),
        without_sentinels(stored[:claimed], _SENTINELS.get(stored.itemsize, ())) * step,
        text_at(data, "LeadAmplitudeUnits") or None,
        first,
        zlib.crc32(content) == int(checksum) if checksum.isdecimal() else None,
        text_at(data, "LeadOff").upper() == "TRUE",
    )


def _placed(lead: _Lead, length: int) -> Float64[np.ndarray, " samples"]:
    """Place the lead's samples at their time in the recording, with NaN before and after."""
    whole = np.full(length, np.nan)
    whole[lead.first : lead.first + len(lead.samples)] = lead.samples
    return whole


def _stated(root: Element) -> Person:
    fields = ("Gender", "PatientAge", "AgeUnits")
    return stated_person(*(text_at(root, f"PatientDemographics/{tag}") for tag in fields))


def _measurements(root: Element) -> dict[str, float]:
    # Values edited by a physician override the device's original ones.
    for table in ("RestingECGMeasurements", "OriginalRestingECGMeasurements"):
        measurements = printed(
            {key: number_at(root, f"{table}/{tag}") for key, tag in _PRINTED.items()}
        )
        if measurements:
            return measurements
    return {}
