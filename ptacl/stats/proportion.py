"""Interval of a proportion."""

import numpy as np

from ptacl.stats.interval import Interval

Z = 1.959963984540054
"""Normal quantile of a 95 % interval."""


def proportion(events: int, trials: int) -> Interval:
    """Return a proportion with its 95 % interval; NaN without trials.

    Args:
        events: number of successes.
        trials: number of all.

    Source: score interval (Wilson, Journal of the American Statistical Association 1927).

    Example:
        >>> found = proportion(8, 10)
        >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
        (0.8, 0.49, 0.943)
    """
    if trials == 0:
        return Interval(np.nan, np.nan, np.nan)
    share, square = events / trials, Z**2 / trials
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * np.sqrt(share * (1 - share) / trials + square / (4 * trials))
    return Interval(share, max(0.0, float(middle - half)), min(1.0, float(middle + half)))
