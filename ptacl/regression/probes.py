"""Linear probes: scores of a target from frozen features, fitted on training subjects.

A ridge regression for a number, a logistic regression for an outcome, and for an outcome with times
a ridge regression of the martingale residuals of a model without covariates: these count the events
that a subject had beyond those expected in its follow-up (Therneau, Grambsch and Fleming,
Biometrika 1990;77:147), so that censored subjects count as long as they were followed.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Float64

from ptacl.errors import PtaclError
from ptacl.regression.heads import FEWEST_SUBJECTS
from ptacl.regression.ridges import ALPHAS, fit_ridge
from ptacl.store.targets import TargetValues

FOLDS = 5
Features = Float[np.ndarray, "subjects features"]
Scores = Float64[np.ndarray, " subjects"]
Probe = Callable[[Features], Scores]


def fit_probe(features: Features, asked: TargetValues) -> Probe:
    """Fit a probe; its strength of shrinkage is chosen by cross-validation.

    Args:
        features: of the training subjects.
        asked: target of the same subjects; those without a value are left out.

    Returns:
        a function from features to scores: the predicted value, the log odds or the risk.

    Raises:
        PtaclError: too few subjects have a value, or too few the outcome.
    """
    known = known_rows(asked)
    outcome = asked.values[known]
    classes = () if asked.target.kind == "continuous" else (outcome == 0, outcome == 1)
    if known.sum() < FEWEST_SUBJECTS or any(members.sum() < FOLDS for members in classes):
        raise too_few(asked, "train")
    centre, scale = features[known].mean(axis=0), features[known].std(axis=0)
    scale[scale == 0] = 1.0
    rows = (features[known] - centre) / scale
    if asked.target.kind == "binary":
        weights, bias = _logistic(rows, outcome)
    else:
        times = asked.times
        goal = outcome if times is None else martingale_residuals(times[known], outcome == 1)
        ridge = fit_ridge(rows, goal[:, None], ALPHAS)
        weights, bias = ridge.weights[:, 0], float(ridge.bias[0])
    return lambda x: ((x - centre) / scale) @ weights + bias


def known_rows(asked: TargetValues) -> Bool[np.ndarray, " subjects"]:
    """Return which subjects have a value, and a time if the target has one."""
    known = np.isfinite(asked.values)
    return known if asked.times is None else known & np.isfinite(asked.times)


def martingale_residuals(
    time: Float64[np.ndarray, " subjects"], event: Bool[np.ndarray, " subjects"]
) -> Float64[np.ndarray, " subjects"]:
    """Return each subject's events less those expected in its time, by Nelson and Aalen.

    Example:
        >>> martingale_residuals(np.array([1.0, 2.0, 2.0]), np.array([True, True, False])).round(2)
        array([ 0.67,  0.17, -0.83])
    """
    index = np.unique(time, return_inverse=True)[1]
    events = np.bincount(index, weights=event)
    at_risk = np.bincount(index)[::-1].cumsum()[::-1]
    return event - np.cumsum(events / at_risk)[index]


def too_few(asked: TargetValues, split: str) -> PtaclError:
    """Return the error for a target that too few subjects of a split have."""
    known = known_rows(asked)
    outcome = ""
    if asked.target.kind != "continuous":
        outcome = f", {int((asked.values[known] == 1).sum())} of them with the outcome"
    return PtaclError(
        f"Target {asked.target.key!r}: {int(known.sum())} subjects of the {split} split have a "
        f"value{outcome}. It needs {FEWEST_SUBJECTS}, and {FOLDS} with and without an outcome.",
        code="store.too_few_subjects",
    )


def _logistic(rows: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, float]:
    from sklearn.linear_model import LogisticRegression  # slow to import
    from sklearn.model_selection import GridSearchCV, StratifiedKFold

    search = GridSearchCV(
        LogisticRegression(max_iter=1000),
        {"C": np.logspace(-5, 1, 7)},
        scoring="neg_log_loss",
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0),
    ).fit(rows, outcome)
    return search.best_estimator_.coef_[0], float(search.best_estimator_.intercept_[0])
