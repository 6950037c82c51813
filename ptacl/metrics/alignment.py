"""Temporal alignment of ECG and cine: similarity by phase, errors in frames, best path, controls.

Segment ``b`` of an ECG holds the phase of frame ``b`` of the cine, so a perfect model's
similarity matrix has its maxima on the diagonal. Phases run in a circle: the last frame is the
neighbour of the first. Every function takes one subject or any number on leading axes.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

Segments = Float[np.ndarray, "*subjects bins embedding"]
Frames = Float[np.ndarray, "*subjects frames embedding"]
Similarity = Float[np.ndarray, "*subjects bins frames"]

# Frames that the best path may advance from one segment to the next. The even pace is first
# in the list, so that it wins a tie.
STEPS = (1, 0, 2)
Control = Literal["none", "shuffled", "rolled"]
ROLLED_FRAMES = 12


@dataclass(frozen=True, slots=True)
class ErrorsByPhase:
    """Errors of a cohort in frames, at each phase of the beat."""

    median: Float[np.ndarray, " bins"]
    low: Float[np.ndarray, " bins"]
    """A tenth of the subjects err less."""
    high: Float[np.ndarray, " bins"]
    """A tenth of the subjects err more."""


def similarity(segments: Segments, frames: Frames, centred: bool = True) -> Similarity:
    """Return the cosine of every ECG segment with every cine frame, −1 to 1.

    Args:
        segments: projected ECG segments by phase, not normalised.
        frames: projected cine frames, not normalised.
        centred: subtract each one's mean over time first. What is constant over the beat
            identifies the patient and hides the phase.

    A segment or frame that does not differ from its mean has similarity 0 with everything.
    """
    return _unit(segments, centred) @ np.swapaxes(_unit(frames, centred), -1, -2)


def errors_in_frames(
    similarity: Similarity, shift: int = 0, truth: Int[np.ndarray, "*subjects bins"] | None = None
) -> Int[np.ndarray, "*subjects bins"]:
    """Return the frames between the best match of each segment and the true one, around the circle.

    Args:
        similarity: from `similarity`, with as many segments as frames.
        shift: by how many frames the cine was rolled forward before it was encoded.
        truth: frame of each segment in the unrolled cine; by default the one of the same number
            (linear phase; by cardiac events see `event_alignment`).

    Example:
        >>> errors_in_frames(np.roll(np.eye(50), 2, axis=1))[:3]
        array([2, 2, 2])
    """
    bins, frames = similarity.shape[-2:]
    true = np.arange(bins) if truth is None else truth
    return frames_between(similarity.argmax(axis=-1), true + shift, frames)


def frames_between(
    one: Int[np.ndarray, "..."], other: Int[np.ndarray, "..."], frames: int
) -> Int[np.ndarray, "..."]:
    """Return the distance of frames around the circle of ``frames``; shapes are broadcast.

    Example:
        >>> frames_between(np.array([0, 10]), np.array([49, 12]), 50)
        array([1, 2])
    """
    distance = (one - other) % frames
    return np.minimum(distance, frames - distance)


def chance_error_in_frames(frames: int) -> float:
    """Return the mean error of a uniform guess: a quarter of the circle.

    Example:
        >>> chance_error_in_frames(50)
        12.5
    """
    distance = np.arange(frames)
    return float(np.minimum(distance, frames - distance).mean())


def best_path(similarity: Similarity) -> Int[np.ndarray, "*subjects bins"]:
    """Return the frame of each segment on the best single turn through the cine.

    Time never runs backwards: from a segment to the next the path advances 0, 1 or 2 frames, and
    from the last to the first likewise, one full turn in all. Of all such paths it is the one
    with the largest sum of similarities, by dynamic programming from every starting frame.

    Example:
        >>> best_path(np.roll(np.eye(5), 1, axis=1))
        array([1, 2, 3, 4, 0])
    """
    bins, frames = similarity.shape[-2:]
    paths = [_best_turn(matrix) for matrix in similarity.reshape(-1, bins, frames)]
    return np.stack(paths).reshape(*similarity.shape[:-2], bins)


def offset_recovery(similarity: Similarity) -> float | Float[np.ndarray, " *subjects"]:
    """Return by how many frames the cine seems rolled forward, in −frames/2 … frames/2.

    It is the roll with the largest mean similarity on its diagonal; a parabola through it and its
    two neighbours gives the fraction of a frame.

    Args:
        similarity: from `similarity`, with as many segments as frames.

    Example:
        >>> float(offset_recovery(np.roll(np.eye(50), 3, axis=1)))
        3.0
    """
    bins, frames = similarity.shape[-2:]
    diagonal = (np.arange(bins)[:, None] + np.arange(frames)) % frames
    by_roll = np.take_along_axis(
        similarity, diagonal[(None,) * (similarity.ndim - 2)], axis=-1
    ).mean(axis=-2)
    peak = by_roll.argmax(axis=-1)[..., None]
    before, at, after = (
        np.take_along_axis(by_roll, (peak + step) % frames, axis=-1) for step in (-1, 0, 1)
    )
    curvature = before - 2.0 * at + after
    bend = np.where(curvature < 0, curvature, -1.0)
    fraction = np.where(curvature < 0, 0.5 * (before - after) / bend, 0.0)
    return ((peak + fraction + frames / 2) % frames - frames / 2)[..., 0].astype(np.float64)


def rolled(frames: Frames, shift: int) -> Frames:
    """Return the frames rolled around the circle, a control: frame f at f + shift."""
    return np.roll(frames, shift, axis=-2)


def shuffled(frames: Frames, rng: np.random.Generator) -> Frames:
    """Return the frames of each subject in a random order of its own, a control."""
    order = rng.permuted(np.broadcast_to(np.arange(frames.shape[-2]), frames.shape[:-1]), axis=-1)
    return np.take_along_axis(frames, order[..., None], axis=-2)


def frame_order(frames: int, control: Control) -> Int[np.ndarray, " frames"]:
    """Return the frame that a control shows at each phase of the beat.

    `none` leaves the beat as it is, `rolled` turns it by 12 frames, `shuffled` puts the frames in
    a random order, the same in every call.

    Example:
        >>> frame_order(50, "rolled")[[0, 12]]
        array([38,  0])
    """
    numbers = np.arange(frames, dtype=np.float64)[:, None]
    if control == "rolled":
        numbers = rolled(numbers, ROLLED_FRAMES)
    if control == "shuffled":
        numbers = shuffled(numbers, np.random.default_rng(0))
    return numbers[:, 0].astype(np.int64)


def spread_by_phase(errors: Int[np.ndarray, "subjects bins"]) -> ErrorsByPhase:
    """Return median and 10–90 % band of errors in frames, from `errors_in_frames` of a cohort.

    Example:
        >>> spread_by_phase(np.arange(11)[:, None]).high
        array([9.])
    """
    low, median, high = np.quantile(errors, (0.1, 0.5, 0.9), axis=0)
    return ErrorsByPhase(median, low, high)


def _unit(vectors: np.ndarray, centred: bool) -> np.ndarray:
    size = np.linalg.norm(vectors, axis=-1, keepdims=True).mean(axis=-2, keepdims=True)
    moving = vectors - vectors.mean(axis=-2, keepdims=True) if centred else vectors
    length = np.linalg.norm(moving, axis=-1, keepdims=True)
    # What centring leaves of a constant is rounding: it must not be scaled to a unit vector.
    significant = length > 1e-5 * size
    return np.where(significant, moving / np.where(significant, length, 1.0), 0.0).astype(
        vectors.dtype
    )


def _best_turn(similarity: np.ndarray) -> np.ndarray:
    bins, frames = similarity.shape
    # A state is (starting frame, frames advanced since); score[state] is its best sum so far.
    frame_of = (np.arange(frames)[:, None] + np.arange(frames + 1)) % frames
    score = np.full((frames, frames + 1), -np.inf)
    score[:, 0] = similarity[0]
    chosen = np.empty((bins, frames, frames + 1), dtype=np.int8)
    for segment in range(1, bins):
        options = np.full((len(STEPS), frames, frames + 1), -np.inf)
        for option, step in enumerate(STEPS):
            options[option, :, step:] = score[:, : frames + 1 - step]
        chosen[segment] = options.argmax(axis=0)
        score = options.max(axis=0) + similarity[segment][frame_of]
    # The turn closes from the last segment to the first by an allowed step as well.
    closing = [frames - step for step in STEPS]
    start, last = np.unravel_index(score[:, closing].argmax(), (frames, len(STEPS)))
    advance = np.empty(bins, dtype=np.int64)
    advance[-1] = closing[last]
    for segment in range(bins - 1, 0, -1):
        advance[segment - 1] = advance[segment] - STEPS[chosen[segment, start, advance[segment]]]
    return (start + advance) % frames
