"""Augmentation of a batch: draw parameters, then apply them.

The draw takes a generator and gives plain records; the application is deterministic. Voltages and
areas carry mass and volumes, so gains stay small and nothing is ever rescaled at large. All
subjects of a batch share one field of noise at levels of their own: on a CPU normal numbers cost
as much as the convolutions that read them.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor


@dataclass(frozen=True)
class AugmentConfig:
    """How far an augmentation may go; zero switches each off."""

    crop_s: float = 8.0
    """Length of the ECG window in seconds; its start is drawn."""
    ecg_gain: float = 0.05
    """Standard deviation of the log gain of an ECG."""
    lead_gain: float = 0.05
    """Standard deviation of the log gain of each lead."""
    ecg_noise_mv: float = 0.03
    """Largest standard deviation of added white noise."""
    lead_dropout: float = 0.05
    """Probability that a lead is zero."""
    cine_shift_px: int = 3
    """Largest shift of a cine along each axis."""
    cine_gain: float = 0.1
    """Standard deviation of the log contrast of a cine."""
    cine_noise: float = 0.05
    """Largest standard deviation of added noise, of the range 0 … 1."""


@dataclass(frozen=True)
class Window:
    """What part of each recording of a batch is read."""

    starts: Int[np.ndarray, " batch"]
    """First sample of each ECG."""
    samples: int
    """Length of the ECGs."""
    shift_px: Int[np.ndarray, "batch 2"]
    """Rows and columns that each cine moves by."""


@dataclass(frozen=True)
class EcgParameters:
    """What is done to each ECG of a batch."""

    gain: Float[Tensor, "batch leads"]
    keep: Bool[Tensor, "batch leads"]
    level: Float[Tensor, "batch 1 1"]
    noise: Float[Tensor, "leads samples"]


@dataclass(frozen=True)
class CineParameters:
    """What is done to the images of each cine of a batch."""

    gain: Float[Tensor, " batch"]
    level: Float[Tensor, " batch"]
    noise: Float[Tensor, "time channels rows columns"]


def draw_window(
    config: AugmentConfig,
    batch: int,
    samples: int,
    sample_rate_hz: float,
    segment_samples: int,
    rng: np.random.Generator,
) -> Window:
    """Windows of whole segments out of ECGs of `samples`, and shifts of the cines."""
    length = round(config.crop_s * sample_rate_hz) if config.crop_s else samples
    length = min(length, samples) // segment_samples * segment_samples
    most = config.cine_shift_px
    return Window(
        starts=rng.integers(0, samples - length + 1, batch),
        samples=length,
        shift_px=rng.integers(-most, most + 1, (batch, 2)),
    )


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


def draw_ecg(config: AugmentConfig, shape: torch.Size, generator: torch.Generator) -> EcgParameters:
    """Parameters for ECGs of the shape (batch, leads, samples)."""
    batch, leads, samples = shape
    common = config.ecg_gain * torch.randn(batch, 1, generator=generator)
    single = config.lead_gain * torch.randn(batch, leads, generator=generator)
    return EcgParameters(
        gain=(common + single).exp(),
        keep=torch.rand(batch, leads, generator=generator) >= config.lead_dropout,
        level=config.ecg_noise_mv * torch.rand(batch, 1, 1, generator=generator),
        noise=torch.randn(leads, samples, generator=generator),
    )


def apply_ecg(
    ecg: Float[Tensor, "batch leads samples"], parameters: EcgParameters
) -> Float[Tensor, "batch leads samples"]:
    """ECGs with gains, noise and dropped leads."""
    scale = (parameters.gain * parameters.keep).to(ecg.device)
    level = (parameters.level * parameters.keep[..., None]).to(ecg.device)
    return torch.addcmul(ecg * scale[..., None], level, parameters.noise.to(ecg.device))


def draw_cine(
    config: AugmentConfig, shape: torch.Size, generator: torch.Generator
) -> CineParameters:
    """Parameters for images of the shape (batch, time, channels, rows, columns)."""
    return CineParameters(
        gain=(config.cine_gain * torch.randn(shape[0], generator=generator)).exp(),
        level=config.cine_noise * torch.rand(shape[0], generator=generator),
        noise=torch.randn(shape[1:], generator=generator),
    )


def apply_cine(
    images: Float[Tensor, "batch time channels rows columns"], parameters: CineParameters
) -> Float[Tensor, "batch time channels rows columns"]:
    """Images with another contrast and noise."""
    gain, level = (
        values.to(images.device)[:, None, None, None, None]
        for values in (parameters.gain, parameters.level)
    )
    return torch.addcmul(images * gain, level, parameters.noise.to(images.device))
