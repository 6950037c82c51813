"""DICOM ECG waveforms: 12-lead, general and ambulatory.

Standard: DICOM PS3.3 C.10.9 (waveform module) and C.10.10 (annotations); read with `pydicom`.
"""

import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pydicom
from jaxtyping import Float64
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from ptacl.errors import BadInput
from ptacl.io.dicom_file import open_dicom
from ptacl.io.leads import SCP_LEAD_CODES, canonical_lead
from ptacl.io.recording import Channel, Recording
from ptacl.io.stated_person import stated_person
from ptacl.io.units import seconds_per
from ptacl.types import INDEPENDENT_LEADS, LEADS

ECG_CLASSES = {f"1.2.840.10008.5.1.4.1.1.9.1.{kind}" for kind in (1, 2, 3)}
"""SOP classes: 12-lead ECG, general ECG, ambulatory ECG waveform storage."""

_PRINTED = (
    ("heart_rate_bpm", "", r"(ventricular|heart)( heart)? rate|v ?rate"),
    ("rr_ms", "5.10.2.1-3", r"rr interval"),
    ("pr_ms", "5.13.5-7", r"p[rq] interval"),
    ("qrs_ms", "5.13.5-9", r"qrs duration"),
    ("qt_ms", "5.13.5-11", r"qt interval"),
    ("qtc_ms", "5.10.2.5-5", r"qtc( interval)?"),
    ("p_axis_deg", "5.10.3-11", r"p axis"),
    ("qrs_axis_deg", "5.10.3-13", r"(qrs|r) axis"),
    ("t_axis_deg", "5.10.3-15", r"t axis"),
)
"""Key of a measurement, its SCP-ECG code, and the meanings that devices write."""


_SAMPLES = {
    (8, "SB"): "i1", (8, "UB"): "u1", (16, "SS"): "i2", (16, "US"): "u2",
    (32, "SL"): "i4", (32, "UL"): "u4", (64, "SV"): "i8", (64, "UV"): "u8",
}  # fmt: skip
"""Bits allocated and sample interpretation (PS3.3 C.10.9.1.5) → type of a sample."""

Order = Literal["<", ">"]
_COMPANDED = {"MB": "mu-law", "AB": "A-law"}
MEDIAN_BEAT_S = 2.0
"""A group of all leads this short, beside a longer one, is the median beat: carts write 1–1.2 s."""


def read_dicom_ecg(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the longest group of all leads, the rhythm, and beside it the median beat."""
    with warnings.catch_warnings():
        # pydicom quotes odd values in its warnings, and those may be a patient's.
        warnings.simplefilter("ignore")
        dataset = open_dicom(name, files[name])
        _expect_ecg(name, dataset)
        groups = list(dataset.get("WaveformSequence") or [])
        if not groups:
            raise BadInput(name, "it holds no waveform", "export the ECG with its signal")
        rhythm = max(groups, key=_rank)
        median = next((group for group in groups if _is_median(group, rhythm)), None)
        # With an explicit big-endian syntax the bytes of a sample come in that order too.
        order: Order = "<" if dataset.original_encoding[1] else ">"
        return Recording(
            _channels(name, rhythm, order),
            float(rhythm.SamplingFrequency),
            _measurements(dataset),
            _median_channels(name, median, order),
            None if median is None else float(median.SamplingFrequency),
            stated=stated_person(
                str(dataset.get("PatientSex") or ""), str(dataset.get("PatientAge") or "")
            ),
        )


def _expect_ecg(where: str, dataset: Dataset) -> None:
    kind = dataset.get("SOPClassUID")
    if kind is None:
        raise BadInput(where, "it is a DICOM file cut short", "copy it again")
    if kind not in ECG_CLASSES:
        name = pydicom.uid.UID(kind).name
        title = "of another kind" if name == kind else name  # only what the standard lists
        raise BadInput(
            where, f"it is a DICOM file, but no ECG ({title})", "export the ECG waveform"
        )


def _rank(group: Dataset) -> tuple[bool, float]:
    # A longer strip of lead II alone must not win over the rhythm of all leads.
    return _holds_all_leads(group), _duration_s(group)


def _is_median(group: Dataset, rhythm: Dataset) -> bool:
    short = _duration_s(group) <= min(MEDIAN_BEAT_S, _duration_s(rhythm) / 2)
    return group is not rhythm and short and _holds_all_leads(group)


def _holds_all_leads(group: Dataset) -> bool:
    return int(group.NumberOfWaveformChannels) >= len(INDEPENDENT_LEADS)


def _duration_s(group: Dataset) -> float:
    return float(group.NumberOfWaveformSamples) / float(group.SamplingFrequency)


def _median_channels(where: str, group: Dataset | None, order: Order) -> tuple[Channel, ...]:
    try:
        return () if group is None else _channels(where, group, order)
    except (BadInput, AttributeError, ValueError):  # an extra must not cost the rhythm
        return ()


def _channels(where: str, group: Dataset, order: Order) -> tuple[Channel, ...]:
    kind = _sample_type(where, group, order)
    count, samples = int(group.NumberOfWaveformChannels), int(group.NumberOfWaveformSamples)
    definitions = group.ChannelDefinitionSequence
    if len(definitions) != count:
        found = f"it announces {count} channels and describes {len(definitions)}"
        raise BadInput(where, found, "export it again")
    claimed = samples * count * kind.itemsize
    if len(group.WaveformData) < claimed:
        raise BadInput(
            where,
            f"it is cut short: {len(group.WaveformData):,} bytes of signal of {claimed:,}",
            "copy it again",
        )
    raw = np.frombuffer(group.WaveformData[:claimed], kind).reshape(samples, count)
    stored = raw.astype(np.float64)
    stored[raw == _padding(group, kind)] = np.nan
    return tuple(
        _channel(definition, stored[:, number]) for number, definition in enumerate(definitions)
    )


def _sample_type(where: str, group: Dataset, order: Order) -> np.dtype:
    bits, meaning = int(group.WaveformBitsAllocated), str(group.WaveformSampleInterpretation)
    if meaning in _COMPANDED:
        found = f"its samples are companded ({_COMPANDED[meaning]}), as sound is"
        raise BadInput(where, found, "export them as plain integers")
    if (bits, meaning) not in _SAMPLES:
        raise BadInput(where, f"its samples are of no known kind ({bits} bits)", "export it again")
    return np.dtype(_SAMPLES[bits, meaning]).newbyteorder(order)


def _padding(group: Dataset, kind: np.dtype) -> int | None:
    value = group.get("WaveformPaddingValue")
    if isinstance(value, bytes):
        return int(np.frombuffer(value[: kind.itemsize], kind)[0]) if value else None
    return value


def _channel(definition: Dataset, stored: Float64[np.ndarray, " samples"]) -> Channel:
    # PS3.3 C.10.9.1.4.2: value = stored · sensitivity · correction + baseline, in the given unit.
    sensitivity = definition.get("ChannelSensitivity")
    if sensitivity is None:
        return Channel(_lead_name(definition), stored, None)
    correction = float(definition.get("ChannelSensitivityCorrectionFactor") or 1.0)
    baseline = float(definition.get("ChannelBaseline") or 0.0)
    units = definition.get("ChannelSensitivityUnitsSequence")
    samples = stored * float(sensitivity) * correction + baseline
    return Channel(_lead_name(definition), samples, str(units[0].CodeValue) if units else None)


def _lead_name(definition: Dataset) -> str:
    source = (definition.get("ChannelSourceSequence") or [Dataset()])[0]
    number = re.search(r"(?:^5\.6\.3-9-|^2:)(\d+)$", str(source.get("CodeValue", "")))
    if number and int(number[1]) in SCP_LEAD_CODES:
        return SCP_LEAD_CODES[int(number[1])]
    names = [str(source.get("CodeMeaning", "")), str(definition.get("ChannelLabel", ""))]
    known = [name for name in names if canonical_lead(name) in LEADS]
    return (known or names)[0]


def _measurements(dataset: Dataset) -> dict[str, float]:
    """What the device printed of all leads: numbers with a coded name alone, never text."""
    found: dict[str, float] = {}
    for item in dataset.get("WaveformAnnotationSequence") or []:
        concept = item.get("ConceptNameCodeSequence")
        value = item.get("NumericValue")
        if not concept or value is None or isinstance(value, MultiValue) or _is_of_a_lead(item):
            continue
        key = _measurement_key(concept[0])
        if key and value:  # devices write 0 for what they could not measure
            found.setdefault(key, float(value) * (_ms_per(item) if key.endswith("_ms") else 1.0))
    rr_ms = found.pop("rr_ms", None)
    if rr_ms and rr_ms > 0:
        found.setdefault("heart_rate_bpm", round(60_000 / rr_ms, 1))
    return found


def _measurement_key(concept: Dataset) -> str | None:
    code, meaning = str(concept.get("CodeValue", "")), str(concept.get("CodeMeaning", "")).lower()
    for key, known_code, pattern in _PRINTED:
        if (known_code and code == known_code) or re.fullmatch(pattern, meaning.strip()):
            return key
    return None


def _is_of_a_lead(item: Dataset) -> bool:
    # PS3.3 C.10.10.1.1: pairs of group and channel; channel 0 stands for the whole group.
    named = item.get("ReferencedWaveformChannels")
    channels = list(named[1::2]) if isinstance(named, Sequence) else []
    return bool(channels) and 0 not in channels and len(channels) < len(INDEPENDENT_LEADS)


def _ms_per(item: Dataset) -> float:
    units = item.get("MeasurementUnitsCodeSequence") or [Dataset()]
    seconds = seconds_per(str(units[0].get("CodeValue", "")))
    return 1.0 if seconds is None else round(seconds * 1000, 9)
