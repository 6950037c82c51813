"""Frames that a slice lacks: told, each replaced by the one before, or the slice refused.

Frames of a cine lie evenly over the beat, so a missing one leaves a hole in the times; how many
there should be the scanner says (CardiacNumberOfImages) or the other slices show.
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
"""Three missing frames of 25 are 100 ms: end systole can lie between them."""
_FEWEST = 3
"""End-diastole and end-systole alone are no cine that lacks the rest."""


def completed(where: str, beat: Beat, expected: int | None) -> tuple[Beat, tuple[int, ...]]:
    """The beat with its missing frames, and their places in it.

    Args:
        where: name for messages.
        beat: the frames that are there.
        expected: how many there should be, where that is known.

    Raises:
        BadInput: more than two are missing in a row.
    """
    if len(beat.frames) < _FEWEST:
        return beat, ()
    before = _missing_before(beat, expected)
    if not before.any():
        return _told_fewer(beat, expected), ()
    if before.max() > MOST_IN_A_ROW:
        found = f"{before.sum()} of its {len(beat.frames) + before.sum()} frames are missing"
        raise BadInput(
            where,
            f"{found}, {before.max()} of them in a row",
            "export all its frames",
            code="cine.missing_frames",
        )
    return _filled(beat, before)


def _missing_before(beat: Beat, expected: int | None) -> Int[np.ndarray, " places"]:
    """How many frames are missing before each one, and at the end."""
    times, count = beat.times_ms, len(beat.frames)
    step = typical_step(times)
    holes = np.zeros(count + 1, int)
    holes[1:-1] = np.maximum(np.rint(np.diff(times) / step) - 1, 0)
    lacking = None if expected is None else expected - count
    if lacking is None or lacking < 0:  # scanners that interpolate frames count the others
        return holes
    if lacking == 0:
        return np.zeros_like(holes)
    if holes.sum() > lacking:
        return _largest(holes, np.diff(times), lacking)
    at_end = max(round((beat.rr_ms - times[-1]) / step) - 1, 0)
    holes[-1] = min(at_end, lacking - holes.sum())
    holes[0] = min(int((times[0] + 1e-6 * step) // step), lacking - holes.sum())
    return holes


def _largest(
    holes: Int[np.ndarray, " places"], steps: Float64[np.ndarray, " steps"], lacking: int
) -> Int[np.ndarray, " places"]:
    """As many missing frames as are lacking, where the steps are longest."""
    kept = np.zeros_like(holes)
    for place in np.argsort(-steps, kind="stable") + 1:
        kept[place] = min(holes[place], lacking - kept.sum())
    return kept


def _told_fewer(beat: Beat, expected: int | None) -> Beat:
    """A beat without a hole is whole; that its header counts otherwise is told."""
    if expected is None or expected <= len(beat.frames):
        return beat
    text = (
        f"The file says {expected} frames; the {len(beat.frames)} that are there leave no hole in "
        "the beat."
    )
    caveat = Caveat("fewer_frames_than_said", text, "info")
    return replace(beat, caveats=(*beat.caveats, caveat))


def _filled(beat: Beat, before: Int[np.ndarray, " places"]) -> tuple[Beat, tuple[int, ...]]:
    step = typical_step(beat.times_ms)
    frames: list[FrameHeader] = []
    times: list[float] = []
    repeated: list[int] = []
    for place, missing in enumerate(before.tolist()):
        start = beat.times_ms[place - 1] if place else beat.times_ms[0] - (missing + 1) * step
        for number in range(1, missing + 1):
            repeated.append(len(frames))
            frames.append(beat.frames[place - 1])  # before the first comes the last of the beat
            times.append(start + number * step)
        if place < len(beat.frames):
            frames.append(beat.frames[place])
            times.append(beat.times_ms[place])
    text = (
        f"{len(repeated)} of {len(frames)} frames are missing; the one before stands in the place "
        "of each."
    )
    caveats = (*beat.caveats, Caveat("frames_missing", text))
    return replace(beat, frames=tuple(frames), times_ms=np.array(times), caveats=caveats), tuple(
        repeated
    )
