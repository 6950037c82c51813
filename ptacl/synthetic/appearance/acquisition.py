"""A random scanner: what coils, sequence, resolution and storage make of an image of tissues."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float32, UInt8

from ptacl.synthetic.appearance.fields import Coefficients, draw_field, field
from ptacl.synthetic.chest import FIELD_OF_VIEW_MM, Plane

Frames = Float32[np.ndarray, "phases rows columns"]
_BAND_WIDTH = 0.02
_CUTS = 4
"""Sides of the image at which the field of view may end."""


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Properties of one acquisition."""

    phases: int
    """Reconstructed over the beat; the frames of the cine are interpolated between them."""
    slope: float
    """Relative fall of the coils' sensitivity in 1/mm."""
    direction: float
    """Direction in which the sensitivity rises, in rad."""
    ripple: Coefficients
    """Course of the sensitivity apart from its fall."""
    ripple_size: float
    bands: Coefficients
    """Course of the dark bands of off-resonance."""
    band_depth: float
    """0: there are none."""
    resolution_mm: tuple[float, float]
    """Of rows and columns."""
    sharpness: float
    """Steepness of the window in k-space; a steep one rings."""
    noise: float
    """Standard deviation relative to blood."""
    smooth_noise: bool
    """Whether the noise has the resolution of the image, as in one that was interpolated."""
    ghost: float
    """Amplitude of a ghost half a field of view away."""
    ghost_axis: Literal[1, 2]
    cuts_mm: tuple[float, ...]
    """Distance from the centre at which the field of view ends: right, left, bottom, top."""
    edge_repeated: bool
    """Beyond the field of view: its edge repeated, or nothing."""
    gamma: float
    """Exponent of the grey levels."""


def draw_acquisition(rng: np.random.Generator) -> Acquisition:
    """Draw an acquisition."""
    finest = _logarithmic(rng, 1.2, 2.8)
    rows_coarser, cut = float(rng.uniform(1, 1.4)), rng.random(_CUTS) < 0.1
    limits = rng.uniform(55, 90, _CUTS)
    return Acquisition(
        phases=50 if rng.random() < 0.35 else int(rng.integers(18, 41)),
        slope=float(rng.uniform(0, 0.008)),
        direction=float(rng.uniform(0, 2 * np.pi)),
        ripple=draw_field(rng, 2),
        ripple_size=float(rng.uniform(0, 0.25)),
        bands=draw_field(rng, 2),
        band_depth=float(rng.uniform(0.2, 0.8)) * (rng.random() < 0.15),
        resolution_mm=(finest * rows_coarser, finest),
        sharpness=float(rng.uniform(1, 6)),
        noise=_logarithmic(rng, 0.004, 0.09),
        smooth_noise=bool(rng.random() < 0.5),
        ghost=float(rng.uniform(0.03, 0.25)) * (rng.random() < 0.12),
        ghost_axis=1 if rng.random() < 0.5 else 2,
        cuts_mm=tuple(np.where(cut, limits, np.inf).tolist()),
        edge_repeated=bool(rng.random() < 0.5),
        gamma=float(rng.uniform(0.75, 1.35)),
    )


def acquire(
    rng: np.random.Generator,
    scan: Acquisition,
    frames: Frames,
    count: int,
    ghosting: float = 0.0,
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Turn images of tissues into a cine as it is stored.

    Grey levels run from the 1st to the 99th percentile, as in a prepared real cine.

    Args:
        rng: random number generator of the noise.
        scan: properties of the acquisition.
        frames: brightness of the tissues at each phase of the acquisition; overwritten.
        count: frames of the cine.
        ghosting: amplitude of the ghost image that arrhythmia adds.
    """
    size = frames.shape[1]
    frames *= _sensitivity(scan, size)
    ghost = scan.ghost + ghosting
    if ghost:
        frames += np.float32(ghost) * np.roll(frames, size // 2, axis=scan.ghost_axis)
    noise = rng.standard_normal(frames.shape, dtype=np.float32)
    noise *= np.float32(scan.noise)
    if scan.smooth_noise:
        frames += noise
        frames = _resolve(scan, frames)
    else:
        frames = _resolve(scan, frames)
        frames += noise
    np.abs(frames, out=frames)
    frames = _cut(scan, frames)
    if count != len(frames):
        flat = frames.reshape(len(frames), -1)
        frames = (_between(len(frames), count) @ flat).reshape(count, size, size)
    return _grey_levels(frames, scan.gamma)


def _sensitivity(scan: Acquisition, size: int) -> Plane:
    """Return the sensitivity of the coils times the dark bands."""
    line = _line_mm(size)
    along = line * np.cos(scan.direction) + line[:, None] * np.sin(scan.direction)
    gain = np.exp(scan.slope * along + scan.ripple_size * field(scan.ripple, size))
    if scan.band_depth:
        phase = (2.5 * field(scan.bands, size) + 1) % 2 - 1
        gain = gain * (1 - scan.band_depth * np.exp(-(phase**2) / _BAND_WIDTH))
    return gain.astype(np.float32)


def _resolve(scan: Acquisition, frames: Frames) -> Frames:
    """Limit the resolution, separately along rows and columns."""
    size = frames.shape[1]
    rows, columns = (_kernel(each, scan.sharpness, size) for each in scan.resolution_mm)
    return np.matmul(rows, (frames.reshape(-1, size) @ columns).reshape(frames.shape))


def _kernel(resolution_mm: float, sharpness: float, size: int) -> Float32[np.ndarray, "size size"]:
    """Return a window in k-space as a matrix: half of the amplitude is left at the limit."""
    relative = np.fft.rfftfreq(size, FIELD_OF_VIEW_MM / size) * 2 * resolution_mm
    kept = np.exp(-np.log(2) * relative ** (2 * sharpness))
    response = np.fft.irfft(kept, size)
    lag = np.arange(size)
    return response[(lag[:, None] - lag) % size].astype(np.float32)


def _cut(scan: Acquisition, frames: Frames) -> Frames:
    """End the field of view inside the image."""
    if np.isinf(scan.cuts_mm).all():
        return frames
    line = _line_mm(frames.shape[1])
    right, left, bottom, top = scan.cuts_mm
    columns = np.flatnonzero((line < right) & (-line < left))
    rows = np.flatnonzero((line < bottom) & (-line < top))
    if scan.edge_repeated:
        index = np.arange(len(line))
        frames = frames[:, index.clip(rows[0], rows[-1])]
        return frames[:, :, index.clip(columns[0], columns[-1])]
    seen = np.zeros(frames.shape[1:], np.float32)
    seen[np.ix_(rows, columns)] = 1
    frames *= seen
    return frames


def _between(phases: int, count: int) -> Float32[np.ndarray, "count phases"]:
    """Return the weights of linear, cyclic interpolation from evenly spaced phases."""
    position = np.arange(count) * phases / count
    before = position.astype(np.intp)
    weights = np.zeros((count, phases), np.float32)
    share = position - before
    weights[np.arange(count), before] = 1 - share
    weights[np.arange(count), (before + 1) % phases] += share
    return weights


def _grey_levels(frames: Frames, gamma: float) -> UInt8[np.ndarray, "frames rows columns"]:
    sample = frames[::4, ::2, ::2]
    low, high = np.percentile(sample, (1, 99))
    frames -= np.float32(low)
    frames *= np.float32(255 / max(high - low, 1e-6))
    np.clip(frames, 0, 255, out=frames)
    levels = np.rint(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    return levels[frames.astype(np.uint8)]


def _line_mm(size: int) -> Float32[np.ndarray, " size"]:
    line = (np.arange(size) - (size - 1) / 2) * (FIELD_OF_VIEW_MM / size)
    return line.astype(np.float32)


def _logarithmic(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
