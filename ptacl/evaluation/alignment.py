"""Does a moment of the ECG find its moment in the cine? With the controls of time."""

from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from jaxtyping import Int

from ptacl.alignment import measure_alignment
from ptacl.dataset import TimeMatch, batches, load_batch
from ptacl.embed import BATCH
from ptacl.encoders.two_tower import TwoTower
from ptacl.losses import phase_pool
from ptacl.readout import Rows
from ptacl.store import Store
from ptacl.types import Embeddings

ROLL_FRAMES = 17


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
    return report


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
    for start in range(0, len(rows), 64):
        chunk = rows[start : start + 64]
        samples = model.ecg_encoder.segment_samples
        batch = load_batch(store, chunk, samples, match=match, rng=rng, with_cine=False)
        steps = model.encode_ecg(batch.ecg, batch.segment_valid).steps
        parts.append(phase_pool(steps, batch.segment_phase, batch.frame_phase).numpy())
    return np.concatenate(parts)
