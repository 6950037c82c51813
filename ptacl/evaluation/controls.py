"""The alignment of a cohort beside the controls that keep it honest: whose cine, in what order."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from jaxtyping import Float, Int

from ptacl.metrics.alignment import (
    chance_error_in_frames,
    errors_in_frames,
    offset_recovery,
    shuffled,
    similarity,
)

CHUNK_SUBJECTS = 1024


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """Errors in frames, averaged over subjects and phases, beside their controls."""

    subjects: int
    error_frames: float
    """Distance of the best matching frame from the true one."""
    error_by_phase: tuple[float, ...]
    """The same for each phase of the beat, from the R wave on."""
    offset_error_frames: float
    """Distance of the roll that the whole matrix shows from the true one."""
    rolled_error_frames: float | None
    """Error with the cine rolled before it was encoded, counted from the rolled truth; as
    small as ``error_frames`` unless the encoder reads the number of a frame. None where no
    rolled cine was given."""
    other_patient_error_frames: float
    """Error against another patient's cine: what knowing the phase alone reaches. NaN for a
    single subject."""
    shuffled_error_frames: float
    """Error with the frames in random order; near chance, or something is wrong."""
    chance_error_frames: float
    """Error of a guess."""


def measure_alignment(
    segments: Float[np.ndarray, "subjects bins embedding"],
    frames: Float[np.ndarray, "subjects bins embedding"],
    rng: np.random.Generator,
    *,
    rolled_frames: Float[np.ndarray, "subjects bins embedding"] | None = None,
    roll: int = 0,
    centred: bool = True,
) -> AlignmentReport:
    """The alignment of a cohort with all its controls.

    Args:
        segments: projected ECG segments by phase.
        frames: projected cine frames of the same subjects, as many as segments.
        rng: draws the other patients and the shuffled order.
        rolled_frames: the frames as encoded from cines rolled forward by ``roll`` (rolling
            encoded frames instead would prove nothing); they then also serve the offset.
        centred: as in `similarity`.
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
    """Frames between the roll that each subject's matrix shows and the true one, ``shift``."""
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
    """For each subject another one, each used once. Needs two subjects or more."""
    # One random ring through all subjects: each is followed by somebody else.
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
    """`errors_in_frames` of every subject against its row of ``frames``."""
    return np.concatenate(
        [
            errors_in_frames(similarity(segments[rows], frames[rows], centred), shift)
            for rows in _chunks(len(segments))
        ]
    )


def _chunks(subjects: int) -> list[slice]:
    """All subjects, some at a time: the matrices of 50,000 at once would take half a gigabyte."""
    return [slice(at, at + CHUNK_SUBJECTS) for at in range(0, subjects, CHUNK_SUBJECTS)]
