"""Regression and ranking metrics of predicted phenotypes: R², errors, correlation, AUROC, coverage.

Pure functions on NumPy arrays: vectors over subjects to one number, so that `bootstrap_interval`
can put an interval around any of them. Subjects with NaN are left out.
"""

import numpy as np
from jaxtyping import Bool, Float

from ptacl.stats.bootstrap import known_values

Vector = Float[np.ndarray, " subjects"]


def r2(truth: Vector, predicted: Vector) -> float:
    """Share of the truth's variance that the prediction explains; below 0: worse than the mean."""
    truth, predicted = known_values(truth, predicted)
    return float(1.0 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def mae(truth: Vector, predicted: Vector) -> float:
    """Mean absolute error, in the unit of the truth."""
    truth, predicted = known_values(truth, predicted)
    return float(np.abs(truth - predicted).mean())


def rmse(truth: Vector, predicted: Vector) -> float:
    """Root of the mean squared error, in the unit of the truth."""
    truth, predicted = known_values(truth, predicted)
    return float(np.sqrt(((truth - predicted) ** 2).mean()))


def pearson(truth: Vector, predicted: Vector) -> float:
    """Linear correlation, −1 to 1."""
    truth, predicted = known_values(truth, predicted)
    return float(np.corrcoef(truth, predicted)[0, 1])


def auroc(positive: Bool[np.ndarray, " subjects"], score: Vector) -> float:
    """Chance that a positive subject scores higher than a negative one; ties count half.

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
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    above = rank[positive].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def interval_coverage(truth: Vector, low: Vector, high: Vector) -> float:
    """Share of subjects whose truth lies in ``low`` … ``high``; 0.9 is the aim of a 90 % one."""
    truth, low, high = known_values(truth, low, high)
    return float(((low <= truth) & (truth <= high)).mean())


def calibration_slope(truth: Vector, predicted: Vector) -> float:
    """Slope of the truth on the prediction: 1 is calibrated, below 1 predicts too extremely.

    Source: Cox 1958.
    """
    truth, predicted = known_values(truth, predicted)
    centred = predicted - predicted.mean()
    return float((centred * truth).sum() / (centred**2).sum())
