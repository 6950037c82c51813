"""FHIR Observations with ECG samples, alone or in a Bundle, as JSON, NDJSON or XML.

Standard: HL7 FHIR R4 and R5, Observation and SampledData. There is one component per lead in an
Observation, or one Observation per lead. Device measurements are given as quantities.
"""

from collections.abc import Mapping

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.containers.xml_document import as_number
from ptacl.io.ecg.fhir.resource import Resource, part, parts, resources, text
from ptacl.io.ecg.fhir.sampled_data import Wave, wave_of
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.units import seconds_per
from ptacl.io.stated_person import stated_person
from ptacl.measurements import DEVICE_RANGES
from ptacl.types import UNKNOWN_PERSON, Caveat, Person

_PRINTED = {
    "8867-4": "heart_rate_bpm", "76282-3": "heart_rate_bpm", "MDC_ECG_HEART_RATE": "heart_rate_bpm",
    "8625-6": "pr_ms", "MDC_ECG_TIME_PD_PR": "pr_ms",
    "8633-0": "qrs_ms", "MDC_ECG_TIME_PD_QRS": "qrs_ms",
    "8634-8": "qt_ms", "MDC_ECG_TIME_PD_QT": "qt_ms",
    "8636-3": "qtc_ms", "MDC_ECG_TIME_PD_QTC": "qtc_ms",
    "8626-4": "p_axis_deg", "MDC_ECG_ANGLE_P_FRONT": "p_axis_deg",
    "8632-2": "qrs_axis_deg", "MDC_ECG_ANGLE_QRS_FRONT": "qrs_axis_deg",
    "8638-9": "t_axis_deg", "MDC_ECG_ANGLE_T_FRONT": "t_axis_deg",
}  # fmt: skip
"""LOINC codes and ISO/IEEE 11073-10102 reference identifiers."""
_VOID = ("entered-in-error", "cancelled")


def read_fhir(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the leads of one ECG, joined if in several parts, and the device measurements.

    Raises:
        BadInput: no samples of a lead, several ECGs, marked as an error, damaged.
    """
    contents = list(resources(name, files[name]))
    observations = [item for item in contents if text(item, "resourceType") == "Observation"]
    waves = [wave_by_lead for resource in observations if (wave_by_lead := _waves(name, resource))]
    if not waves:
        what = "it holds no samples of an ECG lead (SampledData)"
        raise BadInput(name, what, "export the Observation with its waveform", code="ecg.no_signal")
    leads = _one_ecg(name, waves)
    rates = {wave.rate_hz for lead in leads for wave in lead}
    if len(rates) > 1:
        raise BadInput(
            name,
            "its leads differ in their rate",
            "export all leads at one rate",
            code="ecg.different_rates",
        )
    channels = tuple(_joined(name, lead) for lead in leads)
    caveats = _joined_caveat(max(map(len, leads)))
    measured, stated = _measurements(observations), _stated(contents)
    return Recording(channels, rates.pop(), measured, caveats=caveats, stated=stated)


def _stated(contents: list[Resource]) -> Person:
    """Return the sex of the only Patient; FHIR states no age, and the birth date is not read."""
    patients = [item for item in contents if text(item, "resourceType") == "Patient"]
    return stated_person(text(patients[0], "gender")) if len(patients) == 1 else UNKNOWN_PERSON


def _waves(where: str, observation: Resource) -> dict[str, list[Wave]]:
    """Return lead → its parts in the order of the file."""
    waves: dict[str, list[Wave]] = {}
    for record in (observation, *parts(observation, "component")):
        wave = wave_of(where, record)
        if wave is not None:
            waves.setdefault(wave.channel.name, []).append(wave)
    if waves and text(observation, "status") in _VOID:
        message = "its status is entered in error or cancelled"
        raise BadInput(where, message, "give the valid Observation", code="ecg.marked_invalid")
    return waves


def _one_ecg(where: str, waves: list[dict[str, list[Wave]]]) -> list[list[Wave]]:
    merged: dict[str, list[Wave]] = {}
    for wave_by_lead in waves:
        if merged.keys() & wave_by_lead.keys():
            raise BadInput(
                where,
                f"it holds several ECGs ({len(waves)})",
                "give one at a time",
                code="ecg.several",
            )
        merged |= wave_by_lead
    counts = {len(lead) for lead in merged.values()}
    sizes = {tuple(len(wave.channel.samples) for wave in lead) for lead in merged.values()}
    if len(counts) > 1 or (max(counts) > 1 and len(sizes) > 1):
        message = "some leads are present several times, and not all in the same parts"
        raise BadInput(where, message, "export each lead once", code="ecg.duplicate_lead")
    return list(merged.values())


def _joined(where: str, lead: list[Wave]) -> Channel:
    first = lead[0].channel
    if len({wave.channel.unit for wave in lead}) > 1:
        raise BadInput(
            where,
            "the parts of a lead differ in their unit",
            "export them with the same settings",
            code="ecg.different_units",
        )
    return Channel(first.name, np.concatenate([w.channel.samples for w in lead]), first.unit)


def _joined_caveat(count: int) -> tuple[Caveat, ...]:
    if count == 1:
        return ()
    message = f"Each lead consists of {count} parts, which were joined in the order of the file."
    return (Caveat("parts_joined", message, "check"),)


def _measurements(resources: list[Resource]) -> dict[str, float]:
    """Return the quantities with codes of `_PRINTED`; never text."""
    values: dict[str, float] = {}
    for observation in resources:
        for record in (observation, *parts(observation, "component")):
            quantity = part(record, "valueQuantity")
            number = as_number(text(quantity, "value"))
            key = _key(record)
            if number is not None and key is not None:
                values.setdefault(key, number * _scale(key, quantity))
    return values


def _key(record: Resource) -> str | None:
    codings = parts(part(record, "code"), "coding")
    codes = [text(coding, word) for coding in codings for word in ("code", "display")]
    return next((_PRINTED[code] for code in codes if code in _PRINTED), None)


def _scale(key: str, quantity: Resource) -> float:
    assert key in DEVICE_RANGES
    if not key.endswith("_ms"):
        return 1.0
    units = (seconds_per(text(quantity, word)) for word in ("code", "unit"))
    return 1000 * next(filter(None, units), 1e-3)
