"""Device measurements in the annotations of a DICOM waveform.

Standard: DICOM PS3.3 C.10.10 (annotations), PS3.16 CID 3227 to 3229 (codes). Only numbers with a
coded name are read, never text.
"""

import re
from collections.abc import Iterator, Sequence

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from ptacl.io.ecg.device_measurements import rate_from_rr
from ptacl.io.ecg.mdc_codes import first_of_each, measurement_of
from ptacl.io.ecg.units import seconds_per
from ptacl.types import INDEPENDENT_LEADS

_ALL_LEADS = r",?( global)?"
_PRINTED = (
    ("heart_rate_bpm", "8867-4", r"(mean |ecg )?(ventricular|heart)( heart)? rate|v ?rate"),
    ("rr_ms", "5.10.2.1-3", r"rr (interval|time period)" + _ALL_LEADS),
    ("pr_ms", "5.13.5-7", r"p[rq] (interval|time period)" + _ALL_LEADS),
    ("qrs_ms", "5.13.5-9", r"qrs (duration|interval)" + _ALL_LEADS),
    ("qt_ms", "5.13.5-11", r"qt (interval|duration)" + _ALL_LEADS),
    ("qtc_ms", "5.10.2.5-5", r"qtc( interval)?" + _ALL_LEADS + r"( using bazett formula)?"),
    ("p_axis_deg", "5.10.3-11", r"p axis"),
    ("qrs_axis_deg", "5.10.3-13", r"(qrs|r) axis"),
    ("t_axis_deg", "5.10.3-15", r"t axis"),
)
"""Measurement key, its SCP-ECG or LOINC code, and the meanings that devices write."""
_BY_MEANING = 9
"""Rank of a measurement that is identified by its meaning: after those identified by code."""


def read_measurements(dataset: Dataset) -> dict[str, float | None]:
    """Return the measurements over all leads, under the keys of `Ecg.measurements`."""
    values: dict[tuple[str, int], float] = {}
    for item in _global_numbers(dataset):
        key = _measurement(item.ConceptNameCodeSequence[0])
        value = float(item.NumericValue)
        if key and value:  # devices write 0 for values that were not measured
            ms_per = _ms_per(item) if key[0].endswith("_ms") else 1.0
            values.setdefault(key, value * ms_per)
    return rate_from_rr(first_of_each(values))


def _global_numbers(dataset: Dataset) -> Iterator[Dataset]:
    for item in dataset.get("WaveformAnnotationSequence") or []:
        value = item.get("NumericValue")
        if isinstance(value, MultiValue) or value in (None, "") or _is_of_a_lead(item):
            continue
        if item.get("ConceptNameCodeSequence"):
            yield item


def _measurement(concept: Dataset) -> tuple[str, int] | None:
    code, meaning = str(concept.get("CodeValue", "")), str(concept.get("CodeMeaning", ""))
    match = measurement_of(code) or measurement_of(meaning)
    if match:
        return match
    for key, known_code, pattern in _PRINTED:
        if code == known_code:
            return key, 0
        if re.fullmatch(pattern, meaning.strip().lower()):
            return key, _BY_MEANING
    return None


def _is_of_a_lead(item: Dataset) -> bool:
    # PS3.3 C.10.10.1.1: pairs of group and channel; channel 0 means the whole group.
    named = item.get("ReferencedWaveformChannels")
    channels = list(named[1::2]) if isinstance(named, Sequence) else []
    return bool(channels) and 0 not in channels and len(channels) < len(INDEPENDENT_LEADS)


def _ms_per(item: Dataset) -> float:
    units = item.get("MeasurementUnitsCodeSequence") or [Dataset()]
    seconds = seconds_per(str(units[0].get("CodeValue", "")))
    return 1.0 if seconds is None else round(seconds * 1000, 9)
