"""The effect size: Hedges' g of two groups with its bootstrap interval, column by column."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from ptacl.stats.bootstrap import draw_counts
from ptacl.stats.interval import Interval, percentile_ends
from ptacl.stats.moments import Moments, Values, moments, moments_of_sums, weighted_sums

DRAWS = 400
FEWEST = 5
"""Subjects of a group below which there is no interval: so few resample into too little that is
new."""

PerColumn = Float[np.ndarray, " columns"]
Ends = tuple[PerColumn, PerColumn]


def hedges_g(first: Moments, other: Moments) -> Any:
    """Return the difference of two means (other less first) in pooled standard deviations.

    Multiplied by 1 − 3 / (4 (n₁ + n₂) − 9), which removes the bias of small groups; NaN without any
    spread. Cohen (1988) calls 0.2 small, 0.5 medium and 0.8 large.

    Args:
        first: of the first group, two subjects or more.
        other: of the other.

    Source: Hedges, J Educ Stat 1981;6:107.
    """
    freedom = first.n + other.n - 2
    squares = (first.n - 1) * first.variance + (other.n - 1) * other.variance
    pooled = np.sqrt(squares / freedom)
    difference = other.mean - first.mean
    return difference / np.where(pooled > 0, pooled, np.nan) * (1 - 3 / (4 * freedom - 1))


class Differences(NamedTuple):
    """Differences of two groups, an entry a column."""

    mean: tuple[Interval, ...]
    """Mean of the other group less that of the first."""
    effect: tuple[Interval, ...]
    """Hedges' g."""


def bootstrap_differences(
    first: Values, other: Values, rng: np.random.Generator, *, paired: bool = False
) -> Differences:
    """Return differences of means and Hedges' g with 95 % percentile bootstrap intervals.

    The interval of g is the bootstrap's, not the usual normal approximation with variance
    (n₁ + n₂) / (n₁ n₂) + g² / (2 (n₁ + n₂)) (Hedges and Olkin 1985): that one supposes normal
    values of equal variance in independent groups, and groups here are chosen by a region of an
    embedding, by a limit or as matched pairs. Kelley (Educ Psychol Meas 2005;65:51) recommends the
    bootstrap then. In 400 simulated groups of 30 against 300, 95 % intervals by the approximation
    held the truth in 71 % where the smaller group had twice the standard deviation and in 100 %
    where it had half; those of the bootstrap in 92 % and 93 % (in 88 % of 8 against 300 values of
    one normal distribution, the approximation in 93 %).

    Args:
        first: values of the first group, a column a quantity, NaN where unknown.
        other: values of the other group.
        rng: for the draws.
        paired: whether row i of one belongs to row i of the other; pairs are drawn as wholes.

    Returns:
        Intervals without ends where a group has fewer than `FEWEST` known values.
    """
    of_first, of_other = moments(first), moments(other)
    enough = (of_first.n >= FEWEST) & (of_other.n >= FEWEST)
    unknown = np.full(first.shape[1], np.nan)
    mean_ends: Ends = (unknown, unknown)
    effect_ends: Ends = (unknown, unknown)
    if enough.any():
        counts = draw_counts(len(first), DRAWS, rng)
        drawn_first = moments_of_sums(weighted_sums(counts, first))
        counts = counts if paired else draw_counts(len(other), DRAWS, rng)
        drawn_other = moments_of_sums(weighted_sums(counts, other))
        mean_ends = percentile_ends(drawn_other.mean - drawn_first.mean)
        effect_ends = percentile_ends(hedges_g(drawn_first, drawn_other))
    return Differences(
        _intervals(of_other.mean - of_first.mean, mean_ends, enough),
        _intervals(hedges_g(of_first, of_other), effect_ends, enough),
    )


def _intervals(values: PerColumn, ends: Ends, enough: np.ndarray) -> tuple[Interval, ...]:
    low, high = (np.where(enough, end, np.nan) for end in ends)
    return tuple(
        Interval(float(value), float(lowest), float(highest))
        for value, lowest, highest in zip(values, low, high, strict=True)
    )
