"""Does a moment of the ECG find its moment in the cine? With the controls of time."""

from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from jaxtyping import Int

from ptacl.data.batches import BatchFields, TimeMatch, batches
from ptacl.data.embed import BATCH
from ptacl.encoders.two_tower import TwoTower
from ptacl.evaluation.controls import measure_alignment
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
) -> dict[str, Any]:
    """Errors in frames with the controls: roll, shuffle, another patient, index match."""
    rng = np.random.default_rng(seed)
    rolled = rolled_frames(model, store, rows)
    measured = measure_alignment(
        embeddings.segments, embeddings.frames, rng, rolled_frames=rolled, roll=ROLL_FRAMES
    )
    report = asdict(measured)
    for match in ("index", "shuffled"):
        segments = matched_segments(model, store, rows, match, rng)
        control = measure_alignment(segments, embeddings.frames, rng)
        report[f"{match}_match_error_frames"] = control.error_frames
    errors = errors_in_frames(similarity(embeddings.segments, embeddings.frames)).mean(axis=-1)
    report["error"] = mean_with_interval(errors, seed)
    report["error_by_rate_mismatch"] = _by_rate_mismatch(errors, store, rows, seed)
    return report


def _by_rate_mismatch(
    errors: np.ndarray, store: Store, rows: Rows, seed: int
) -> list[dict[str, float]]:
    """Error in each quarter of the subjects, by how far the R–R of ECG and scan lie apart."""
    table, rate_hz = store.table.iloc[rows], store.recipe.ecg.sample_rate_hz
    ecg_ms = [1e3 * np.median(np.diff(peaks)) / rate_hz for peaks in table["r_peaks"]]
    apart_ms = np.abs(np.asarray(ecg_ms) - table["rr_ms"].to_numpy(dtype=np.float64))
    quarters = np.array_split(np.argsort(apart_ms, kind="stable"), QUARTERS)
    return [
        {
            "from_ms": float(apart_ms[quarter].min()),
            "to_ms": float(apart_ms[quarter].max()),
            **mean_with_interval(errors[quarter], seed),
        }
        for quarter in quarters
        if len(quarter)
    ]


@torch.inference_mode()
def rolled_frames(model: TwoTower, store: Store, rows: Rows) -> np.ndarray:
    """Frames as encoded from cines rolled in time before the encoder sees them."""
    parts = []
    for batch in batches(store, rows, BATCH, model.ecg_encoder.segment_samples):
        rolled = batch.cine.roll(ROLL_FRAMES, dims=1)
        parts.append(model.encode_cmr(rolled, batch.frame_phase).steps.numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def matched_segments(
    model: TwoTower, store: Store, rows: Rows, match: TimeMatch, rng: np.random.Generator
) -> np.ndarray:
    """Segments pooled by another idea of time than the cardiac phase."""
    parts = []
    fields = BatchFields(match, cine=False)
    for batch in batches(store, rows, BATCH, model.ecg_encoder.segment_samples, fields, rng):
        steps = model.encode_ecg(batch.ecg, batch.segment_valid).steps
        parts.append(phase_pool(steps, batch.segment_phase, batch.frame_phase).numpy())
    return np.concatenate(parts)
