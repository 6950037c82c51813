"""Motion of all slices of a heart, and what is doubtful about it."""

from collections.abc import Callable, Sequence

from ptacl.errors import PtaclError
from ptacl.motion.config import MotionConfig
from ptacl.motion.estimate import DEFAULT, measure_slice_motion
from ptacl.motion.records import MotionInspection, SliceMotion
from ptacl.segmentation.inspection import check_labels
from ptacl.segmentation.records import QualityFlag, UnreadableSlice
from ptacl.signal.heart_labels import Labels
from ptacl.types import SEVERITIES, Cine, ModelInfo

NO_WALL = "motion.no_wall"


def inspect_motion(
    slices: Sequence[Cine],
    labels: Sequence[Labels],
    segmenter: ModelInfo,
    *,
    name: str,
    unreadable: Sequence[UnreadableSlice] = (),
    config: MotionConfig = DEFAULT,
    progress: Callable[[float], None] | None = None,
) -> MotionInspection:
    """Measure the motion of a heart whose labels are known.

    Args:
        slices: from base to apex, at least one.
        labels: of each slice.
        segmenter: what drew the labels.
        name: of the file or folder, for reports.
        unreadable: slices that were left out; each becomes a flag.
        config: settings of the fit.
        progress: called with the share of the work done, 0 to 1.

    Raises:
        PtaclError: the labels do not have the shape of the slices, the frames do not cover the
            beat, or no slice shows the closed wall of the left ventricle.
    """
    check_labels(slices, labels)
    motions: list[SliceMotion] = []
    flags: list[QualityFlag] = []
    reason: PtaclError | None = None
    for index, (cine, own) in enumerate(zip(slices, labels, strict=True)):
        try:
            motion = measure_slice_motion(cine, own, config=config)
            motions.append(motion)
            flags += motion.flags
        except PtaclError as error:
            if error.code != NO_WALL:
                raise
            reason = error
            flags.append(_left_out(cine))
        if progress:
            progress((index + 1) / len(slices))
    if not motions and reason:
        raise reason
    flags += [_unreadable(entry) for entry in unreadable]
    return MotionInspection(
        name=name,
        slices=tuple(slices),
        labels=tuple(labels),
        motions=tuple(motions),
        segmenter=segmenter,
        flags=tuple(sorted(flags, key=lambda flag: -SEVERITIES.index(flag.severity))),
        unreadable=tuple(unreadable),
    )


def _left_out(cine: Cine) -> QualityFlag:
    text = "The slice does not show the closed wall of the left ventricle: not measured."
    return QualityFlag("slice_without_wall", text, "info", cine.slice_position)


def _unreadable(entry: UnreadableSlice) -> QualityFlag:
    place = "A slice" if entry.position is None else "It"  # its number stands before the flag
    text = f"{place} was left out: {entry.reason}."
    return QualityFlag("slice_unreadable", text, "check", entry.position)
