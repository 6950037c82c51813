"""A range of a phenotype from the probabilities that it is below each of several thresholds.

A ridge predicts one value and an error on either side of it. A distribution regression (Foresi and
Peracchi 1995) fits the probability of each threshold on its own, so that the range of a heart that
may be very low reaches far down, and not as far up.
"""

import numpy as np
from jaxtyping import Float

Probabilities = Float[np.ndarray, "subjects thresholds"]
Ends = Float[np.ndarray, " subjects"]


def in_order(probabilities: Probabilities) -> Probabilities:
    """Return probabilities that never fall from one threshold to the next higher one.

    Example:
        >>> in_order(np.array([[0.1, 0.3, 0.2]]))
        array([[0.1, 0.3, 0.3]])
    """
    return np.maximum.accumulate(probabilities, axis=1)


def range_of(
    probabilities: Probabilities,
    thresholds: Float[np.ndarray, " thresholds"],
    ends: tuple[float, float],
    levels: tuple[float, float] = (0.05, 0.95),
) -> tuple[Ends, Ends]:
    """Return two quantiles of each subject, linear between the thresholds.

    Args:
        probabilities: of being below each threshold, in order.
        thresholds: ascending.
        ends: no subject is below the first or above the second.
        levels: of the quantiles.

    Example:
        >>> low, high = range_of(np.array([[0.5]]), np.array([50.0]), (30.0, 70.0))
        >>> low.tolist(), high.tolist()
        ([32.0], [68.0])
    """
    at = np.concatenate([[ends[0]], thresholds, [ends[1]]])
    count = len(probabilities)
    below = np.hstack([np.zeros((count, 1)), probabilities, np.ones((count, 1))])
    low, high = (np.array([np.interp(level, each, at) for each in below]) for level in levels)
    return low, high
