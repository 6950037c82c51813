"""A statistic with its bootstrap interval, as a report holds it."""

from collections.abc import Callable

import numpy as np

from ptacl.metrics import bootstrap_interval

BOOTSTRAP_DRAWS = 1000


def with_interval(
    statistic: Callable[..., float], arrays: tuple[np.ndarray, ...], rng: np.random.Generator
) -> dict[str, float]:
    """`value`, `low` and `high` of a statistic over subjects: 95 %, percentile bootstrap."""
    found = bootstrap_interval(statistic, arrays, BOOTSTRAP_DRAWS, rng)
    return {"value": found.value, "low": found.low, "high": found.high}
