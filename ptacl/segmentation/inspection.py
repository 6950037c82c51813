"""Inspect a cine: label its slices, measure them, and collect what is doubtful."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ptacl.errors import PtaclError
from ptacl.segmentation.areas import measure_slice
from ptacl.segmentation.labeller import Labeller, ProgressShare
from ptacl.segmentation.measurement import measure_cine
from ptacl.segmentation.quality import slice_flags, stack_flags, with_open_base
from ptacl.segmentation.records import (
    CineInspection,
    QualityFlag,
    SliceMeasurement,
    UnreadableSlice,
)
from ptacl.signal.heart_labels import STRUCTURES, Labels
from ptacl.types import SEVERITIES, Cine, ModelInfo


def inspect_cine(
    slices: Sequence[Cine],
    labeller: Labeller,
    *,
    name: str,
    unreadable: Sequence[UnreadableSlice] = (),
    progress: ProgressShare | None = None,
) -> CineInspection:
    """Label the slices of a heart and measure it.

    Args:
        slices: from base to apex, at least one.
        labeller: draws the labels.
        name: of the file or folder, for reports.
        unreadable: slices that were left out; each becomes a flag.
        progress: called with the share of the work done, 0 to 1.

    Raises:
        PtaclError: the labels do not have the shape of the slices.
    """
    labels = labeller.label(slices, progress)
    return inspect_labels(slices, labels, labeller.info, name=name, unreadable=unreadable)


def inspect_labels(
    slices: Sequence[Cine],
    labels: Sequence[Labels],
    segmenter: ModelInfo,
    *,
    name: str,
    unreadable: Sequence[UnreadableSlice] = (),
) -> CineInspection:
    """Measure a heart whose labels are known.

    Args:
        slices: from base to apex, at least one.
        labels: of each slice.
        segmenter: what drew the labels.
        name: of the file or folder, for reports.
        unreadable: slices that were left out.

    Raises:
        PtaclError: the labels do not have the shape of the slices, or hold other values.
    """
    check_labels(slices, labels)
    measured = [_with_flags(cine, own) for cine, own in zip(slices, labels, strict=True)]
    return _inspection(slices, labels, measured, segmenter, name, unreadable)


def _inspection(
    slices: Sequence[Cine],
    labels: Sequence[Labels],
    measured: Sequence[SliceMeasurement],
    segmenter: ModelInfo,
    name: str,
    unreadable: Sequence[UnreadableSlice],
) -> CineInspection:
    """Return the inspection of slices whose areas and flags are known."""
    measured = with_open_base(measured)
    result = measure_cine(slices, measured)
    flags = [
        *result.flags,
        *(_unreadable_flag(entry) for entry in unreadable),
        *stack_flags(measured, result.measurement.ed_frame or 0),
        *(flag for entry in measured for flag in entry.flags),
    ]
    return CineInspection(
        name=name,
        slices=tuple(slices),
        labels=tuple(labels),
        slice_measurements=measured,
        measurement=result.measurement,
        segmenter=segmenter,
        flags=tuple(sorted(flags, key=lambda flag: -SEVERITIES.index(flag.severity))),
        unreadable=tuple(unreadable),
    )


def remeasure(inspection: CineInspection, labels: Sequence[Labels]) -> CineInspection:
    """Measure a heart again with corrected labels.

    Args:
        inspection: the inspection before the correction.
        labels: of each of its slices; frames that differ from the labels before are noted as
            corrected.

    Raises:
        PtaclError: the labels do not have the shape of the slices, or hold other values.
    """
    check_labels(inspection.slices, labels)
    measured = [
        _with_flags(cine, own) if _has_changed(inspection, index, own) else former
        for index, (cine, own, former) in enumerate(
            zip(inspection.slices, labels, inspection.slice_measurements, strict=True)
        )
    ]
    result = _inspection(
        inspection.slices,
        labels,
        measured,
        inspection.segmenter,
        inspection.name,
        inspection.unreadable,
    )
    changed = {
        (index, int(frame))
        for index, (before, after) in enumerate(zip(inspection.labels, labels, strict=True))
        for frame in np.flatnonzero((before != after).any(axis=(1, 2)))
    }
    return replace(result, corrected=tuple(sorted(changed | set(inspection.corrected))))


def _with_flags(cine: Cine, labels: Labels) -> SliceMeasurement:
    measured = measure_slice(cine, labels)
    return replace(measured, flags=slice_flags(cine, labels, measured))


def _unreadable_flag(entry: UnreadableSlice) -> QualityFlag:
    place = "A slice" if entry.position is None else "It"  # its number stands before the flag
    if entry.position is None and entry.offset_mm is not None:
        place = f"The slice at {entry.offset_mm:.0f} mm from the first one"
    text = f"{place} was left out: {entry.reason}."
    return QualityFlag("slice_unreadable", text, "check", entry.position)


def _has_changed(inspection: CineInspection, index: int, labels: Labels) -> bool:
    """Return whether a slice has to be measured again.

    That includes the basal one, whose open wall counts less: it may be another one now.
    """
    lowered = any(flag.severity == "info" for flag in inspection.slice_measurements[index].flags)
    return lowered or not np.array_equal(inspection.labels[index], labels)


def check_labels(slices: Sequence[Cine], labels: Sequence[Labels]) -> None:
    """Check that labels fit the slices.

    Args:
        slices: at least one.
        labels: of each slice.

    Raises:
        PtaclError: there is no slice, or the labels have another shape or hold other values.
    """
    if not slices:
        raise PtaclError("A cine without slices cannot be measured.", code="cine.no_such_slice")
    shapes = [cine.frames.shape for cine in slices]
    given = [own.shape for own in labels]
    if shapes != given:
        raise PtaclError(
            f"The labels have the shapes {given}, the slices {shapes}. Give labels on the pixel "
            "grid of each slice.",
            code="labels.wrong_shape",
        )
    if any(own.dtype != np.uint8 or own.max(initial=0) > max(STRUCTURES) for own in labels):
        raise PtaclError(
            "The labels hold other values than 0 (background), 1 (right ventricle), "
            "2 (myocardium) and 3 (left ventricle).",
            code="labels.unknown_value",
        )
