"""Means over subjects with their bootstrap interval."""

import numpy as np
from jaxtyping import Float

from ptacl.stats.bootstrap import Interval, draw_counts, mean_of_draws

DRAWS = 500


def mean_interval(values: Float[np.ndarray, " subjects"], seed: int = 0) -> Interval:
    """A mean with its 95 % percentile bootstrap interval (Efron 1979)."""
    counts = draw_counts(len(values), DRAWS, np.random.default_rng(seed))
    low, high = np.quantile(mean_of_draws(values, counts), (0.025, 0.975))
    return Interval(float(values.mean()), float(low), float(high))
