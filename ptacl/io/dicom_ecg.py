"""DICOM ECG waveforms: 12-lead, general and ambulatory.

Standard: DICOM PS3.3 C.10.9 (waveform module) and C.10.10 (annotations); read with `pydicom`.
"""

import re
import warnings
from collections.abc import Mapping

import numpy as np
import pydicom
from jaxtyping import Float64
from pydicom.dataset import Dataset
from pydicom.waveforms import multiplex_array

from ptacl.errors import BadInput
from ptacl.io.dicom_file import open_dicom
from ptacl.io.leads import canonical_lead
from ptacl.io.recording import Channel, Recording
from ptacl.types import INDEPENDENT_LEADS, LEADS

ECG_CLASSES = {f"1.2.840.10008.5.1.4.1.1.9.1.{kind}" for kind in (1, 2, 3)}
"""SOP classes: 12-lead ECG, general ECG, ambulatory ECG waveform storage."""

_LEAD_NUMBERS = {1: "I", 2: "II", 61: "III", 62: "aVR", 63: "aVL", 64: "aVF"} | {
    2 + number: f"V{number}" for number in range(1, 7)
}
"""Numbers of the leads in SCP-ECG (5.6.3-9-n) and ISO 11073-10102 (2:n)."""

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


def read_dicom_ecg(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the longest group of channels (the rhythm), not the median beat beside it."""
    with warnings.catch_warnings():
        # pydicom quotes odd values in its warnings, and those may be a patient's.
        warnings.simplefilter("ignore")
        dataset = open_dicom(name, files[name])
        _expect_ecg(name, dataset)
        groups = list(dataset.get("WaveformSequence") or [])
        if not groups:
            raise BadInput(name, "it holds no waveform", "export the ECG with its signal")
        longest = max(range(len(groups)), key=lambda index: _rank(groups[index]))
        _check_size(name, groups[longest])
        channels = _channels(dataset, longest)
        return Recording(channels, float(groups[longest].SamplingFrequency), _measurements(dataset))


def _expect_ecg(where: str, dataset: Dataset) -> None:
    kind = dataset.get("SOPClassUID")
    if kind is None:
        raise BadInput(where, "it is a DICOM file cut short", "copy it again")
    if kind not in ECG_CLASSES:
        title = re.sub(r"^[\d.]+$", "of another kind", pydicom.uid.UID(kind).name)
        raise BadInput(
            where, f"it is a DICOM file, but no ECG ({title})", "export the ECG waveform"
        )


def _rank(group: Dataset) -> tuple[bool, float]:
    # A longer strip of lead II alone must not win over the rhythm of all leads.
    enough = int(group.NumberOfWaveformChannels) >= len(INDEPENDENT_LEADS)
    return enough, float(group.NumberOfWaveformSamples) / float(group.SamplingFrequency)


def _check_size(where: str, group: Dataset) -> None:
    claimed = group.NumberOfWaveformSamples * group.NumberOfWaveformChannels
    claimed *= group.WaveformBitsAllocated // 8
    if len(group.WaveformData) < claimed:
        raise BadInput(
            where,
            f"it is cut short: {len(group.WaveformData):,} bytes of signal of {claimed:,}",
            "copy it again",
        )


def _channels(dataset: Dataset, index: int) -> tuple[Channel, ...]:
    group = dataset.WaveformSequence[index]
    raw = multiplex_array(dataset, index, as_raw=True)
    stored = raw.astype(np.float64)
    stored[raw == _padding(group, raw.dtype)] = np.nan
    definitions = group.ChannelDefinitionSequence
    return tuple(
        _channel(definition, stored[:, number]) for number, definition in enumerate(definitions)
    )


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
    if number and int(number[1]) in _LEAD_NUMBERS:
        return _LEAD_NUMBERS[int(number[1])]
    names = [str(source.get("CodeMeaning", "")), str(definition.get("ChannelLabel", ""))]
    known = [name for name in names if canonical_lead(name) in LEADS]
    return (known or names)[0]


def _measurements(dataset: Dataset) -> dict[str, float]:
    """What the device printed: numbers with a coded name alone, never text."""
    found: dict[str, float] = {}
    for item in dataset.get("WaveformAnnotationSequence") or []:
        concept = item.get("ConceptNameCodeSequence")
        value = item.get("NumericValue")
        if not concept or value is None or isinstance(value, pydicom.multival.MultiValue):
            continue
        key = _measurement_key(concept[0])
        if key and key not in found and _is_plausible(key, float(value)):
            found[key] = float(value)
    rr_ms = found.pop("rr_ms", None)
    if rr_ms:
        found.setdefault("heart_rate_bpm", round(60_000 / rr_ms, 1))
    return found


def _measurement_key(concept: Dataset) -> str | None:
    code, meaning = str(concept.get("CodeValue", "")), str(concept.get("CodeMeaning", "")).lower()
    for key, known_code, pattern in _PRINTED:
        if (known_code and code == known_code) or re.fullmatch(pattern, meaning.strip()):
            return key
    return None


def _is_plausible(key: str, value: float) -> bool:
    # Devices write 0 or 29999 for what they could not measure.
    return -360 <= value <= 360 if key.endswith("_deg") else 0 < value < 5000
