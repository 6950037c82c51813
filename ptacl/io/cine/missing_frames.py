"""Missing frames of a slice: replaced by the frame before, with a caveat, or refused.

Frames of a cine are equidistant over the beat, so that a missing frame leaves a gap in the times.
The expected number of frames is stated by the scanner (CardiacNumberOfImages) or follows from the
other slices.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float64, Int

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.dicom.frame_times import Beat
from ptacl.io.cine.dicom.rr_interval import typical_step
from ptacl.types import Caveat

MOST_IN_A_ROW = 2
"""Three missing frames of 25 are 100 ms, which may include end-systole."""
_FEWEST = 3
"""A pair of end-diastole and end-systole is not an incomplete cine."""


def fill_missing_frames(
    where: str, beat: Beat, expected: int | None
) -> tuple[Beat, tuple[int, ...]]:
    """Insert a copy of the previous frame for each missing frame.

    Args:
        where: name for messages.
        beat: the frames that are present.
        expected: number of frames of the whole beat, if known.

    Returns:
        The complete beat, and the indices of the inserted frames.

    Raises:
        BadInput: more than two consecutive frames are missing.
    """
    if len(beat.frames) < _FEWEST:
        return beat, ()
    before = _missing_before(beat, expected)
    if not before.any():
        return _note_fewer(beat, expected), ()
    if before.max() > MOST_IN_A_ROW:
        message = f"{before.sum()} of its {len(beat.frames) + before.sum()} frames are missing"
        raise BadInput(
            where,
            f"{message}, {before.max()} in a row",
            "export all its frames",
            code="cine.missing_frames",
        )
    return _insert_copies(beat, before)


def _missing_before(beat: Beat, expected: int | None) -> Int[np.ndarray, " gaps"]:
    """Count the missing frames before each frame, and at the end."""
    times, count = beat.times_ms, len(beat.frames)
    step = typical_step(times)
    gaps = np.zeros(count + 1, int)
    gaps[1:-1] = np.maximum(np.rint(np.diff(times) / step) - 1, 0)
    missing_count = None if expected is None else expected - count
    if missing_count is None or missing_count < 0:  # scanners count before interpolation
        return gaps
    if missing_count == 0:
        return np.zeros_like(gaps)
    if gaps.sum() > missing_count:
        return _largest(gaps, np.diff(times), missing_count)
    at_end = max(round((beat.rr_ms - times[-1]) / step) - 1, 0)
    gaps[-1] = min(at_end, missing_count - gaps.sum())
    gaps[0] = min(int((times[0] + 1e-6 * step) // step), missing_count - gaps.sum())
    return gaps


def _largest(
    gaps: Int[np.ndarray, " gaps"], steps: Float64[np.ndarray, " steps"], missing_count: int
) -> Int[np.ndarray, " gaps"]:
    """Limit the missing frames to their total number, at the longest steps first."""
    limited = np.zeros_like(gaps)
    for index in np.argsort(-steps, kind="stable") + 1:
        limited[index] = min(gaps[index], missing_count - limited.sum())
    return limited


def _note_fewer(beat: Beat, expected: int | None) -> Beat:
    """Add a caveat if the header states more frames than a beat without gaps has."""
    if expected is None or expected <= len(beat.frames):
        return beat
    text = (
        f"The file states {expected} frames; the {len(beat.frames)} frames present leave no gap in "
        "the beat."
    )
    caveat = Caveat("fewer_frames_than_said", text, "info")
    return replace(beat, caveats=(*beat.caveats, caveat))


def _insert_copies(beat: Beat, before: Int[np.ndarray, " gaps"]) -> tuple[Beat, tuple[int, ...]]:
    step = typical_step(beat.times_ms)
    frames: list[FrameHeader] = []
    times: list[float] = []
    repeated: list[int] = []
    for index, missing in enumerate(before.tolist()):
        start = beat.times_ms[index - 1] if index else beat.times_ms[0] - (missing + 1) * step
        for number in range(1, missing + 1):
            repeated.append(len(frames))
            frames.append(beat.frames[index - 1])  # before the first: the last one
            times.append(start + number * step)
        if index < len(beat.frames):
            frames.append(beat.frames[index])
            times.append(beat.times_ms[index])
    text = (
        f"{len(repeated)} of {len(frames)} frames are missing; each was replaced by the frame "
        "before it."
    )
    caveats = (*beat.caveats, Caveat("frames_missing", text))
    return replace(beat, frames=tuple(frames), times_ms=np.array(times), caveats=caveats), tuple(
        repeated
    )
