"""Alignment errors of a cohort and of their controls: another patient's cine, another order."""

from functools import partial

import numpy as np
from jaxtyping import Float, Int

from ptacl.checkpoint.reports.evaluation import AlignmentReport
from ptacl.metrics.alignment import (
    chance_error_in_frames,
    errors_in_frames,
    offset_recovery,
    shuffled,
    similarity,
)

CHUNK_SUBJECTS = 1024


def measure_alignment(
    segments: Float[np.ndarray, "subjects bins embedding"],
    frames: Float[np.ndarray, "subjects bins embedding"],
    rng: np.random.Generator,
    *,
    rolled_frames: Float[np.ndarray, "subjects bins embedding"] | None = None,
    roll: int = 0,
    centred: bool = True,
) -> AlignmentReport:
    """Measure the alignment of a cohort and its controls.

    Args:
        segments: projected ECG segments by phase.
        frames: projected cine frames of the same subjects, as many as segments.
        rng: draws the other patients and the shuffled order.
        rolled_frames: the frames as encoded from cines rolled forward by ``roll`` (rolling
            encoded frames instead would prove nothing); the offset is then measured on them.
        roll: frames that ``rolled_frames`` are rolled by.
        centred: as in `similarity`.

    Returns:
        errors in frames, without those that need the encoder again.
    """
    subjects, bins = segments.shape[:2]
    errors = partial(_cohort_errors, segments, centred)
    own = errors(frames)
    moved, shift = (frames, 0) if rolled_frames is None else (rolled_frames, roll)
    nan = np.array(np.nan)
    return AlignmentReport(
        subjects=subjects,
        error_frames=float(own.mean()),
        error_by_phase=tuple(own.mean(axis=0).tolist()),
        offset_error_frames=float(offset_errors(segments, moved, shift, centred).mean()),
        rolled_error_frames=None if rolled_frames is None else float(errors(moved, shift).mean()),
        other_patient_error_frames=float(
            (errors(frames[derangement(subjects, rng)]) if subjects > 1 else nan).mean()
        ),
        shuffled_error_frames=float(errors(shuffled(frames, rng)).mean()),
        chance_error_frames=chance_error_in_frames(bins),
    )


def offset_errors(
    segments: Float[np.ndarray, "subjects bins embedding"],
    frames: Float[np.ndarray, "subjects bins embedding"],
    shift: int = 0,
    centred: bool = True,
) -> Float[np.ndarray, " subjects"]:
    """Return the distance between the roll that each similarity matrix shows and the true one.

    Args:
        segments: projected ECG segments by phase.
        frames: projected cine frames of the same subjects.
        shift: frames that the cines are rolled by.
        centred: as in `similarity`.

    Returns:
        frames, a value a subject.
    """
    count = frames.shape[1]
    estimate = np.concatenate(
        [
            np.atleast_1d(offset_recovery(similarity(segments[rows], frames[rows], centred)))
            for rows in _chunks(len(segments))
        ]
    )
    distance = (estimate - shift) % count
    return np.minimum(distance, count - distance)


def derangement(subjects: int, rng: np.random.Generator) -> Int[np.ndarray, " subjects"]:
    """Draw another subject for each subject, each used once, of two subjects or more."""
    # One random cycle through all subjects: each is followed by another subject.
    ring = rng.permutation(subjects)
    other = np.empty(subjects, dtype=np.int64)
    other[ring] = np.roll(ring, -1)
    return other


def _cohort_errors(
    segments: Float[np.ndarray, "subjects bins embedding"],
    centred: bool,
    frames: Float[np.ndarray, "subjects bins embedding"],
    shift: int = 0,
) -> Int[np.ndarray, "subjects bins"]:
    """Return `errors_in_frames` of every subject against its row of ``frames``."""
    return np.concatenate(
        [
            errors_in_frames(similarity(segments[rows], frames[rows], centred), shift)
            for rows in _chunks(len(segments))
        ]
    )


def _chunks(subjects: int) -> list[slice]:
    """Split the subjects: the matrices of 50,000 at once would take half a gigabyte."""
    return [slice(start, start + CHUNK_SUBJECTS) for start in range(0, subjects, CHUNK_SUBJECTS)]
