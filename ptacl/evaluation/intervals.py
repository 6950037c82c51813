"""Statistics of an evaluation with their 95 % percentile bootstrap intervals."""

from collections.abc import Callable

import numpy as np

from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.stats.bootstrap import DRAWS, bootstrap_interval, mean_interval
from ptacl.stats.interval import Interval, percentile_interval

BOOTSTRAP_DRAWS = DRAWS


def with_interval(
    statistic: Callable[..., float], arrays: tuple[np.ndarray, ...], rng: np.random.Generator
) -> Interval:
    """Return a statistic over subjects with its interval."""
    return bootstrap_interval(statistic, arrays, DRAWS, rng)


def mean_with_interval(values: np.ndarray, seed: int) -> MeanInterval:
    """Return a mean over subjects with its interval; subjects without a value are left out."""
    known = values[np.isfinite(values)]
    interval = mean_interval(known, seed)
    return MeanInterval(interval.value, interval.low, interval.high, len(known))


def interval_of_draws(value: float, draws: np.ndarray) -> Interval:
    """Return a figure with its interval from its bootstrap draws."""
    return percentile_interval(value, draws)
