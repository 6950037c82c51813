"""A cine on the common grid: where the heart is, square pixels, evenly spaced phases, 8 bits."""

import numpy as np
from jaxtyping import Float, Float32, Shaped, UInt8
from scipy.ndimage import gaussian_filter


def locate_heart(frames: Shaped[np.ndarray, "frames rows columns"]) -> tuple[float, float]:
    """Centre (row, column) of what moves once a heartbeat, in pixels.

    The first temporal harmonic is strong where blood and wall change places and weak in the
    chest wall, which moves with the breath (Lin et al., 2006, use it to find the heart). The
    densest region of its energy is found, then its centre of mass. Without motion: the middle.

    Args:
        frames: one R–R interval, about evenly spaced.
    """
    rows, columns = frames.shape[1:]
    angle = 2j * np.pi * np.arange(len(frames)) / len(frames)
    harmonic = np.einsum("frc,f->rc", frames.astype(np.float32), np.exp(-angle).astype("c8"))
    energy = np.abs(harmonic).astype(np.float64) ** 2
    if energy.max() <= 1e-6 * len(frames) ** 2:
        return (rows - 1) / 2, (columns - 1) / 2
    # noise has energy everywhere; only what stands out of it may pull the centre
    energy = np.maximum(energy - np.percentile(energy, 90), 0.0)
    if not energy.any():  # everything changes alike: brightness, and no motion
        return (rows - 1) / 2, (columns - 1) / 2
    reach = min(rows, columns) / 10  # about the radius of a left ventricle in a usual field of view
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
    """Cut a square about the centre and give it square pixels.

    Args:
        frames: any intensities.
        from_mm: their row and column spacing.
        centre: (row, column) in pixels of `frames`.
        size, to_mm: pixels on a side and their spacing.

    Returns:
        float32. Where pixels grow they average what they cover (a tent kernel, so nothing
        aliases); beyond the image's border its edge is repeated.
    """
    along_rows = _tent_weights(frames.shape[1], centre[0], size, to_mm / from_mm[0])
    along_columns = _tent_weights(frames.shape[2], centre[1], size, to_mm / from_mm[1])
    return along_rows @ frames.astype(np.float32) @ along_columns.T


def to_phases(
    frames: Shaped[np.ndarray, "frames rows columns"],
    phases: Float[np.ndarray, " frames"],
    count: int,
) -> Float[np.ndarray, "count rows columns"]:
    """Frames at the phases 0, 1/count, …, by linear interpolation in time around the beat.

    Args:
        frames: in any order.
        phases: of each frame in [0, 1); of equal ones the first counts.
        count: how many are wanted.
    """
    known, order = np.unique(phases, return_index=True)
    source = frames[order].astype(np.float32)
    wanted = np.arange(count) / count
    after = np.searchsorted(known, wanted, side="right")
    before = after - 1  # −1 is the last frame: the beat is a circle
    step = (known[after % len(known)] - known[before]) % 1.0
    step[step == 0.0] = 1.0
    share = (((wanted - known[before]) % 1.0) / step).astype(np.float32)[:, None, None]
    return source[before] * (1 - share) + source[after % len(known)] * share


def to_bytes(
    frames: Shaped[np.ndarray, "frames rows columns"],
) -> UInt8[np.ndarray, "frames rows columns"]:
    """Intensities clipped to their 1st–99th percentile over all frames, as 0–255."""
    low, high = np.percentile(frames, (1, 99))
    scaled = (frames.astype(np.float32) - low) * (255.0 / max(high - low, 1e-12))
    return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)


def _tent_weights(
    pixels: int, centre: float, size: int, ratio: float
) -> Float32[np.ndarray, "size pixels"]:
    """(size, pixels) weights, rows summing to one; `ratio` old pixels make a new one."""
    places = np.clip(centre + (np.arange(size) - (size - 1) / 2) * ratio, 0, pixels - 1)
    width = max(ratio, 1.0)
    distance = np.abs(places[:, None] - np.arange(pixels)) / width
    weights = np.maximum(1.0 - distance, 0.0)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
