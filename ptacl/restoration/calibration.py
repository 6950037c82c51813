"""Scores of an ECG and their distribution among normal hearts that were not trained on."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float64

from ptacl.restoration.config import Calibration
from ptacl.restoration.deviation import Deviation, deviation
from ptacl.restoration.grid import RATE_HZ, STRIP_BINS, STRIP_S
from ptacl.restoration.hidden import WAVE_WINDOWS
from ptacl.restoration.network import Restorer
from ptacl.restoration.views import EcgViews
from ptacl.types import LEADS

QUANTILES = np.linspace(0, 1, 101)
WAVE_QUANTILES = np.linspace(0, 1, 41)
_HIGHEST_SHARE = 0.05
"""Share of the recording's bins, the most deviating, that the rhythm's part is the mean of."""
_TINY = 1e-6


def parts(found: Deviation) -> tuple[float, float]:
    """Return the logarithms of the mean squared deviation of the beat, and of the worst bins.

    Args:
        found: of one ECG.
    """
    seen = np.isfinite(found.beat_sd_mv)
    beat = float((found.beat_z[seen] ** 2).mean()) if seen.any() else 0.0
    bins = bin_squares(found)
    bins = np.sort(bins[np.isfinite(bins)])
    worst = bins[-max(1, round(_HIGHEST_SHARE * len(bins))) :]
    return float(np.log(beat + _TINY)), float(np.log(worst.mean() + _TINY))


def bin_squares(found: Deviation) -> Float64[np.ndarray, " bins"]:
    """Return the mean squared deviation over the leads in each 50 ms; NaN where unrecorded."""
    edges = np.minimum(
        (np.arange(found.known.shape[1]) / (STRIP_S * RATE_HZ)).astype(np.int64), STRIP_BINS - 1
    )
    weight = np.bincount(edges, found.known.sum(axis=0), STRIP_BINS)
    total = np.bincount(edges, (found.ecg_z.astype(np.float64) ** 2).sum(axis=0), STRIP_BINS)
    return np.where(weight > 0, total / np.maximum(weight, 1), np.nan)


def wave_rms(found: Deviation) -> Iterator[tuple[str, str, float]]:
    """Yield lead, wave and root mean square deviation of the mean beat."""
    for number, lead in enumerate(LEADS):
        for wave, window in WAVE_WINDOWS.items():
            seen = window & np.isfinite(found.beat_sd_mv[number])
            if seen.any():
                z = found.beat_z[number, seen].astype(np.float64)
                yield lead, wave, float(np.sqrt((z**2).mean()))


def calibrate(network: Restorer, views: list[EcgViews]) -> Calibration:
    """Return the distribution of the scores of normal hearts.

    Args:
        network: in evaluation mode.
        views: of hearts that were not trained on.
    """
    both, waves = [], {}
    for view in views:
        found = deviation(network, view)
        both.append(parts(found))
        for lead, wave, rms in wave_rms(found):
            waves.setdefault(f"{lead} {wave}", []).append(rms)
    beat, rhythm = np.array(both).T
    scales = [(float(np.median(x)), _robust_sd(x)) for x in (beat, rhythm)]
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
    """Return the score: the larger of the two parts, each in SDs above the median normal heart.

    Args:
        both: from `parts`.
        beat: median and SD among normal hearts.
        rhythm: the same of the second part.
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
