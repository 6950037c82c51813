"""Report entries of statistics with their bootstrap intervals: `value`, `low`, `high`."""

from collections.abc import Callable

import numpy as np

from ptacl.stats.bootstrap import DRAWS, bootstrap_interval, mean_interval
from ptacl.stats.interval import percentile_interval

BOOTSTRAP_DRAWS = DRAWS


def with_interval(
    statistic: Callable[..., float], arrays: tuple[np.ndarray, ...], rng: np.random.Generator
) -> dict[str, float]:
    """Return a statistic over subjects with its interval (`stats.bootstrap`)."""
    return bootstrap_interval(statistic, arrays, DRAWS, rng).to_dict()


def mean_with_interval(values: np.ndarray, seed: int) -> dict[str, float]:
    """Return a mean over the subjects that have a value, with its interval and their number `n`."""
    known = values[np.isfinite(values)]
    return {**mean_interval(known, seed).to_dict(), "n": len(known)}


def of_draws(value: float, draws: np.ndarray) -> dict[str, float]:
    """Return a statistic with the interval of the draws that are given."""
    return percentile_interval(value, draws).to_dict()
