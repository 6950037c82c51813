"""Store + split -> batches. Splits are by subject and follow from the subject's id alone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from ptacl.augment import Window, shift_cines
from ptacl.errors import PtaclError
from ptacl.signal.beats import cardiac_phase
from ptacl.store import Store

Split = Literal["train", "val", "test"]
TimeMatch = Literal["phase", "index", "shuffled"]
"""How an ECG segment finds its time in the cine: cardiac phase over all beats; the index in the
recording (control); a random permutation of the segments (control)."""

TRAIN_SHARE, VAL_SHARE = 0.85, 0.075


@dataclass(frozen=True)
class Batch:
    """Pairs as tensors."""

    ecg: Float[Tensor, "batch leads samples"]
    """In the recipe's unit (mV by default)."""
    segment_phase: Float[Tensor, "batch segments"]
    """Cardiac phase of each segment's centre in [0, 1); NaN in padding or without beats."""
    segment_valid: Bool[Tensor, "batch segments"]
    """False in padding."""
    cine: UInt8[Tensor, "batch frames rows columns"]
    frame_phase: Float[Tensor, "batch frames"]
    rows: Int[Tensor, " batch"]
    """Row of each pair in the store."""

    def to(self, device: torch.device) -> "Batch":
        """The same batch on another device."""
        return Batch(
            *(getattr(self, name).to(device, non_blocking=True) for name in Batch.__annotations__)
        )


def split_of(subject_id: str) -> Split:
    """The split of a subject, from a hash of the id: the same in every store and every run.

    Example:
        >>> split_of("S1-00000") in ("train", "val", "test")
        True
    """
    digest = hashlib.sha256(f"ptacl split:{subject_id}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < TRAIN_SHARE:
        return "train"
    return "val" if place < TRAIN_SHARE + VAL_SHARE else "test"


def split_rows(store: Store, split: Split, limit: int | None = None) -> Int[np.ndarray, " rows"]:
    """Rows of a split whose ECG has beats, in the store's order; at most `limit` of them.

    Raises:
        PtaclError: the split is empty.
    """
    splits = store.table["subject_id"].map(split_of).to_numpy()
    beats = store.table["r_peaks"].map(len).to_numpy()
    rows = np.flatnonzero((splits == split) & (beats >= 2))
    if not len(rows):
        raise PtaclError(
            f"{store.path} has no usable subject in the {split} split; "
            f"it holds {len(store)} subjects in all, and a few hundred are needed."
        )
    return rows[:limit]


def load_batch(
    store: Store,
    rows: Int[np.ndarray, " rows"],
    segment_samples: int,
    *,
    window: Window | None = None,
    match: TimeMatch = "phase",
    rng: np.random.Generator | None = None,
    with_cine: bool = True,
) -> Batch:
    """Read rows of a store as one batch.

    Args:
        store: the cohort.
        rows: which subjects.
        segment_samples: samples of one ECG segment of the encoder.
        window: what part of each recording; all of it by default.
        match: how segments find their time in the cine.
        rng: needed by `match="shuffled"` only.
        with_cine: read the cines; without, its frames have no pixels.
    """
    table = store.table.iloc[rows]
    samples = store.ecg_rows(rows)
    starts = window.starts if window else np.zeros(len(rows), dtype=np.int64)
    if window:
        spans = [slice(start, start + window.samples) for start in starts]
        samples = np.stack([s[:, span] for s, span in zip(samples, spans, strict=True)])
    segments = samples.shape[-1] // segment_samples
    ends = starts[:, None] + np.arange(1, segments + 1) * segment_samples
    valid = ends <= np.asarray(table["valid_samples"])[:, None]
    phase = np.stack(
        [
            segment_phase(np.asarray(peaks) - start, segments, segment_samples, match, rng)
            for peaks, start in zip(table["r_peaks"], starts, strict=True)
        ]
    )
    phase[~valid] = np.nan
    blank = np.empty((len(rows), store.recipe.cine.frames, 0, 0), np.uint8)
    cine = store.cine_rows(rows) if with_cine else blank
    if window and with_cine:
        cine = shift_cines(cine, window.shift_px)
    return Batch(
        ecg=torch.from_numpy(samples),
        segment_phase=torch.from_numpy(phase.astype(np.float32)),
        segment_valid=torch.from_numpy(valid),
        cine=torch.from_numpy(cine),
        frame_phase=torch.from_numpy(np.stack(table["frame_phases"].to_list()).astype(np.float32)),
        rows=torch.from_numpy(np.asarray(rows, dtype=np.int64)),
    )


def segment_phase(
    r_peaks: Int[np.ndarray, " beats"],
    segments: int,
    segment_samples: int,
    match: TimeMatch = "phase",
    rng: np.random.Generator | None = None,
) -> Float[np.ndarray, " segments"]:
    """Cardiac phase of the centre of each segment in [0, 1)."""
    if match == "index":
        return np.arange(segments) / segments
    centres = (np.arange(segments) + 0.5) * segment_samples
    phase = cardiac_phase(r_peaks, centres)
    if match == "shuffled":
        assert rng is not None, "the shuffled control draws a permutation"
        return rng.permutation(phase)
    return phase


def batches(
    store: Store, rows: Int[np.ndarray, " rows"], size: int, segment_samples: int
) -> Iterator[Batch]:
    """All rows in order, `size` at a time, unaugmented: for embedding and validation."""
    for start in range(0, len(rows), size):
        yield load_batch(store, rows[start : start + size], segment_samples)
