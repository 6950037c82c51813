"""Numbers, means and variances of many weighted draws and columns as products of matrices."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

Values = Float[np.ndarray, "_ columns"]
Weights = Float[np.ndarray, "draws _"]
Sums = Float[np.ndarray, "3 #draws columns"]


class Moments(NamedTuple):
    """Number, mean and variance (n − 1), a row a draw and a column a quantity."""

    n: Float[np.ndarray, "*draws columns"]
    mean: Float[np.ndarray, "*draws columns"]
    variance: Float[np.ndarray, "*draws columns"]


def weighted_sums(weights: Weights, values: Values) -> Sums:
    """Return number, sum and sum of squares of the known values in each draw.

    Args:
        weights: how often each subject is in each draw.
        values: NaN where unknown.
    """
    known = np.isfinite(values)
    known_values = np.where(known, values, 0.0)
    if known.all():  # as in most cohorts: a third of the work less
        number = np.repeat(weights.sum(axis=1, keepdims=True), values.shape[1], axis=1)
    else:
        number = weights @ known.astype(np.float64)
    return np.stack([number, weights @ known_values, weights @ known_values**2])


def moments_of_sums(sums: Sums) -> Moments:
    """Return the moments that belong to `weighted_sums`."""
    n, total, squares = sums
    mean = total / n
    return Moments(n, mean, np.maximum(squares - n * mean**2, 0.0) / (n - 1))


def moments(values: Values) -> Moments:
    """Return the moments of all subjects, one entry a column."""
    of_all = moments_of_sums(weighted_sums(np.ones((1, len(values))), values))
    return Moments(*(part[0] for part in of_all))
