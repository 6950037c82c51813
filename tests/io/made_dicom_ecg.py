"""DICOM waveforms made from arrays, for what pydicom's own example does not show."""

import io
from collections.abc import Mapping, Sequence

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

TWELVE_LEAD = "1.2.840.10008.5.1.4.1.1.9.1.1"
NUMBERS = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64} | {
    f"V{number}": 2 + number for number in range(1, 7)
}
"""Of the leads in the MDC nomenclature, partition 2."""


def coded(value: str, scheme: str = "MDC", meaning: str = "") -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning or value
    return item


def channel(
    code: str, meaning: str = "", sensitivity: float = 2.5, unit: str = "uV", **more: object
) -> Dataset:
    item = Dataset()
    item.ChannelSourceSequence = [coded(code, meaning=meaning)]
    item.ChannelSensitivity = sensitivity
    item.ChannelSensitivityUnitsSequence = [coded(unit, "UCUM")]
    item.ChannelSensitivityCorrectionFactor, item.ChannelBaseline = 1, 0
    for name, value in more.items():
        setattr(item, name, value)
    return item


def lead_channel(lead: str, **more: object) -> Dataset:
    return channel(f"2:{NUMBERS[lead]}", f"Lead {lead}", **more)  # type: ignore[arg-type]


def group(
    stored: np.ndarray,
    channels: Sequence[Dataset],
    rate_hz: float = 500,
    meaning: str = "SS",
    **more: object,
) -> Dataset:
    """A multiplex group from whole numbers, leads × samples."""
    item = Dataset()
    item.WaveformOriginality = "ORIGINAL"
    item.NumberOfWaveformChannels, item.NumberOfWaveformSamples = stored.shape
    item.SamplingFrequency = rate_hz
    item.ChannelDefinitionSequence = list(channels)
    item.WaveformBitsAllocated = 8 * stored.itemsize
    item.WaveformSampleInterpretation = meaning
    item.WaveformData = np.ascontiguousarray(stored.T).tobytes()
    for name, value in more.items():
        setattr(item, name, value)
    return item


def leads_group(stored: Mapping[str, np.ndarray], **more: object) -> Dataset:
    rows = np.stack(list(stored.values()))
    return group(rows, [lead_channel(lead) for lead in stored], **more)  # type: ignore[arg-type]


def measured(code: str, value: object, unit: str = "ms", meaning: str = "") -> Dataset:
    item = Dataset()
    item.ConceptNameCodeSequence = [coded(code, meaning=meaning)]
    item.NumericValue = value
    item.MeasurementUnitsCodeSequence = [coded(unit, "UCUM")]
    item.ReferencedWaveformChannels = [1, 0]
    return item


def dicom(
    *groups: Dataset, kind: str = TWELVE_LEAD, annotations: Sequence[Dataset] = ()
) -> Dataset:
    item = Dataset()
    item.file_meta = FileMetaDataset()
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    item.file_meta.MediaStorageSOPClassUID = item.SOPClassUID = kind
    item.file_meta.MediaStorageSOPInstanceUID = item.SOPInstanceUID = generate_uid()
    item.Modality = "ECG"
    item.WaveformSequence = list(groups)
    if annotations:
        item.WaveformAnnotationSequence = list(annotations)
    return item


def dicom_file(dataset: Dataset) -> bytes:
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
