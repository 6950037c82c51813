"""Scores of an ECG and their distribution among normal hearts that were not trained on."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float64, Int

from ptacl.restoration.config import Calibration
from ptacl.restoration.deviation import Deviation, deviation
from ptacl.restoration.grid import RATE_HZ, STRIP_BINS, STRIP_S, Wave
from ptacl.restoration.hidden import WAVE_WINDOWS
from ptacl.restoration.network import Restorer
from ptacl.restoration.views import EcgViews
from ptacl.types import LEADS

QUANTILES = np.linspace(0, 1, 101)
WAVE_QUANTILES = np.linspace(0, 1, 41)
_HIGHEST_SHARE = 0.05
"""Share of the recording's bins, the most deviating, that the rhythm's part is the mean of."""
RARE = 0.99
"""The rhythm counts from what one normal heart in a hundred exceeds: sinus arrhythmia and breathing
are no finding."""
_TINY = 1e-6


def parts(result: Deviation) -> tuple[float, float]:
    """Return the two parts of the score as logarithms: of the beat, and of the rhythm.

    The beat's is its mean absolute deviation; that of the rhythm the mean square in the 5 % of the
    recording that deviate most from the own regular beats, in the middle one of the leads, so that
    a moving electrode does not count.

    Args:
        result: of one ECG.
    """
    visible = np.isfinite(result.beat_sd_mv)
    beat = float(np.abs(result.beat_z[visible].astype(np.float64)).mean()) if visible.any() else 0.0
    bins = bin_squares(result)
    bins = np.sort(bins[np.isfinite(bins)])
    worst = bins[-max(1, round(_HIGHEST_SHARE * len(bins))) :]
    return float(np.log(beat + _TINY)), float(np.log(worst.mean() + _TINY))


def bin_squares(result: Deviation) -> Float64[np.ndarray, " bins"]:
    """Return the mean square of each 50 ms in the middle one of the leads; NaN where unrecorded."""
    leads = result.known.any(axis=1)
    if not leads.any():
        return np.full(STRIP_BINS, np.nan)
    edges = bin_edges(result.known.shape[1])
    count = np.array([np.bincount(edges, row, STRIP_BINS) for row in result.known[leads]])
    squares = result.ecg_z[leads].astype(np.float64) ** 2
    total = np.array([np.bincount(edges, row, STRIP_BINS) for row in squares])
    known = (count > 0).all(axis=0)
    return np.where(known, np.median(total / np.maximum(count, 1), axis=0), np.nan)


def bin_edges(samples: int) -> Int[np.ndarray, " samples"]:
    """Return the number of the 50 ms of each sample."""
    at = np.arange(samples) / (STRIP_S * RATE_HZ)
    return np.minimum(at.astype(np.int64), STRIP_BINS - 1)


def wave_rms(result: Deviation) -> Iterator[tuple[str, Wave, float]]:
    """Yield lead, wave and root mean square deviation of the mean beat."""
    for number, lead in enumerate(LEADS):
        for wave, window in WAVE_WINDOWS.items():
            visible = window & np.isfinite(result.beat_sd_mv[number])
            if visible.any():
                z = result.beat_z[number, visible].astype(np.float64)
                yield lead, wave, float(np.sqrt((z**2).mean()))


def calibrate(network: Restorer, views: list[EcgViews]) -> Calibration:
    """Return the distribution of the scores of normal hearts.

    Args:
        network: in evaluation mode.
        views: of hearts that were not trained on.
    """
    both: list[tuple[float, float]] = []
    waves: dict[str, list[float]] = {}
    for view in views:
        result = deviation(network, view)
        both.append(parts(result))
        for lead, wave, rms in wave_rms(result):
            waves.setdefault(f"{lead} {wave}", []).append(rms)
    beat, rhythm = np.array(both).T
    scales = [
        (float(np.median(beat)), _robust_sd(beat)),
        (float(np.quantile(rhythm, RARE)), _robust_sd(rhythm)),
    ]
    scores = [combined(each, scales[0], scales[1]) for each in both]
    return Calibration(
        hearts=len(views),
        beat=scales[0],
        rhythm=scales[1],
        score=tuple(round(float(q), 4) for q in np.quantile(scores, QUANTILES)),
        waves={
            key: tuple(round(float(q), 4) for q in np.quantile(values, WAVE_QUANTILES))
            for key, values in waves.items()
        },
    )


def combined(
    both: tuple[float, float], beat: tuple[float, float], rhythm: tuple[float, float]
) -> float:
    """Return the score: the larger of the two parts in SDs above a normal heart.

    The beat's counts from the median normal heart, that of the rhythm from a rare one (`RARE`).

    Args:
        both: from `parts`.
        beat: median and SD among normal hearts.
        rhythm: 99th percentile and SD of the second part.
    """
    return max((both[0] - beat[0]) / beat[1], (both[1] - rhythm[0]) / rhythm[1])


def percentile(value: float, quantiles: tuple[float, ...]) -> float:
    """Return the percentile of a value, 0 to 100, by the quantiles of normal hearts.

    Example:
        >>> percentile(2.5, (0.0, 1.0, 2.0, 3.0, 4.0))
        62.5
    """
    steps = np.linspace(0, 100, len(quantiles))
    return float(np.interp(value, quantiles, steps))


def _robust_sd(values: Float64[np.ndarray, " hearts"]) -> float:
    low, high = np.quantile(values, (0.16, 0.84))
    return max(float(high - low) / 2, 1e-3)
