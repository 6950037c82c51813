"""Is a difference more than chance? Bootstrap over subjects and seeds, corrected for many looks.

A draw is a vector of counts: how often each subject is in it. All methods see the same draws, so
that differences are paired, and a figure of every draw is one product of matrices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

Counts = Float[np.ndarray, "draws subjects"]
Draws = Float[np.ndarray, " draws"]
Values = (
    Float[np.ndarray, " subjects"] | Int[np.ndarray, " subjects"] | Bool[np.ndarray, " subjects"]
)


def draw_counts(subjects: int, draws: int, rng: np.random.Generator) -> Counts:
    """How often each subject is in each draw of as many subjects, with replacement (Efron 1979)."""
    even = np.full(subjects, 1.0 / subjects)
    return rng.multinomial(subjects, even, size=draws).astype(np.float64)


def r2_of_draws(truth: Values, predicted: Values, counts: Counts) -> Draws:
    """`metrics.r2` in each draw; subjects without truth or prediction are left out."""
    known = np.isfinite(truth) & np.isfinite(predicted)
    centred = np.where(known, truth - truth[known].mean(dtype=np.float64), 0.0)
    squared_error = np.where(known, (truth - predicted) ** 2, 0.0)
    # One product for all sums: the draws are read once.
    of_each = np.stack([squared_error, centred**2, centred, known], axis=1)
    residual, squares, total, n = (counts @ of_each).T
    return 1.0 - residual / (squares - total**2 / n)


def mean_of_draws(values: Values, counts: Counts) -> Draws:
    """The mean in each draw."""
    return counts @ values.astype(np.float64) / counts.sum(axis=1)


def median_of_draws(values: Values, counts: Counts) -> Draws:
    """The median in each draw."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[:, order], axis=1)
    half = reached[:, -1:] / 2.0
    ordered = values[order].astype(np.float64)
    lower, upper = (reached >= half).argmax(axis=1), (reached > half).argmax(axis=1)
    return (ordered[lower] + ordered[upper]) / 2.0


def over_seeds(by_seed: Float[np.ndarray, "seeds draws"], rng: np.random.Generator) -> Draws:
    """The mean over seeds, the seeds themselves drawn with replacement in each draw.

    So a figure's interval holds what another training would change as well as what other subjects
    would; with the seeds only averaged, a lucky one would pass for a better method (Bouthillier et
    al., MLSys 2021). Of a few seeds their spread is still underestimated, by (n − 1)/n.
    """
    seeds, draws = by_seed.shape
    chosen = rng.integers(0, seeds, (seeds, draws))
    return np.take_along_axis(by_seed, chosen, axis=0).mean(axis=0)


def two_sided_p(differences: Draws) -> float:
    """Twice the share of draws on the rarer side of zero; never 0, for draws are finite.

    Source: Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2.
    """
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    return float(min(1.0, 2.0 * (1 + rarer) / (1 + len(differences))))


def holm(p_values: Float[np.ndarray, " tests"]) -> Float[np.ndarray, " tests"]:
    """p values corrected for their number, so that all together err in 5 % at most at 0.05.

    Source: Holm, Scand J Stat 1979;6:65.

    Example:
        >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
        [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    stepped = p_values[order] * np.arange(len(p_values), 0, -1)
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return corrected


Numbers = np.ndarray | np.floating | float | int
"""One number, or one a column."""


def hedges_g(
    apart: Numbers,
    one_n: Numbers,
    one_variance: Numbers,
    two_n: Numbers,
    two_variance: Numbers,
) -> Any:
    """A difference of means in pooled standard deviations; NaN without any spread.

    Less the bias of few subjects: times 1 − 3 / (4 (n₁ + n₂) − 9).

    Args:
        apart: the difference of the two means.
        one_n: subjects of the first group, two or more.
        one_variance: its variance (n − 1); `two_n` and `two_variance` of the second likewise.

    Source: Hedges, J Educ Stat 1981;6:107.
    """
    freedom = one_n + two_n - 2
    pooled = np.sqrt(((one_n - 1) * one_variance + (two_n - 1) * two_variance) / freedom)
    return apart / np.where(pooled > 0, pooled, np.nan) * (1 - 3 / (4 * freedom - 1))


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic with its bootstrap interval."""

    value: float
    low: float
    high: float


def bootstrap_interval(
    statistic: Callable[..., float],
    arrays: tuple[np.ndarray, ...],
    n: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Interval:
    """Percentile interval of a statistic, by drawing subjects with replacement.

    Args:
        statistic: called with the arrays, gives one number: ``r2``, ``np.mean``,
            ``lambda ranks: recall_at_k(ranks, 10)`` …
        arrays: each with subjects as its first axis; a draw takes the same rows of all.
        n: number of draws; a draw for which the statistic is NaN is left out.
        level: share of the draws between low and high.

    Source: Efron 1979.
    """
    subjects = len(arrays[0])
    draws = np.array(
        [
            statistic(*(array[rows] for array in arrays))
            for rows in (rng.integers(0, subjects, subjects) for _ in range(n))
        ]
    )
    tail = (1.0 - level) / 2.0
    finite = draws[np.isfinite(draws)]
    low, high = np.quantile(finite, (tail, 1.0 - tail)) if len(finite) else (np.nan, np.nan)
    return Interval(float(statistic(*arrays)), float(low), float(high))


def known_values(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the arrays without the subjects that are NaN in any of them."""
    # Sums in double precision: 50,000 squared volumes lose digits in single.
    stacked = np.stack([np.asarray(array, dtype=np.float64) for array in arrays])
    return tuple(stacked[:, np.isfinite(stacked).all(axis=0)])
