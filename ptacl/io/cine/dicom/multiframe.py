"""Multi-frame DICOM files: enhanced MR and classic multi-frame images.

Standard: DICOM PS3.3 C.7.6.16 (shared and per-frame functional groups), C.7.6.18.1 (cardiac
synchronisation), C.7.6.5 (cine: frame time or frame time vector).
"""

from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.containers.dicom_header import HeaderValues, dataset_values

FRAME_GROUPS = (
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "NumberOfFrames",
)
GROUPED_CLASSES = frozenset(f"1.2.840.10008.5.1.4.1.1.4.{kind}" for kind in ("1", "3", "4"))
"""SOP classes with functional groups for any number of frames: enhanced MR, enhanced MR colour,
legacy converted enhanced MR."""
MOST_FRAMES = 20_000
_GROUPS = {
    "PixelMeasuresSequence": ("PixelSpacing",),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "CardiacSynchronizationSequence": (
        "NominalCardiacTriggerDelayTime",
        "ActualCardiacTriggerDelayTime",
        "RRIntervalTimeNominal",
    ),
    "FrameContentSequence": (
        "FrameAcquisitionNumber", "FrameAcquisitionDateTime", "TemporalPositionIndex",
    ),
    "TemporalPositionSequence": ("TemporalPositionTimeOffset",),
    "MRModifierSequence": ("InversionTimes", "PhaseContrast", "Tagging"),
    "MRImageFrameTypeSequence": ("FrameType", "ComplexImageComponent", "AcquisitionContrast"),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept"),
}  # fmt: skip
"""Functional group → elements read from it; real-world values and windows are not read."""
_CONVERTED = (
    "UnassignedSharedConvertedAttributesSequence",
    "UnassignedPerFrameConvertedAttributesSequence",
)
"""Groups of legacy converted images with the elements of the original single-frame images."""
_CLASSIC = (
    "TriggerTime", "NominalInterval", "HeartRate", "LowRRValue", "HighRRValue",
    "CardiacNumberOfImages", "TemporalPositionIdentifier", "NumberOfTemporalPositions",
    "AcquisitionTime", "AcquisitionNumber", "SequenceName", "InversionTime",
    "RescaleSlope", "RescaleIntercept",
)  # fmt: skip


_UNCHANGED_NAMES = (
    "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "RescaleSlope",
    "RescaleIntercept", "ComplexImageComponent", "AcquisitionContrast", "PhaseContrast", "Tagging",
    "ActualCardiacTriggerDelayTime", "TemporalPositionTimeOffset", "FrameReferenceTime",
    *_CLASSIC,
)  # fmt: skip
_RENAMED = (
    ("ActualCardiacTriggerDelayTime", "TriggerTime"),
    ("NominalCardiacTriggerDelayTime", "TriggerTime"),
    ("RRIntervalTimeNominal", "NominalInterval"),
    ("FrameAcquisitionNumber", "AcquisitionNumber"),
    ("TemporalPositionIndex", "TemporalPositionIdentifier"),
    ("InversionTimes", "InversionTime"),
    ("FrameType", "ImageType"),
)
"""(name in functional groups, name in single-frame images); later rows take precedence."""


def frame_values(where: str, dataset: Dataset, common: HeaderValues) -> list[HeaderValues]:
    """Return the values of each frame under the names of single-frame images.

    Args:
        where: name of the file, for messages.
        dataset: dataset with the functional groups, if any.
        common: values that apply to all frames.

    Raises:
        BadInput: the number of groups differs from the number of frames, or frames have no times.
    """
    count = int(next(iter(common.get("NumberOfFrames", ())), 1))
    if not 0 < count <= MOST_FRAMES:
        raise BadInput(
            where, f"its header claims {count:,} frames", "export it again", code="file.damaged"
        )
    groups = dataset.get("PerFrameFunctionalGroupsSequence")
    if not groups and count == 1:
        groups = [Dataset()]
    if not groups:
        return [{**common, **times} for times in _constant_step_times(where, common, count)]
    if len(groups) != count:
        message = f"it describes {len(groups)} of its {count} frames"
        raise BadInput(where, message, "export it again", code="file.damaged")
    shared = dataset.get("SharedFunctionalGroupsSequence") or [Dataset()]
    shared_values = {**common, **named_as_classic(_group_values(shared[0]))}
    return [{**shared_values, **named_as_classic(_group_values(group))} for group in groups]


def _group_values(group: Dataset) -> HeaderValues:
    values: dict[str, tuple[str, ...]] = {}
    for converted in _CONVERTED:
        for item in group.get(converted) or ():
            values |= {t: v for t, v in dataset_values(item, _CLASSIC).items() if v}
    for sequence, keywords in _GROUPS.items():
        items: Sequence[Dataset] = group.get(sequence) or ()
        if len(items):
            values |= dataset_values(items[0], keywords)
    return values


def named_as_classic(values: HeaderValues) -> HeaderValues:
    """Rename elements of functional groups to those of single-frame images."""
    renamed = {tag: values[tag] for tag in _UNCHANGED_NAMES if values.get(tag)}
    for old, new in _RENAMED:
        if values.get(old):
            renamed[new] = values[old]
    if date_time := values.get("FrameAcquisitionDateTime"):
        renamed["AcquisitionTime"] = (date_time[0][8:],)  # time without date
    return renamed


def _constant_step_times(where: str, common: HeaderValues, count: int) -> list[HeaderValues]:
    steps = [float(step) for step in common.get("FrameTimeVector", ())]
    if len(steps) == count:
        times = np.cumsum([0.0, *steps[1:]])
    elif common.get("FrameTime"):
        times = np.arange(count) * float(common["FrameTime"][0])
    else:
        message = "its frames have neither trigger times nor a frame time"
        raise BadInput(
            where, message, "export the original series with TriggerTime", code="cine.no_order"
        )
    first = float(next(iter(common.get("TriggerTime", ())), 0.0))
    return [{"TriggerTime": (repr(float(first + time)),)} for time in times]
