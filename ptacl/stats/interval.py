"""A figure with its interval, as every page, report and JSON file has it."""

from dataclasses import asdict, dataclass

import numpy as np
from jaxtyping import Float

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic with its 95 % interval; NaN ends where there are too few subjects for one."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """Return ``value``, ``low`` and ``high``, as JSON reports hold them."""
        return asdict(self)


def percentile_ends(
    draws: Float[np.ndarray, "draws *columns"], level: float = LEVEL
) -> tuple[Float[np.ndarray, "*columns"], Float[np.ndarray, "*columns"]]:
    """Return the ends of the middle share of bootstrap draws, column by column.

    Args:
        draws: a statistic in each draw; draws in which it is not finite are left out.
        level: share of the draws between the ends.

    Returns:
        Low and high ends; NaN for a column without a finite draw.

    Source: percentile interval (Efron 1979).
    """
    columns = np.asarray(draws, dtype=np.float64).reshape(len(draws), -1)
    columns = np.where(np.isfinite(columns), columns, np.nan)
    known = ~np.isnan(columns).all(axis=0)
    ends = np.full((2, columns.shape[1]), np.nan)
    tail = (1.0 - level) / 2.0
    ends[:, known] = np.nanquantile(columns[:, known], (tail, 1.0 - tail), axis=0)
    low, high = ends.reshape(2, *np.shape(draws)[1:])
    return np.asarray(low), np.asarray(high)  # of one column they are numbers, not arrays


def percentile_interval(
    value: float, draws: Float[np.ndarray, " draws"], level: float = LEVEL
) -> Interval:
    """Return a statistic with the percentile interval of its draws (`percentile_ends`)."""
    low, high = percentile_ends(draws, level)
    return Interval(float(value), float(low), float(high))
