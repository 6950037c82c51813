"""Random crop of each ECG, and random shift of its cine in space and time."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float32, Int, UInt8

from ptacl.data.augment.config import AugmentConfig
from ptacl.tensors.subject_record import SubjectRecord


@dataclass(frozen=True)
class Window(SubjectRecord):
    """Crop of the ECGs of a batch and shift of its cines."""

    shared: ClassVar[frozenset[str]] = frozenset({"samples"})
    starts: Int[np.ndarray, " batch"]
    """First sample of each ECG."""
    samples: int
    """Length of the ECGs."""
    shift_px: Int[np.ndarray, "batch 2"]
    """Shift of each cine in rows and columns."""
    roll_frames: Int[np.ndarray, " batch"] | None = None
    """Frames by which each cine and its phases are shifted forward, cyclically."""


def draw_window(
    config: AugmentConfig,
    batch: int,
    samples: int,
    sample_rate_hz: float,
    segment_samples: int,
    rng: np.random.Generator,
) -> Window:
    """Draw windows of whole segments, and shifts of the cines.

    Args:
        config: ranges of the augmentation.
        batch: number of subjects.
        samples: length of the ECGs.
        sample_rate_hz: of the ECGs.
        segment_samples: samples of one ECG segment of the encoder.
        rng: source of randomness.
    """
    length = round(config.crop_s * sample_rate_hz) if config.crop_s else samples
    length = min(length, samples) // segment_samples * segment_samples
    starts = rng.integers(0, samples - length + 1, batch)
    limit = config.cine_shift_px
    shift_px = rng.integers(-limit, limit + 1, (batch, 2))
    limit = config.cine_roll_frames
    return Window(
        starts=starts,
        samples=length,
        shift_px=shift_px,
        roll_frames=rng.integers(-limit, limit + 1, batch) if limit else None,
    )


def cut_ecgs(
    ecgs: Float32[np.ndarray, "batch leads samples"], window: Window
) -> Float32[np.ndarray, "batch leads part"]:
    """Crop each ECG to its window."""
    parts = zip(ecgs, window.starts, strict=True)
    return np.stack([ecg[:, start : start + window.samples] for ecg, start in parts])


def shift_cines(
    cines: UInt8[np.ndarray, "batch frames rows columns"], shift_px: Int[np.ndarray, "batch 2"]
) -> UInt8[np.ndarray, "batch frames rows columns"]:
    """Shift each cine by whole pixels; the border is repeated."""
    limit = int(np.abs(shift_px).max(initial=0))
    rows, columns = cines.shape[2:]
    moved = np.empty_like(cines)
    for index, (down, right) in enumerate(shift_px):
        padded = np.pad(cines[index], ((0, 0), (limit, limit), (limit, limit)), mode="edge")
        top, left = limit - down, limit - right
        moved[index] = padded[:, top : top + rows, left : left + columns]
    return moved


def roll_cines(frames: np.ndarray, roll_frames: Int[np.ndarray, " batch"]) -> np.ndarray:
    """Shift per-frame values of each subject (batch, frames, …) cyclically forward in time.

    Images and phases must be shifted by the same number of frames, so that each frame keeps its
    cardiac phase.
    """
    pairs = zip(frames, roll_frames, strict=True)
    return np.stack([np.roll(values, shift, axis=0) for values, shift in pairs])
