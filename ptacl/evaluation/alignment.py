"""Alignment of ECG segments with cine frames on held-out subjects, with controls of time."""

from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Int

from ptacl.checkpoint.reports.evaluation import AlignmentReport, MismatchError
from ptacl.data.batches import BatchFields, TimeMatch, batches
from ptacl.data.embed import BATCH
from ptacl.encoders.two_tower import TwoTower
from ptacl.evaluation.controls import measure_alignment
from ptacl.evaluation.event_alignment import event_errors
from ptacl.evaluation.intervals import mean_with_interval
from ptacl.losses import phase_pool
from ptacl.metrics.alignment import errors_in_frames, similarity
from ptacl.regression.features import Rows
from ptacl.store import Store
from ptacl.types import Embeddings

ROLL_FRAMES = 17
QUARTERS = 4


def alignment_report(
    model: TwoTower,
    embeddings: Embeddings,
    store: Store,
    rows: Int[np.ndarray, " rows"],
    seed: int,
) -> AlignmentReport:
    """Measure the alignment errors of a model and of its controls.

    Args:
        model: in evaluation mode.
        embeddings: of the subjects in ``rows``.
        store: the cohort.
        rows: the held-out subjects.
        seed: of the controls and of the bootstrap.

    Returns:
        errors in frames, also for rolled cines, shuffled frames and segments, another patient's
        cine, and a match by index; of a simulated cohort also against its cardiac events.
    """
    rng = np.random.default_rng(seed)
    rolled = rolled_frames(model, store, rows)
    report = measure_alignment(
        embeddings.segments, embeddings.frames, rng, rolled_frames=rolled, roll=ROLL_FRAMES
    )
    by_index, by_chance = (
        measure_alignment(
            matched_segments(model, store, rows, match, rng), embeddings.frames, rng
        ).error_frames
        for match in ("index", "shuffled")
    )
    matrix = similarity(embeddings.segments, embeddings.frames)
    errors = errors_in_frames(matrix).mean(axis=-1)
    by_events, at_events = event_errors(matrix, store, rows, seed)
    return replace(
        report,
        index_match_error_frames=by_index,
        shuffled_match_error_frames=by_chance,
        error=mean_with_interval(errors, seed),
        error_by_rate_mismatch=_by_rate_mismatch(errors, store, rows, seed),
        by_events=by_events,
        at_events=at_events,
    )


def _by_rate_mismatch(
    errors: np.ndarray, store: Store, rows: Rows, seed: int
) -> tuple[MismatchError, ...]:
    """Return the error in each quarter of the R–R difference between ECG and scan."""
    table, rate_hz = store.table.iloc[rows], store.recipe.ecg.sample_rate_hz
    ecg_ms = [1e3 * np.median(np.diff(peaks)) / rate_hz for peaks in table["r_peaks"]]
    difference_ms = np.abs(np.asarray(ecg_ms) - table["rr_ms"].to_numpy(dtype=np.float64))
    quarters = np.array_split(np.argsort(difference_ms, kind="stable"), QUARTERS)
    return tuple(
        _mismatch_error(errors[quarter], difference_ms[quarter], seed)
        for quarter in quarters
        if len(quarter)
    )


def _mismatch_error(errors: np.ndarray, difference_ms: np.ndarray, seed: int) -> MismatchError:
    mean = mean_with_interval(errors, seed)
    return MismatchError(
        from_ms=float(difference_ms.min()),
        to_ms=float(difference_ms.max()),
        value=mean.value,
        low=mean.low,
        high=mean.high,
        n=mean.n,
    )


@torch.inference_mode()
def rolled_frames(model: TwoTower, store: Store, rows: Rows) -> np.ndarray:
    """Encode the frames of cines that are rolled in time by `ROLL_FRAMES`.

    Returns:
        projected frames (subjects, frames, embedding).
    """
    parts = []
    for batch in batches(store, rows, BATCH, model.ecg_encoder.segment_samples):
        rolled = batch.cine.roll(ROLL_FRAMES, dims=1)
        parts.append(model.encode_cmr(rolled, batch.frame_phase).steps.numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def matched_segments(
    model: TwoTower, store: Store, rows: Rows, match: TimeMatch, rng: np.random.Generator
) -> np.ndarray:
    """Encode ECG segments and pool them by another match in time than the cardiac phase.

    Returns:
        projected segments (subjects, frames, embedding).
    """
    parts = []
    fields = BatchFields(match, cine=False)
    for batch in batches(store, rows, BATCH, model.ecg_encoder.segment_samples, fields, rng):
        steps = model.encode_ecg(batch.ecg, batch.segment_valid).steps
        parts.append(phase_pool(steps, batch.segment_phase, batch.frame_phase).numpy())
    return np.concatenate(parts)
