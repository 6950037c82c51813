"""What part of each recording is read, and where its cine lies in space and time."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Float32, Int, UInt8

from ptacl.data.augment.config import AugmentConfig
from ptacl.tensors.subject_record import BySubject


@dataclass(frozen=True)
class Window(BySubject):
    """What part of each recording of a batch is read."""

    shared: ClassVar[frozenset[str]] = frozenset({"samples"})
    starts: Int[np.ndarray, " batch"]
    """First sample of each ECG."""
    samples: int
    """Length of the ECGs."""
    shift_px: Int[np.ndarray, "batch 2"]
    """Rows and columns that each cine moves by."""
    roll_frames: Int[np.ndarray, " batch"] | None = None
    """Frames that each cine and its phases are rolled forward by."""


def draw_window(
    config: AugmentConfig,
    batch: int,
    samples: int,
    sample_rate_hz: float,
    segment_samples: int,
    rng: np.random.Generator,
) -> Window:
    """Windows of whole segments out of ECGs of `samples`, shifts and rolls of the cines."""
    length = round(config.crop_s * sample_rate_hz) if config.crop_s else samples
    length = min(length, samples) // segment_samples * segment_samples
    starts = rng.integers(0, samples - length + 1, batch)
    most = config.cine_shift_px
    shift_px = rng.integers(-most, most + 1, (batch, 2))
    most = config.cine_roll_frames
    return Window(
        starts=starts,
        samples=length,
        shift_px=shift_px,
        roll_frames=rng.integers(-most, most + 1, batch) if most else None,
    )


def cut_ecgs(
    ecgs: Float32[np.ndarray, "batch leads samples"], window: Window
) -> Float32[np.ndarray, "batch leads part"]:
    """The part of each ECG that the window shows."""
    parts = zip(ecgs, window.starts, strict=True)
    return np.stack([ecg[:, start : start + window.samples] for ecg, start in parts])


def shift_cines(
    cines: UInt8[np.ndarray, "batch frames rows columns"], shift_px: Int[np.ndarray, "batch 2"]
) -> UInt8[np.ndarray, "batch frames rows columns"]:
    """Move each cine by whole pixels; the border repeats."""
    most = int(np.abs(shift_px).max(initial=0))
    rows, columns = cines.shape[2:]
    moved = np.empty_like(cines)
    for number, (down, right) in enumerate(shift_px):
        padded = np.pad(cines[number], ((0, 0), (most, most), (most, most)), mode="edge")
        top, left = most - down, most - right
        moved[number] = padded[:, top : top + rows, left : left + columns]
    return moved


def roll_cines(frames: np.ndarray, roll_frames: Int[np.ndarray, " batch"]) -> np.ndarray:
    """Roll what each subject has of each frame (batch, frames, …) forward in time.

    Pictures and phases must be rolled alike: a beat is a circle, and its phases say where on it
    a frame lies.
    """
    return np.stack([np.roll(one, by, axis=0) for one, by in zip(frames, roll_frames, strict=True)])
