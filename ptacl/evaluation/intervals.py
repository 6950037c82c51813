"""Statistics of an evaluation with their 95 % percentile bootstrap intervals."""

from collections.abc import Callable

import numpy as np

from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.stats.bootstrap import Interval, bootstrap_interval, draw_counts, mean_of_draws

BOOTSTRAP_DRAWS = 1000


def with_interval(
    statistic: Callable[..., float], arrays: tuple[np.ndarray, ...], rng: np.random.Generator
) -> Interval:
    """Return a statistic over subjects with its interval."""
    return bootstrap_interval(statistic, arrays, BOOTSTRAP_DRAWS, rng)


def mean_with_interval(values: np.ndarray, seed: int) -> MeanInterval:
    """Return a mean over subjects with its interval; subjects without a value are left out."""
    known = values[np.isfinite(values)]
    counts = draw_counts(len(known), BOOTSTRAP_DRAWS, np.random.default_rng(seed))
    interval = interval_of_draws(float(known.mean()), mean_of_draws(known, counts))
    return MeanInterval(interval.value, interval.low, interval.high, len(known))


def interval_of_draws(value: float, draws: np.ndarray) -> Interval:
    """Return a figure with its interval from its bootstrap draws."""
    low, high = np.quantile(draws, (0.025, 0.975))
    return Interval(value, float(low), float(high))
