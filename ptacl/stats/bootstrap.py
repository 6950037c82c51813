"""The bootstrap over subjects (and seeds): draws, statistics of all draws, intervals, p values.

A draw is a vector of counts: how often each subject is in it. All methods of a benchmark see the
same draws, so that differences are paired, and a statistic of every draw is one product of
matrices.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Int

from ptacl.stats.interval import LEVEL, Interval, percentile_interval

Counts = Float[np.ndarray, "draws subjects"]
Draws = Float[np.ndarray, " draws"]
Values = (
    Float[np.ndarray, " subjects"] | Int[np.ndarray, " subjects"] | Bool[np.ndarray, " subjects"]
)

DRAWS = 1000


def draw_counts(subjects: int, draws: int, rng: np.random.Generator) -> Counts:
    """Draw as many subjects as there are, with replacement (Efron 1979), `draws` times.

    Returns:
        (draws, subjects): how often each subject is in each draw.
    """
    equal = np.full(subjects, 1.0 / subjects)
    return rng.multinomial(subjects, equal, size=draws).astype(np.float64)


def r2_of_draws(truth: Values, predicted: Values, counts: Counts) -> Draws:
    """Return `metrics.r2` in each draw; subjects without truth or prediction are left out."""
    known = np.isfinite(truth) & np.isfinite(predicted)
    centred = np.where(known, truth - truth[known].mean(dtype=np.float64), 0.0)
    squared_error = np.where(known, (truth - predicted) ** 2, 0.0)
    # One product for all sums: the draws are read once.
    columns = np.stack([squared_error, centred**2, centred, known], axis=1)
    residual, squares, total, n = (counts @ columns).T
    return 1.0 - residual / (squares - total**2 / n)


def mean_of_draws(values: Values, counts: Counts) -> Draws:
    """Return the mean in each draw."""
    return counts @ values.astype(np.float64) / counts.sum(axis=1)


def median_of_draws(values: Values, counts: Counts) -> Draws:
    """Return the median in each draw."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[:, order], axis=1)
    half = reached[:, -1:] / 2.0
    ordered = values[order].astype(np.float64)
    lower, upper = (reached >= half).argmax(axis=1), (reached > half).argmax(axis=1)
    return (ordered[lower] + ordered[upper]) / 2.0


def over_seeds(by_seed: Float[np.ndarray, "seeds draws"], rng: np.random.Generator) -> Draws:
    """Return the mean over seeds, the seeds themselves drawn with replacement in each draw.

    The interval then covers what another training would change as well as what other subjects
    would; with the seeds only averaged, a lucky seed would pass for a better method (Bouthillier et
    al., MLSys 2021). With a few seeds their spread is still underestimated, by (n − 1)/n.
    """
    seeds, draws = by_seed.shape
    drawn_seeds = rng.integers(0, seeds, (seeds, draws))
    return np.take_along_axis(by_seed, drawn_seeds, axis=0).mean(axis=0)


def two_sided_p(differences: Draws) -> float:
    """Return twice the share of draws on the rarer side of zero; never 0, as draws are finite.

    Source: Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2.
    """
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    return float(min(1.0, 2.0 * (1 + rarer) / (1 + len(differences))))


def bootstrap_interval(
    statistic: Callable[..., float],
    arrays: tuple[np.ndarray, ...],
    draws: int,
    rng: np.random.Generator,
    level: float = LEVEL,
) -> Interval:
    """Return any statistic with its percentile interval over draws of the subjects.

    Args:
        statistic: called with the arrays, gives one number: ``r2``, ``np.mean``,
            ``lambda ranks: recall_at_k(ranks, 10)`` …
        arrays: each with subjects as its first axis; a draw takes the same rows of all.
        draws: number of draws; one in which the statistic is NaN is left out.
        rng: for the draws.
        level: share of the draws between low and high.
    """
    subjects = len(arrays[0])
    drawn = np.array(
        [
            statistic(*(array[rows] for array in arrays))
            for rows in (rng.integers(0, subjects, subjects) for _ in range(draws))
        ]
    )
    return percentile_interval(statistic(*arrays), drawn, level)


def mean_interval(
    values: Float[np.ndarray, " subjects"], seed: int = 0, draws: int = DRAWS
) -> Interval:
    """Return a mean with its 95 % percentile interval over draws of the subjects.

    Args:
        values: one a subject, all known.
        seed: of the draws.
        draws: number of draws.
    """
    counts = draw_counts(len(values), draws, np.random.default_rng(seed))
    return percentile_interval(float(values.mean()), mean_of_draws(values, counts))


def known_values(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the arrays without the subjects that are NaN in any of them."""
    # Sums in double precision: 50,000 squared volumes lose digits in single.
    stacked = np.stack([np.asarray(array, dtype=np.float64) for array in arrays])
    return tuple(stacked[:, np.isfinite(stacked).all(axis=0)])
