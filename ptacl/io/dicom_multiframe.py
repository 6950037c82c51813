"""Many frames in one DICOM file: enhanced MR, and the older multi-frame images.

Standard: DICOM PS3.3 C.7.6.16 (functional groups of each frame and of all), C.7.6.18.1 (cardiac
synchronisation), C.7.6.5 (cine: one frame time, or a vector of steps).
"""

from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.dicom_header import HeaderValues, dataset_values

FRAME_GROUPS = (
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "NumberOfFrames",
)
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
    "FrameContentSequence": ("FrameAcquisitionNumber", "FrameAcquisitionDateTime"),
    "MRModifierSequence": ("InversionTimes",),
}
"""Functional group → what is read from it."""


def frame_values(where: str, dataset: Dataset, common: HeaderValues) -> list[HeaderValues]:
    """The values of each frame as if it were a file of its own.

    Args:
        where: the file's name, for messages.
        dataset: holds the functional groups, if any.
        common: what is said once for all frames.

    Raises:
        BadInput: the groups do not fit the number of frames.
    """
    count = int(common["NumberOfFrames"][0])
    if not 0 < count <= MOST_FRAMES:
        raise BadInput(where, f"its header claims {count:,} frames", "export it again")
    groups = dataset.get("PerFrameFunctionalGroupsSequence")
    if not groups:
        return [{**common, **own} for own in _evenly_timed(where, common, count)]
    if len(groups) != count:
        found = f"it describes {len(groups)} of its {count} frames"
        raise BadInput(where, found, "export it again")
    shared = dataset.get("SharedFunctionalGroupsSequence") or [Dataset()]
    everywhere = {**common, **_named(_grouped(shared[0]))}
    return [{**everywhere, **_named(_grouped(group))} for group in groups]


def _grouped(group: Dataset) -> HeaderValues:
    values: dict[str, tuple[str, ...]] = {}
    for sequence, wanted in _GROUPS.items():
        items: Sequence[Dataset] = group.get(sequence) or ()
        if len(items):
            values |= dataset_values(items[0], wanted)
    return values


def _named(values: HeaderValues) -> HeaderValues:
    """Under the names that an image of one frame gives them."""
    same = ("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient")
    named = {tag: values[tag] for tag in same if values.get(tag)}
    for old, new in (
        ("ActualCardiacTriggerDelayTime", "TriggerTime"),
        ("NominalCardiacTriggerDelayTime", "TriggerTime"),
        ("RRIntervalTimeNominal", "NominalInterval"),
        ("FrameAcquisitionNumber", "AcquisitionNumber"),
        ("InversionTimes", "InversionTime"),
    ):
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
        raise BadInput(where, found, "export the original series with TriggerTime")
    first = float(next(iter(common.get("TriggerTime", ())), 0.0))
    return [{"TriggerTime": (repr(float(first + time)),)} for time in times]
