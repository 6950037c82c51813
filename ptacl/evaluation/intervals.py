"""Statistics with their bootstrap intervals, as a report holds them: `value`, `low`, `high`."""

from collections.abc import Callable

import numpy as np

from ptacl.stats.bootstrap import bootstrap_interval, draw_counts, mean_of_draws

BOOTSTRAP_DRAWS = 1000


def with_interval(
    statistic: Callable[..., float], arrays: tuple[np.ndarray, ...], rng: np.random.Generator
) -> dict[str, float]:
    """A statistic over subjects: 95 %, percentile bootstrap."""
    found = bootstrap_interval(statistic, arrays, BOOTSTRAP_DRAWS, rng)
    return {"value": found.value, "low": found.low, "high": found.high}


def mean_with_interval(values: np.ndarray, seed: int) -> dict[str, float]:
    """A mean over subjects, with its `n`; subjects without a value are left out."""
    known = values[np.isfinite(values)]
    counts = draw_counts(len(known), BOOTSTRAP_DRAWS, np.random.default_rng(seed))
    return {**of_draws(float(known.mean()), mean_of_draws(known, counts)), "n": len(known)}


def of_draws(value: float, draws: np.ndarray) -> dict[str, float]:
    """A figure whose draws are known already (`significance`)."""
    low, high = np.quantile(draws, (0.025, 0.975))
    return {"value": value, "low": float(low), "high": float(high)}
