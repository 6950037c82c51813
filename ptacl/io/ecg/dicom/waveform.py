"""DICOM ECG waveforms of any class: the channels decide, not a list of SOP classes.

Standard: DICOM PS3.3 C.10.9 (waveform module); parsed by `pydicom`. Samples are decoded in
``channels.py``, lead names in ``lead_codes.py``, device measurements in ``annotations.py``.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pydicom
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.containers.dicom_file import open_dicom
from ptacl.io.ecg.dicom.annotations import read_measurements
from ptacl.io.ecg.dicom.channels import Order, group_channels
from ptacl.io.ecg.dicom.lead_codes import lead_names, named_channels
from ptacl.io.ecg.leads.lead_groups import AlignedGroups, Group, align_groups, determine_twelve
from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.stated_person import stated_person
from ptacl.types import INDEPENDENT_LEADS, LEADS, Caveat

ECG_CLASSES = {f"1.2.840.10008.5.1.4.1.1.9.1.{kind}" for kind in (1, 2, 3, 4)}
"""12-lead, general, ambulatory and general 32-bit ECG waveform storage."""
MEDIAN_BEAT_S = 2.0
"""Longest median beat, in seconds: a group of all leads this short, together with a longer one, is
the median beat. Devices write 1–1.2 s."""


@dataclass(frozen=True, slots=True)
class _File:
    """An opened file: its name for messages, and the byte order of its samples."""

    where: str
    order: Order


def read_dicom_ecg(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the rhythm, the median beat and the device measurements.

    The rhythm is the longest group of all leads, or several groups combined.

    Raises:
        BadInput: damaged, no waveform, no ECG, or leads missing.
    """
    with warnings.catch_warnings():
        # pydicom quotes invalid values in its warnings, which may be patient data.
        warnings.simplefilter("ignore")
        dataset = open_dicom(name, files[name])
        groups = _groups_of_leads(name, dataset)
        # With an explicit big-endian syntax the samples are big-endian too.
        file = _File(name, "<" if dataset.original_encoding[1] else ">")
        median = _median(groups)
        rhythm = _rhythm(file, [group for group in groups if group is not median])
        return Recording(
            rhythm.channels,
            rhythm.sample_rate_hz,
            read_measurements(dataset),
            _median_channels(file, median),
            None if median is None else float(median.SamplingFrequency),
            caveats=rhythm.caveats,
            stated=stated_person(
                str(dataset.get("PatientSex") or ""), str(dataset.get("PatientAge") or "")
            ),
        )


def _groups_of_leads(where: str, dataset: Dataset) -> list[Dataset]:
    """Return the multiplex groups that hold a lead; all groups for an ECG class."""
    kind = dataset.get("SOPClassUID")
    if kind is None:
        raise BadInput(where, "it is a DICOM file cut short", "copy it again", code="file.damaged")
    groups = list(dataset.get("WaveformSequence") or [])
    with_leads = [group for group in groups if _leads(group)]
    if with_leads or (kind in ECG_CLASSES and groups):
        return with_leads or groups
    if kind in ECG_CLASSES:
        raise BadInput(
            where, "it holds no waveform", "export the ECG with its signal", code="ecg.no_signal"
        )
    name = pydicom.uid.UID(kind).name
    title = "of another kind" if name == kind else name  # only titles of the standard
    message = f"it is a DICOM file, but no ECG ({title})"
    raise BadInput(where, message, "export the ECG waveform", code="ecg.not_an_ecg")


def _leads(group: Dataset) -> set[str]:
    by_code, by_words = lead_names(group.get("ChannelDefinitionSequence") or [])
    return {*by_code, *by_words} & set(LEADS)


def _median(groups: Sequence[Dataset]) -> Dataset | None:
    longest = max(map(_duration_s, groups))
    for group in groups:
        is_short = _duration_s(group) <= min(MEDIAN_BEAT_S, longest / 2)
        if is_short and int(group.NumberOfWaveformChannels) >= len(INDEPENDENT_LEADS):
            return group
    return None


def _duration_s(group: Dataset) -> float:
    return float(group.NumberOfWaveformSamples) / float(group.SamplingFrequency)


def _rhythm(file: _File, groups: Sequence[Dataset]) -> AlignedGroups:
    full = [group for group in groups if determine_twelve(_leads(group))]
    chosen = [max(full, key=_duration_s)] if full else groups
    read = [_group(file, group) for group in chosen]
    aligned = align_groups(file.where, [group for group, _ in read])
    caveats = dict.fromkeys(caveat for _, group_caveats in read for caveat in group_caveats)
    return AlignedGroups(aligned.channels, aligned.sample_rate_hz, (*caveats, *aligned.caveats))


def _group(file: _File, group: Dataset) -> tuple[Group, tuple[Caveat, ...]]:
    raw, of_samples = group_channels(file.where, group, file.order)
    channels, of_names = named_channels(raw, group.ChannelDefinitionSequence)
    offset_ms = group.get("MultiplexGroupTimeOffset")
    start_s = None if offset_ms in (None, "") else float(offset_ms) / 1000
    return Group(channels, float(group.SamplingFrequency), start_s), of_samples + of_names


def _median_channels(file: _File, group: Dataset | None) -> tuple[Channel, ...]:
    try:
        return () if group is None else without_duplicates(_group(file, group)[0].channels)[0]
    except (
        BadInput,
        AttributeError,
        ValueError,
    ):  # invalid annotations must not prevent reading the rhythm
        return ()
