"""Ridge regressions with shrinkage chosen by leave-one-out error, and means of several."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

ALPHAS = tuple(10.0**power for power in np.arange(-1.0, 6.5, 0.5).tolist())
"""Strengths of shrinkage to choose from, for standardised features."""


def strong_alphas(subjects: int) -> tuple[float, ...]:
    """Return the strengths in `ALPHAS` of at least one a training subject, for a domain shift.

    Ridge multiplies the coefficient along a direction of the features by n λ / (n λ + α), with n
    subjects and a variance λ there. With α ≥ n a direction that varies less than one standardised
    feature counts less than half: hearts of another distribution share the directions of a large
    variance with the training's. The weakest such alpha costs little without a shift.
    """
    return tuple(alpha for alpha in ALPHAS if alpha >= subjects) or ALPHAS[-1:]


class Ridge(NamedTuple):
    """A fitted ridge, a column a target."""

    alphas: Float[np.ndarray, " targets"]
    weights: Float[np.ndarray, "features targets"]
    bias: Float[np.ndarray, " targets"]
    left_out_errors: Float[np.ndarray, "subjects targets"]
    """Measured value of each subject minus the prediction of a fit without it."""


def mean_of_ridges(
    rows: np.ndarray,
    targets: np.ndarray,
    alphas: tuple[float, ...],
    part_columns: Sequence[np.ndarray],
) -> Ridge:
    """Fit a ridge to each part and return the one that predicts their mean.

    Args:
        rows: standardised features, a row a subject.
        targets: to be predicted, a column a target.
        alphas: shrinkages to choose from.
        part_columns: the columns of ``rows`` in each part.
    """
    fits = [fit_ridge(rows[:, columns], targets, alphas) for columns in part_columns]
    weights = np.zeros((rows.shape[1], targets.shape[1]))
    for columns, fit in zip(part_columns, fits, strict=True):
        weights[columns] += fit.weights / len(fits)
    alpha, bias, errors = (
        np.mean([getattr(fit, name) for fit in fits], axis=0)
        for name in ("alphas", "bias", "left_out_errors")
    )
    return Ridge(alpha, weights, bias, errors)


def fit_ridge(rows: np.ndarray, targets: np.ndarray, alphas: tuple[float, ...]) -> Ridge:
    """Fit a ridge to all features together.

    Args:
        rows: standardised features, a row a subject.
        targets: to be predicted, a column a target.
        alphas: shrinkages to choose from.
    """
    # Imported here: scikit-learn takes a second to import, and prediction does not need it.
    from sklearn.linear_model import RidgeCV

    # Without cv= this is the closed form of leave-one-out (Golub, Heath and Wahba 1979).
    # As an array: a single strength in a tuple makes scikit-learn fail.
    fitted = RidgeCV(alphas=np.array(alphas), alpha_per_target=True, store_cv_results=True)
    fitted.fit(rows, targets)
    squared = fitted.cv_results_.reshape(len(rows), targets.shape[1], len(alphas))
    indices = np.searchsorted(alphas, fitted.alpha_)
    left_out = np.take_along_axis(squared, np.reshape(indices, (1, -1, 1)), axis=2)[..., 0]
    # The leave-one-out error of a subject has the sign of its error in the fit.
    sign = np.sign(targets - fitted.predict(rows).reshape(targets.shape))
    return Ridge(
        alphas=np.atleast_1d(fitted.alpha_),
        weights=fitted.coef_.reshape(targets.shape[1], -1).T,
        bias=np.atleast_1d(fitted.intercept_),
        left_out_errors=sign * np.sqrt(left_out),
    )
