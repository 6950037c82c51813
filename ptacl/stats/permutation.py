"""The permutation test of two groups, for many columns at once; of pairs by flips of sign."""

import numpy as np
from jaxtyping import Float

from ptacl.stats.moments import Sums, Values, moments_of_sums, weighted_sums

PERMUTATIONS = 1000
_CHUNK_DRAWS = 100
_TIE = 1 - 1e-9
"""A statistic that is equal but for rounding counts as reached."""

PerColumn = Float[np.ndarray, " columns"]


def permutation_test(
    first: Values, other: Values, rng: np.random.Generator, *, paired: bool = False
) -> PerColumn:
    """Return the two-sided p value of the difference of the means, column by column.

    Independent groups: permutation of the labels with Welch's statistic, which is valid for unequal
    deviations too (Janssen, Stat Probab Lett 1997;36:9). Pairs: flips of the sign of each
    difference (Fisher 1935). p is (1 + draws at least as extreme) / (1 + `PERMUTATIONS`).

    Args:
        first: values of the first group, NaN where unknown.
        other: values of the other group.
        rng: for the draws.
        paired: whether row i of one belongs to row i of the other.

    Returns:
        A p value a column; NaN where there is no difference or no spread to test.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return _sign_flips(other - first, rng) if paired else _relabelled(first, other, rng)


def _relabelled(first: Values, other: Values, rng: np.random.Generator) -> PerColumn:
    values = np.concatenate([first, other])
    everybody = weighted_sums(np.ones((1, len(values))), values)
    label = np.arange(len(values)) < len(first)
    observed = np.abs(_welch(weighted_sums(label[None].astype(np.float64), values), everybody))[0]
    extreme = np.zeros(values.shape[1])
    for _ in range(0, PERMUTATIONS, _CHUNK_DRAWS):
        labels = rng.permuted(np.broadcast_to(label, (_CHUNK_DRAWS, len(values))), axis=1)
        drawn = np.abs(_welch(weighted_sums(labels.astype(np.float64), values), everybody))
        # A draw has no statistic where one side has no spread: it counts as more extreme.
        extreme += (~(drawn < observed * _TIE)).sum(axis=0)
    return np.where(np.isfinite(observed), (1 + extreme) / (1 + PERMUTATIONS), np.nan)


def _welch(sums: Sums, everybody: Sums) -> np.ndarray:
    first, other = moments_of_sums(sums), moments_of_sums(everybody - sums)
    error = np.sqrt(first.variance / first.n + other.variance / other.n)
    return (other.mean - first.mean) / np.where(error > 0, error, np.nan)


def _sign_flips(differences: Values, rng: np.random.Generator) -> PerColumn:
    known = np.where(np.isfinite(differences), differences, 0.0)
    signs = rng.integers(0, 2, (PERMUTATIONS, len(known))) * 2.0 - 1.0
    observed = np.abs(known.sum(axis=0))
    extreme = (np.abs(signs @ known) >= observed * _TIE).sum(axis=0)
    return np.where(known.any(axis=0), (1 + extreme) / (1 + PERMUTATIONS), np.nan)
