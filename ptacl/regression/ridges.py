"""Ridge regressions whose shrinkage leave-one-out errors choose, of features apart or together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

ALPHAS = tuple(10.0**power for power in np.arange(-1.0, 6.5, 0.5).tolist())
"""Strengths of shrinkage to choose from, for standardised features."""


def strong_alphas(subjects: int) -> tuple[float, ...]:
    """Those of `ALPHAS` that are at least one a training subject, for readers of other hearts.

    Ridge multiplies what is learned along a direction of the features by n λ / (n λ + α), n
    subjects and a variance λ there. With α ≥ n a direction that varies less than one standardised
    feature counts less than half: what hearts of another origin share with the training's lies in
    the stronger ones. The weakest such alpha costs little where the origin is the same.
    """
    return tuple(alpha for alpha in ALPHAS if alpha >= subjects) or ALPHAS[-1:]


class Ridge(NamedTuple):
    """A fitted ridge, a column a target."""

    alphas: Float[np.ndarray, " targets"]
    weights: Float[np.ndarray, "features targets"]
    bias: Float[np.ndarray, " targets"]
    left_out_errors: Float[np.ndarray, "subjects targets"]
    """What each subject measures less what a fit without it reads of it."""


def mean_of_ridges(
    rows: np.ndarray,
    targets: np.ndarray,
    alphas: tuple[float, ...],
    read_together: Sequence[np.ndarray],
) -> Ridge:
    """The ridge whose reading is the mean of those of the parts.

    Args:
        rows: standardised features, a row a subject.
        targets: what they are to tell, a column a target.
        alphas: shrinkages to choose from.
        read_together: the columns of ``rows`` that each part reads.
    """
    fits = [fit_ridge(rows[:, columns], targets, alphas) for columns in read_together]
    weights = np.zeros((rows.shape[1], targets.shape[1]))
    for columns, fit in zip(read_together, fits, strict=True):
        weights[columns] += fit.weights / len(fits)
    chosen, bias, errors = (
        np.mean([getattr(fit, name) for fit in fits], axis=0)
        for name in ("alphas", "bias", "left_out_errors")
    )
    return Ridge(chosen, weights, bias, errors)


def fit_ridge(rows: np.ndarray, targets: np.ndarray, alphas: tuple[float, ...]) -> Ridge:
    """A ridge of all features together; arguments as of `mean_of_ridges`."""
    # Imported here: scikit-learn takes a second to import, and predicting does without it.
    from sklearn.linear_model import RidgeCV

    # Without cv= this is the closed form of leave-one-out (Golub, Heath and Wahba 1979).
    # As an array: a single strength in a tuple makes scikit-learn fail.
    fitted = RidgeCV(alphas=np.array(alphas), alpha_per_target=True, store_cv_results=True)
    fitted.fit(rows, targets)
    squared = fitted.cv_results_.reshape(len(rows), targets.shape[1], len(alphas))
    chosen = np.searchsorted(alphas, fitted.alpha_)
    left_out = np.take_along_axis(squared, np.reshape(chosen, (1, -1, 1)), axis=2)[..., 0]
    # The error of a subject that is left out has the sign that it has in the fit.
    sign = np.sign(targets - fitted.predict(rows).reshape(targets.shape))
    return Ridge(
        alphas=np.atleast_1d(fitted.alpha_),
        weights=fitted.coef_.reshape(targets.shape[1], -1).T,
        bias=np.atleast_1d(fitted.intercept_),
        left_out_errors=sign * np.sqrt(left_out),
    )
