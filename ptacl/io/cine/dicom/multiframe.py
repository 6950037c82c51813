"""Many frames in one DICOM file: enhanced MR, and the older multi-frame images.

Standard: DICOM PS3.3 C.7.6.16 (functional groups of each frame and of all), C.7.6.18.1 (cardiac
synchronisation), C.7.6.5 (cine: one frame time, or a vector of steps).
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
"""SOP classes whose values lie in functional groups, however many frames a file holds: enhanced MR,
enhanced MR colour, legacy converted enhanced MR."""
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
"""Functional group → what is read from it. Real-world values and windows are not asked."""
_CONVERTED = (
    "UnassignedSharedConvertedAttributesSequence",
    "UnassignedPerFrameConvertedAttributesSequence",
)
"""Where legacy converted images keep what stood in the images of one frame."""
_CLASSIC = (
    "TriggerTime", "NominalInterval", "HeartRate", "LowRRValue", "HighRRValue",
    "CardiacNumberOfImages", "TemporalPositionIdentifier", "NumberOfTemporalPositions",
    "AcquisitionTime", "AcquisitionNumber", "SequenceName", "InversionTime",
    "RescaleSlope", "RescaleIntercept",
)  # fmt: skip


_SAME = (
    "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient", "RescaleSlope",
    "RescaleIntercept", "ComplexImageComponent", "AcquisitionContrast", "PhaseContrast", "Tagging",
    "ActualCardiacTriggerDelayTime", "TemporalPositionTimeOffset", "FrameReferenceTime",
    *_CLASSIC,
)  # fmt: skip
_OTHERWISE = (
    ("ActualCardiacTriggerDelayTime", "TriggerTime"),
    ("NominalCardiacTriggerDelayTime", "TriggerTime"),
    ("RRIntervalTimeNominal", "NominalInterval"),
    ("FrameAcquisitionNumber", "AcquisitionNumber"),
    ("TemporalPositionIndex", "TemporalPositionIdentifier"),
    ("InversionTimes", "InversionTime"),
    ("FrameType", "ImageType"),
)
"""(functional group's name, name in an image of one frame); of two for one the later counts."""


def frame_values(where: str, dataset: Dataset, common: HeaderValues) -> list[HeaderValues]:
    """The values of each frame as if it were a file of its own.

    Args:
        where: the file's name, for messages.
        dataset: holds the functional groups, if any.
        common: what is said once for all frames.

    Raises:
        BadInput: the groups do not fit the number of frames.
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
        return [{**common, **own} for own in _evenly_timed(where, common, count)]
    if len(groups) != count:
        found = f"it describes {len(groups)} of its {count} frames"
        raise BadInput(where, found, "export it again", code="file.damaged")
    shared = dataset.get("SharedFunctionalGroupsSequence") or [Dataset()]
    everywhere = {**common, **named_as_classic(_grouped(shared[0]))}
    return [{**everywhere, **named_as_classic(_grouped(group))} for group in groups]


def _grouped(group: Dataset) -> HeaderValues:
    values: dict[str, tuple[str, ...]] = {}
    for converted in _CONVERTED:
        for item in group.get(converted) or ():
            values |= {t: v for t, v in dataset_values(item, _CLASSIC).items() if v}
    for sequence, wanted in _GROUPS.items():
        items: Sequence[Dataset] = group.get(sequence) or ()
        if len(items):
            values |= dataset_values(items[0], wanted)
    return values


def named_as_classic(values: HeaderValues) -> HeaderValues:
    """Under the names that an image of one frame gives them."""
    named = {tag: values[tag] for tag in _SAME if values.get(tag)}
    for old, new in _OTHERWISE:
        if values.get(old):
            named[new] = values[old]
    if moment := values.get("FrameAcquisitionDateTime"):
        named["AcquisitionTime"] = (moment[0][8:],)  # the time alone, without the date
    return named


def _evenly_timed(where: str, common: HeaderValues, count: int) -> list[HeaderValues]:
    steps = [float(step) for step in common.get("FrameTimeVector", ())]
    if len(steps) == count:
        times = np.cumsum([0.0, *steps[1:]])
    elif common.get("FrameTime"):
        times = np.arange(count) * float(common["FrameTime"][0])
    else:
        found = "its frames carry no trigger times and no frame time"
        raise BadInput(
            where, found, "export the original series with TriggerTime", code="cine.no_order"
        )
    first = float(next(iter(common.get("TriggerTime", ())), 0.0))
    return [{"TriggerTime": (repr(float(first + time)),)} for time in times]
