"""Regression heads of small cohorts: cross-conformal calibration (Vovk, 2015)."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Float

from ptacl.regression.conformal import interval_factors
from ptacl.regression.fitting import calibrated, fit_uncalibrated
from ptacl.regression.heads import Heads
from ptacl.regression.ridges import ALPHAS

FOLDS = 10


def fit_cross_heads(
    features: Float[np.ndarray, "subjects features"],
    targets: Float[np.ndarray, "subjects phenotypes"],
    keys: tuple[str, ...],
    *,
    alphas: tuple[float, ...] = ALPHAS,
    parts: Sequence[int] = (),
    unshrunk: int = 0,
    confidence: float = 0.9,
    folds: int = FOLDS,
    seed: int = 0,
) -> Heads:
    """Fit heads on all subjects and calibrate their intervals across folds of the same subjects.

    The error of each subject, in expected errors, is that of heads fitted without its fold; the
    quantile of all of them is the factor of the intervals of the heads fitted on all subjects. The
    guarantee of cross-conformal prediction is weaker than that of a split (Vovk, Annals of
    Mathematics and Artificial Intelligence 74, 2015; Barber et al., Annals of Statistics 49, 2021:
    the jackknife+ covers at least 1 − 2 α); in practice the coverage is close to nominal.

    Args:
        features: of all subjects, finite.
        targets: their phenotypes, one column for each key; NaN where not measured.
        keys: names of the columns.
        alphas: as in `fit_heads`, as are ``parts``, ``unshrunk`` and ``confidence``.
        parts: likewise.
        unshrunk: likewise.
        confidence: nominal coverage.
        folds: number of folds.
        seed: of the folds.

    Raises:
        PtaclError: too few subjects with a phenotype outside a fold.
    """
    features = np.asarray(features, dtype=np.float64)

    def fitted(rows: np.ndarray) -> Heads:
        """Return heads of some subjects."""
        return fit_uncalibrated(
            features[rows], targets[rows], keys,
            alphas=alphas, parts=parts, unshrunk=unshrunk, confidence=confidence,
        )  # fmt: skip

    residuals, expected = np.full_like(targets, np.nan), np.full_like(targets, np.nan)
    for fold in _folds(len(features), folds, seed):
        value, _, high = fitted(~fold).predict(features[fold])
        residuals[fold], expected[fold] = targets[fold] - value, high - value
    factors = interval_factors(residuals, expected, keys, [], confidence)
    return calibrated(fitted(np.ones(len(features), dtype=bool)), factors)


def _folds(subjects: int, folds: int, seed: int) -> Iterator[Bool[np.ndarray, " subjects"]]:
    """Yield the members of each fold, of sizes that differ by one at most."""
    fold = np.random.default_rng(seed).permutation(subjects) % folds
    for number in range(min(folds, subjects)):
        yield fold == number
