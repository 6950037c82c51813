"""Resampling of cines to a common grid: centred heart, square pixels, even phases, 8 bits."""

import numpy as np
from jaxtyping import Float, Float32, Shaped, UInt8
from scipy.ndimage import gaussian_filter


def locate_heart(frames: Shaped[np.ndarray, "frames rows columns"]) -> tuple[float, float]:
    """Locate the heart by its motion at the heart rate.

    The first temporal harmonic is strong at the boundary of blood and wall and weak in the chest
    wall, which moves with respiration (Lin et al., 2006, use it to locate the heart). The result is
    the centre of mass of the densest region of its energy, or the centre of the image if nothing
    moves.

    Args:
        frames: one R–R interval, approximately evenly spaced.

    Returns:
        Row and column in pixels.
    """
    rows, columns = frames.shape[1:]
    angle = 2j * np.pi * np.arange(len(frames)) / len(frames)
    harmonic = np.einsum("frc,f->rc", frames.astype(np.float32), np.exp(-angle).astype("c8"))
    energy = np.abs(harmonic).astype(np.float64) ** 2
    if energy.max() <= 1e-6 * len(frames) ** 2:
        return (rows - 1) / 2, (columns - 1) / 2
    # noise has energy everywhere; only energy above it may affect the centre
    energy = np.maximum(energy - np.percentile(energy, 90), 0.0)
    if not energy.any():  # all pixels change equally: brightness, not motion
        return (rows - 1) / 2, (columns - 1) / 2
    reach = min(rows, columns) / 10  # about the radius of a left ventricle
    dense = gaussian_filter(energy, reach, mode="constant")
    row, column = np.unravel_index(dense.argmax(), dense.shape)
    distance2 = (np.arange(rows)[:, None] - row) ** 2 + (np.arange(columns) - column) ** 2
    mass = energy * (distance2 <= (2 * reach) ** 2)
    mass /= mass.sum()
    return float(mass.sum(1) @ np.arange(rows)), float(mass.sum(0) @ np.arange(columns))


def to_grid(
    frames: Shaped[np.ndarray, "frames rows columns"],
    from_mm: tuple[float, float],
    centre: tuple[float, float],
    size: int,
    to_mm: float,
) -> Float[np.ndarray, "frames size size"]:
    """Crop a square around a centre and resample it to square pixels.

    Args:
        frames: any intensities.
        from_mm: row and column spacing of `frames`.
        centre: (row, column) in pixels of `frames`.
        size: rows and columns of the result.
        to_mm: pixel spacing of the result.

    Returns:
        float32. Larger pixels average the area that they cover (a tent kernel, against aliasing);
        beyond the border of the image its edge is repeated.
    """
    along_rows = _tent_weights(frames.shape[1], centre[0], size, to_mm / from_mm[0])
    along_columns = _tent_weights(frames.shape[2], centre[1], size, to_mm / from_mm[1])
    return along_rows @ frames.astype(np.float32) @ along_columns.T


def to_phases(
    frames: Shaped[np.ndarray, "frames rows columns"],
    phases: Float[np.ndarray, " frames"],
    count: int,
) -> Float[np.ndarray, "count rows columns"]:
    """Interpolate frames linearly and cyclically to the phases 0, 1/count, …

    Args:
        frames: in any order.
        phases: phase of each frame in [0, 1); of equal phases the first frame is used.
        count: number of frames of the result.
    """
    known, order = np.unique(phases, return_index=True)
    source = frames[order].astype(np.float32)
    target = np.arange(count) / count
    after = np.searchsorted(known, target, side="right")
    before = after - 1  # −1 is the last frame, since the beat is cyclic
    step = (known[after % len(known)] - known[before]) % 1.0
    step[step == 0.0] = 1.0
    share = (((target - known[before]) % 1.0) / step).astype(np.float32)[:, None, None]
    return source[before] * (1 - share) + source[after % len(known)] * share


def to_bytes(
    frames: Shaped[np.ndarray, "frames rows columns"],
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Clip intensities to their 1st–99th percentile over all frames and scale them to 0–255."""
    low, high = np.percentile(frames, (1, 99))
    scaled = (frames.astype(np.float32) - low) * (255.0 / max(high - low, 1e-12))
    return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)


def _tent_weights(
    pixels: int, centre: float, size: int, ratio: float
) -> Float32[np.ndarray, "size pixels"]:
    """Return interpolation weights, rows summing to one; `ratio` is new over old pixel size."""
    positions = np.clip(centre + (np.arange(size) - (size - 1) / 2) * ratio, 0, pixels - 1)
    width = max(ratio, 1.0)
    distance = np.abs(positions[:, None] - np.arange(pixels)) / width
    weights = np.maximum(1.0 - distance, 0.0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
