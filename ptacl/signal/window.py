"""Selection of the best window of a long recording, by the quality of each second."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32
from numpy.lib.stride_tricks import sliding_window_view

from ptacl.signal.quality.lead_states import FLAT_MV, NOISE_CHECK_MV, WANDER_CHECK_MV

_CHUNK_S = 120
"""Seconds processed at a time: 12 leads at 500 Hz take about 20 MB."""
_FINE_HZ = 125.0
"""Centre frequency of the second difference, at any sample rate: near the frequencies of muscle and
mains noise, above those of the heartbeat."""


@dataclass(frozen=True, slots=True)
class _Seconds:
    """Quality measures of each second of a recording."""

    missing: Float[np.ndarray, " seconds"]
    """Missing samples of all leads."""
    flat: Float[np.ndarray, " seconds"]
    """Number of leads without a heartbeat: all samples within 0.03 mV."""
    noise_mv: Float[np.ndarray, "leads seconds"]
    """Robust standard deviation of the second difference, divided by that of white noise."""
    mean_mv: Float[np.ndarray, "leads seconds"]


def best_start(
    signal: Float32[np.ndarray, "leads samples"], sample_rate_hz: float, duration_s: float
) -> int:
    """Find the window of ``duration_s`` with the best quality, starting at a whole second.

    Windows are compared by their missing samples; if equal, by their flat leads; then by noise and
    baseline wander, counted above the limits of `lead_states` for a check only, so that clean
    windows are equal. The first of equal windows is used.

    Args:
        signal: in mV; NaN where samples are missing.
        sample_rate_hz: of the signal.
        duration_s: length of the window.

    Returns:
        The first sample of the window.

    Example:
        >>> signal = np.tile(np.float32([0.0, 1.0]), (12, 1000))
        >>> signal[:, :500] = np.nan
        >>> best_start(signal, 100.0, 10.0)
        500
    """
    length = round(duration_s * sample_rate_hz)
    if signal.shape[1] <= length:
        return 0
    second = round(sample_rate_hz)
    seconds = _measure(signal, second)
    count = max(min(length // second, seconds.missing.size), 1)
    starts = min((signal.shape[1] - length) // second, seconds.missing.size - count) + 1
    costs = [cost[:starts] for cost in _costs(seconds, count)]
    # The last key has the highest priority, and the sort is stable.
    return int(np.lexsort(costs[::-1])[0]) * second


def _costs(seconds: _Seconds, count: int) -> list[Float[np.ndarray, " windows"]]:
    """Return missing samples, flat leads, and noise and wander of windows of `count` seconds."""
    missing = sliding_window_view(seconds.missing, count).sum(axis=-1)
    flat = sliding_window_view(seconds.flat, count).sum(axis=-1)
    noise = np.maximum(seconds.noise_mv / NOISE_CHECK_MV - 1, 0).sum(axis=0)
    noise = sliding_window_view(noise, count).mean(axis=-1)
    wander_mv = np.ptp(sliding_window_view(seconds.mean_mv, count, axis=1), axis=-1)
    wander = np.maximum(wander_mv / WANDER_CHECK_MV - 1, 0).sum(axis=0)
    return [missing, flat, (noise + wander).round(6)]


def _measure(signal: Float32[np.ndarray, "leads samples"], second: int) -> _Seconds:
    step = second * _CHUNK_S
    end = signal.shape[1] // second * second
    parts = [
        _measure_chunk(signal[:, at : min(at + step, end)], second) for at in range(0, end, step)
    ]
    missing, flat, noise_mv, mean_mv = zip(*parts, strict=True)
    return _Seconds(
        np.concatenate(missing),
        np.concatenate(flat),
        np.concatenate(noise_mv, axis=1),
        np.concatenate(mean_mv, axis=1),
    )


def _measure_chunk(
    signal: Float32[np.ndarray, "leads samples"], second: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    blocks = signal.reshape(len(signal), -1, second)
    absent = ~np.isfinite(blocks)
    filled = np.where(absent, np.float32(0), blocks)
    lag = max(round(second / (2 * _FINE_HZ)), 1)
    # A third of the samples is enough for the median.
    here = filled[:, :, lag:-lag:3]
    fine = np.abs(filled[:, :, 2 * lag :: 3] - 2 * here + filled[:, :, : -2 * lag : 3])
    middle = fine.shape[2] // 2
    noise_mv = np.partition(fine, middle, axis=2)[:, :, middle] / (0.6745 * np.sqrt(6.0))
    gaps = absent.sum(axis=2)
    range_mv = np.fmax.reduce(blocks, axis=2) - np.fmin.reduce(blocks, axis=2)
    flat = (range_mv < FLAT_MV).sum(axis=0)  # a second without a sample is no flat one
    mean_mv = filled.sum(axis=2) / np.maximum(second - gaps, 1)
    return gaps.sum(axis=0).astype(float), flat.astype(float), noise_mv, mean_mv
