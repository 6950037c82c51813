"""Batches of ECGs and cines from the rows of a store."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Float32, Int, UInt8
from torch import Tensor

from ptacl.data.augment import Window, cut_ecgs, roll_cines, shift_cines
from ptacl.phenotypes import PHENOTYPE_KEYS, PHENOTYPES
from ptacl.signal.delineation.beats import cardiac_phase
from ptacl.signal.recipe import Recipe
from ptacl.signal.systole import end_systole_frames, nearest_frame, phase_in_scan
from ptacl.store import Store
from ptacl.tensors.subject_record import SubjectRecord

TimeMatch = Literal["phase", "systole", "beat", "index", "shuffled"]
"""How an ECG segment is matched to a time in the cine.

- `phase`: by cardiac phase, over all beats.
- `systole`: by cardiac phase, with systole and diastole scaled separately to the heart rate of the
  scan.
- `beat`: by cardiac phase, over the middle beat only.
- `index` (control): by its position in the recording, as if the recording were one beat.
- `shuffled` (control): by the phase of a random other segment.
"""


@dataclass(frozen=True)
class BatchFields:
    """Optional fields of a batch, and how its ECG segments are matched to the cine."""

    match: TimeMatch = "phase"
    cine: bool = True
    """If False, the frames have no pixels."""
    ed_es: bool = False
    """The frames of end diastole and end systole, detected in the cines."""
    phenotypes: bool = False
    """The measured phenotypes."""


PAIRS = BatchFields()


@dataclass(frozen=True)
class Batch(SubjectRecord):
    """Pairs of ECG and cine as tensors."""

    ecg: Float[Tensor, "batch leads samples"]
    """In the unit of the recipe (mV by default)."""
    segment_phase: Float[Tensor, "batch segments"]
    """Cardiac phase of each segment's centre in [0, 1); NaN in padding or without beats."""
    segment_valid: Bool[Tensor, "batch segments"]
    """False in padding."""
    cine: UInt8[Tensor, "batch frames rows columns"]
    frame_phase: Float[Tensor, "batch frames"]
    rows: Int[Tensor, " batch"]
    """Row of each pair in the store."""
    ed_es: Int[Tensor, "batch 2"] | None = None
    """Frames of end diastole and end systole, if requested."""
    phenotypes: Float[Tensor, "batch phenotypes"] | None = None
    """In standard deviations of the healthy population, NaN where unknown; if requested."""

    def to(self, device: torch.device) -> "Batch":
        """Copy the batch to a device."""
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        moved = {k: v.to(device, non_blocking=True) for k, v in values if v is not None}
        return dataclasses.replace(self, **moved)


@runtime_checkable
class Subjects(Protocol):
    """What a batch is made from: an open store, or subjects in memory of the same form."""

    @property
    def table(self) -> pd.DataFrame:
        """One row for each subject."""

    @property
    def recipe(self) -> Recipe:
        """Preprocessing of the ECGs and cines."""

    def ecg_rows(self, rows: Int[np.ndarray, " rows"]) -> Float32[np.ndarray, "rows leads samples"]:
        """Return the ECGs of some rows."""

    def cine_rows(self, rows: Int[np.ndarray, " rows"]) -> UInt8[np.ndarray, "rows frames y x"]:
        """Return the cines of some rows."""


def load_batch(
    store: Subjects,
    rows: Int[np.ndarray, " rows"],
    segment_samples: int,
    fields: BatchFields = PAIRS,
    *,
    window: Window | None = None,
    rng: np.random.Generator | None = None,
) -> Batch:
    """Read rows of a store as one batch.

    Args:
        store: the cohort.
        rows: rows of the subjects in the store.
        segment_samples: samples of one ECG segment of the encoder.
        fields: optional fields to read.
        window: crop of the ECGs and shift of the cines; default: whole recordings, unshifted.
        rng: needed for the match `shuffled` only. One number is drawn from it; the permutation of
            a subject follows from that number and its row, independent of the rest of the batch.
    """
    table = store.table.iloc[rows]
    ecg, starts = store.ecg_rows(rows), np.zeros(len(rows), dtype=np.int64)
    if window:
        ecg, starts = cut_ecgs(ecg, window), window.starts
    cine, frame_phase = _cines(store, rows, window, fields.cine)
    segments = ecg.shape[-1] // segment_samples
    ends = starts[:, None] + np.arange(1, segments + 1) * segment_samples
    valid = ends <= np.asarray(table["valid_samples"])[:, None]
    generators = _generators(rows, rng) if fields.match == "shuffled" else [None] * len(rows)
    phase = [
        segment_phase(
            np.asarray(r_peaks) - start,
            segments,
            segment_samples,
            fields.match,
            generator,
            sample_rate_hz=store.recipe.ecg.sample_rate_hz,
            scan_rr_ms=float(rr_ms),
        )
        for r_peaks, start, generator, rr_ms in zip(
            table["r_peaks"], starts, generators, table["rr_ms"], strict=True
        )
    ]
    return Batch(
        ecg=torch.from_numpy(ecg),
        segment_phase=torch.from_numpy(np.where(valid, phase, np.nan).astype(np.float32)),
        segment_valid=torch.from_numpy(valid),
        cine=torch.from_numpy(cine),
        frame_phase=torch.from_numpy(frame_phase),
        rows=torch.from_numpy(np.asarray(rows, dtype=np.int64)),
        ed_es=torch.from_numpy(end_frames(cine, frame_phase)) if fields.ed_es else None,
        phenotypes=torch.from_numpy(_standardised(table)) if fields.phenotypes else None,
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
    """Return the cardiac phase of the centre of each segment.

    Args:
        r_peaks: in samples from the first segment.
        segments: number of segments.
        segment_samples: samples of one segment.
        match: how segments are matched to a time in the cine.
        rng: needed for `shuffled` only.
        sample_rate_hz: of the ECG, needed for `systole` only.
        scan_rr_ms: R–R interval of the scan, needed for `systole` only.

    Returns:
        Phases in [0, 1), NaN where a segment has none.
    """
    if match == "index":
        return np.arange(segments) / segments
    centres = (np.arange(segments) + 0.5) * segment_samples
    if match == "systole":
        assert sample_rate_hz and scan_rr_ms, "match 'systole' needs both heart rates"
        return phase_in_scan(r_peaks, centres, sample_rate_hz, scan_rr_ms)
    phase = cardiac_phase(r_peaks, centres)
    if match == "beat":
        return np.where(_in_middle_beat(r_peaks, centres), phase, np.nan)
    if match == "shuffled":
        assert rng is not None, "match 'shuffled' needs a generator"
        return rng.permutation(phase)
    return phase


def batches(
    store: Store,
    rows: Int[np.ndarray, " rows"],
    size: int,
    segment_samples: int,
    fields: BatchFields = PAIRS,
    rng: np.random.Generator | None = None,
) -> Iterator[Batch]:
    """Yield all rows in order, unaugmented, for embedding and validation.

    Args:
        store: the cohort.
        rows: rows of the subjects in the store.
        size: subjects per batch.
        segment_samples: samples of one ECG segment of the encoder.
        fields: optional fields to read.
        rng: needed for the match `shuffled` only.
    """
    for start in range(0, len(rows), size):
        yield load_batch(store, rows[start : start + size], segment_samples, fields, rng=rng)


def _cines(
    store: Subjects, rows: Int[np.ndarray, " rows"], window: Window | None, with_pixels: bool
) -> tuple[UInt8[np.ndarray, "rows frames y x"], Float32[np.ndarray, "rows frames"]]:
    """Return the cines and the phases of their frames, shifted by the window."""
    phases = np.stack(store.table["frame_phases"].iloc[rows].to_list()).astype(np.float32)
    if not with_pixels:
        return np.empty((*phases.shape, 0, 0), np.uint8), phases
    return shifted(store.cine_rows(rows), phases, window)


def shifted(
    cines: UInt8[np.ndarray, "rows frames y x"],
    phases: Float32[np.ndarray, "rows frames"],
    window: Window | None,
) -> tuple[UInt8[np.ndarray, "rows frames y x"], Float32[np.ndarray, "rows frames"]]:
    """Shift cines and the phases of their frames by a window; without one they are unchanged."""
    if window is None:
        return cines, phases
    cines = shift_cines(cines, window.shift_px)
    if window.roll_frames is None:
        return cines, phases
    return roll_cines(cines, window.roll_frames), roll_cines(phases, window.roll_frames)


def _generators(
    rows: Int[np.ndarray, " rows"], rng: np.random.Generator | None
) -> list[np.random.Generator]:
    """Make a generator for each row, independent of the rest of the batch."""
    assert rng is not None, "match 'shuffled' needs a generator"
    seed = int(rng.integers(2**63))
    return [np.random.default_rng((seed, int(row))) for row in rows]


def _in_middle_beat(
    r_peaks: Int[np.ndarray, " beats"], centres: Float[np.ndarray, " segments"]
) -> Bool[np.ndarray, " segments"]:
    """Return which segments are in the middle beat of the recording."""
    if r_peaks.size < 2:
        return np.zeros(centres.shape, dtype=bool)
    middles = (r_peaks[:-1] + r_peaks[1:]) / 2
    beat = int(np.abs(middles - centres.mean()).argmin())
    return (centres >= r_peaks[beat]) & (centres < r_peaks[beat + 1])


def end_frames(
    cines: UInt8[np.ndarray, "batch frames rows columns"],
    phases: Float[np.ndarray, "batch frames"],
) -> Int[np.ndarray, "batch 2"]:
    """Return the frames of end diastole (nearest to the R wave) and end systole of each cine."""
    diastole = np.array([nearest_frame(phase, 0.0) for phase in phases])
    return np.stack([diastole, end_systole_frames(cines, phases)], axis=1)


def _standardised(table: pd.DataFrame) -> Float32[np.ndarray, "rows phenotypes"]:
    """Standardise the phenotypes by the healthy population (mean of men's and women's values)."""
    mean, sd = np.mean([list(entry.reference.values()) for entry in PHENOTYPES], axis=1).T
    measured = table.reindex(columns=list(PHENOTYPE_KEYS)).to_numpy(dtype=np.float64)
    return ((measured - mean) / sd).astype(np.float32)
