"""Regression and ranking metrics of predicted phenotypes: R², errors, correlation, AUROC, coverage.

Pure functions on NumPy arrays: vectors over subjects to one number, so that `bootstrap_interval`
can put an interval around any of them. Subjects with NaN are left out.
"""

import numpy as np
from jaxtyping import Bool, Float

from ptacl.stats.bootstrap import known_values

Vector = Float[np.ndarray, " subjects"]


def r2(truth: Vector, predicted: Vector) -> float:
    """Return the share of the variance that is explained; below 0: worse than the mean."""
    truth, predicted = known_values(truth, predicted)
    return float(1.0 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def mae(truth: Vector, predicted: Vector) -> float:
    """Return the mean absolute error, in the unit of the truth."""
    truth, predicted = known_values(truth, predicted)
    return float(np.abs(truth - predicted).mean())


def rmse(truth: Vector, predicted: Vector) -> float:
    """Return the root of the mean squared error, in the unit of the truth."""
    truth, predicted = known_values(truth, predicted)
    return float(np.sqrt(((truth - predicted) ** 2).mean()))


def pearson(truth: Vector, predicted: Vector) -> float:
    """Return the linear correlation, −1 to 1."""
    truth, predicted = known_values(truth, predicted)
    return float(np.corrcoef(truth, predicted)[0, 1])


def auroc(positive: Bool[np.ndarray, " subjects"], score: Vector) -> float:
    """Return the chance that a positive subject scores higher than a negative one; ties count half.

    Source: Hanley and McNeil 1982, through the ranks of Mann and Whitney. NaN where one of the
    two groups is empty.

    Example:
        >>> auroc(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.4, 0.1]))
        0.875
    """
    positive, score = positive[np.isfinite(score)], score[np.isfinite(score)]
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    _, index, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[index]
    above = rank[positive].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def interval_coverage(truth: Vector, low: Vector, high: Vector) -> float:
    """Return the share of subjects with their truth in the interval; 0.9 is nominal for 90 %."""
    truth, low, high = known_values(truth, low, high)
    return float(((low <= truth) & (truth <= high)).mean())


def calibration_slope(truth: Vector, predicted: Vector) -> float:
    """Return the slope of truth on prediction: 1 is calibrated, below 1 is too extreme.

    Source: Cox 1958.
    """
    truth, predicted = known_values(truth, predicted)
    centred = predicted - predicted.mean()
    return float((centred * truth).sum() / (centred**2).sum())
