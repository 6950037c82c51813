"""Batches of ECGs and cines from the rows of a store."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Float32, Int, UInt8
from torch import Tensor

from ptacl.data.augment import Window, cut_ecgs, roll_cines, shift_cines
from ptacl.phenotypes import PHENOTYPE_KEYS, PHENOTYPES
from ptacl.signal.delineation.beats import cardiac_phase
from ptacl.signal.systole import end_systole_frames, nearest_frame, phase_in_scan
from ptacl.store import Store
from ptacl.tensors.subject_record import BySubject

TimeMatch = Literal["phase", "systole", "beat", "index", "shuffled"]
"""How an ECG segment finds its time in the cine.

- `phase`: by cardiac phase, over all beats.
- `systole`: the same with systole and diastole scaled apart, for the scan's heart rate differs.
- `beat`: by cardiac phase, one beat only, the middle one.
- `index` (control): by its place in the recording, as if that were one beat.
- `shuffled` (control): by the phase of another segment, drawn at random.
"""


@dataclass(frozen=True)
class Needs:
    """What is read of each pair beside its ECG."""

    match: TimeMatch = "phase"
    cine: bool = True
    """Without, its frames have no pixels."""
    ed_es: bool = False
    """The frames of end diastole and end systole, found in the cines."""
    phenotypes: bool = False
    """As they were measured."""


PAIRS = Needs()


@dataclass(frozen=True)
class Batch(BySubject):
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
    ed_es: Int[Tensor, "batch 2"] | None = None
    """Frames of end diastole and end systole, where asked for."""
    phenotypes: Float[Tensor, "batch phenotypes"] | None = None
    """In standard deviations of healthy people, NaN where unknown, where asked for."""

    def to(self, device: torch.device) -> "Batch":
        """The same batch on another device."""
        given = ((field.name, getattr(self, field.name)) for field in fields(self))
        moved = {k: v.to(device, non_blocking=True) for k, v in given if v is not None}
        return replace(self, **moved)


def load_batch(
    store: Store,
    rows: Int[np.ndarray, " rows"],
    segment_samples: int,
    needs: Needs = PAIRS,
    *,
    window: Window | None = None,
    rng: np.random.Generator | None = None,
) -> Batch:
    """Read rows of a store as one batch.

    Args:
        store: the cohort.
        rows: which subjects.
        segment_samples: samples of one ECG segment of the encoder.
        needs: what is read of each of them.
        window: what part of each recording; all of it by default.
        rng: needed by a `shuffled` match only, which draws once from it: what a subject meets
            follows from that draw and its row, whoever else is in the batch.
    """
    table = store.table.iloc[rows]
    ecg, starts = store.ecg_rows(rows), np.zeros(len(rows), dtype=np.int64)
    if window:
        ecg, starts = cut_ecgs(ecg, window), window.starts
    cine, frame_phase = _cines(store, rows, window, needs.cine)
    segments = ecg.shape[-1] // segment_samples
    ends = starts[:, None] + np.arange(1, segments + 1) * segment_samples
    valid = ends <= np.asarray(table["valid_samples"])[:, None]
    draws = _draws(rows, rng) if needs.match == "shuffled" else [None] * len(rows)
    phase = [
        segment_phase(
            np.asarray(r_peaks) - start,
            segments,
            segment_samples,
            needs.match,
            draw,
            sample_rate_hz=store.recipe.ecg.sample_rate_hz,
            scan_rr_ms=float(rr_ms),
        )
        for r_peaks, start, draw, rr_ms in zip(
            table["r_peaks"], starts, draws, table["rr_ms"], strict=True
        )
    ]
    return Batch(
        ecg=torch.from_numpy(ecg),
        segment_phase=torch.from_numpy(np.where(valid, phase, np.nan).astype(np.float32)),
        segment_valid=torch.from_numpy(valid),
        cine=torch.from_numpy(cine),
        frame_phase=torch.from_numpy(frame_phase),
        rows=torch.from_numpy(np.asarray(rows, dtype=np.int64)),
        ed_es=torch.from_numpy(_ed_es(cine, frame_phase)) if needs.ed_es else None,
        phenotypes=torch.from_numpy(_standardised(table)) if needs.phenotypes else None,
    )


def segment_phase(
    r_peaks: Int[np.ndarray, " beats"],
    segments: int,
    segment_samples: int,
    match: TimeMatch = "phase",
    rng: np.random.Generator | None = None,
    *,
    sample_rate_hz: float | None = None,
    scan_rr_ms: float | None = None,
) -> Float[np.ndarray, " segments"]:
    """Cardiac phase of the centre of each segment in [0, 1), NaN where it has none.

    Args:
        r_peaks: as samples of what is cut into segments.
        segments: how many.
        segment_samples: length of one.
        match: how segments find their time in the cine.
        rng: needed by `shuffled` only.
        sample_rate_hz: of the ECG, needed by `systole` only.
        scan_rr_ms: R–R interval of the scan, needed by `systole` only.
    """
    if match == "index":
        return np.arange(segments) / segments
    centres = (np.arange(segments) + 0.5) * segment_samples
    if match == "systole":
        assert sample_rate_hz and scan_rr_ms, "systole is scaled from one heart rate to another"
        return phase_in_scan(r_peaks, centres, sample_rate_hz, scan_rr_ms)
    phase = cardiac_phase(r_peaks, centres)
    if match == "beat":
        return np.where(_in_middle_beat(r_peaks, centres), phase, np.nan)
    if match == "shuffled":
        assert rng is not None, "the shuffled control draws a permutation"
        return rng.permutation(phase)
    return phase


def batches(
    store: Store,
    rows: Int[np.ndarray, " rows"],
    size: int,
    segment_samples: int,
    needs: Needs = PAIRS,
    rng: np.random.Generator | None = None,
) -> Iterator[Batch]:
    """All rows in order, `size` at a time, unaugmented: for embedding and validation."""
    for start in range(0, len(rows), size):
        yield load_batch(store, rows[start : start + size], segment_samples, needs, rng=rng)


def _cines(
    store: Store, rows: Int[np.ndarray, " rows"], window: Window | None, with_pixels: bool
) -> tuple[UInt8[np.ndarray, "rows frames y x"], Float32[np.ndarray, "rows frames"]]:
    """Cines and the phases of their frames, both moved as the window says."""
    phases = np.stack(store.table["frame_phases"].iloc[rows].to_list()).astype(np.float32)
    if not with_pixels:
        return np.empty((*phases.shape, 0, 0), np.uint8), phases
    cines = store.cine_rows(rows)
    if window is None:
        return cines, phases
    cines = shift_cines(cines, window.shift_px)
    if window.roll_frames is None:
        return cines, phases
    return roll_cines(cines, window.roll_frames), roll_cines(phases, window.roll_frames)


def _draws(
    rows: Int[np.ndarray, " rows"], rng: np.random.Generator | None
) -> list[np.random.Generator]:
    """For each row a generator of its own, whoever else is in the batch."""
    assert rng is not None, "the shuffled control draws"
    seed = int(rng.integers(2**63))
    return [np.random.default_rng((seed, int(row))) for row in rows]


def _in_middle_beat(
    r_peaks: Int[np.ndarray, " beats"], centres: Float[np.ndarray, " segments"]
) -> Bool[np.ndarray, " segments"]:
    """Which segments belong to the beat whose middle is nearest to that of the recording."""
    if r_peaks.size < 2:
        return np.zeros(centres.shape, dtype=bool)
    middles = (r_peaks[:-1] + r_peaks[1:]) / 2
    beat = int(np.abs(middles - centres.mean()).argmin())
    return (centres >= r_peaks[beat]) & (centres < r_peaks[beat + 1])


def _ed_es(
    cines: UInt8[np.ndarray, "batch frames rows columns"],
    phases: Float[np.ndarray, "batch frames"],
) -> Int[np.ndarray, "batch 2"]:
    """End diastole, the frame nearest to the R wave, and end systole of each cine."""
    diastole = np.array([nearest_frame(phase, 0.0) for phase in phases])
    return np.stack([diastole, end_systole_frames(cines, phases)], axis=1)


def _standardised(table: pd.DataFrame) -> Float32[np.ndarray, "rows phenotypes"]:
    """Phenotypes in standard deviations of healthy people, about the mean of men and women."""
    mean, sd = np.mean([list(entry.reference.values()) for entry in PHENOTYPES], axis=1).T
    measured = table.reindex(columns=list(PHENOTYPE_KEYS)).to_numpy(dtype=np.float64)
    return ((measured - mean) / sd).astype(np.float32)
