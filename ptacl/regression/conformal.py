"""Conformal calibration of prediction intervals on subjects that took no part in the fit."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ptacl.errors import PtaclError
from ptacl.regression.heads import FEWEST_SUBJECTS

# A group's own 90 % quantile from 100 subjects gives coverage within about ± 6 % of the nominal one
# (two standard deviations of Beta(91, 10)); for a smaller group that of all subjects is better.
SMALLEST_GROUP = 100

Errors = Float[np.ndarray, "subjects phenotypes"]


def interval_factors(
    residuals: Errors,
    expected_errors: Errors,
    keys: Sequence[str],
    groups: Sequence[str | None],
    confidence: float,
) -> dict[str, list[float]]:
    """Compute the ratio of an interval's half width to the expected error, by group.

    Args:
        residuals: measured minus predicted, a column a phenotype; NaN where not measured.
        expected_errors: of the same subjects.
        keys: names of the columns.
        groups: the group of each subject, None where unknown; a group smaller than
            `SMALLEST_GROUP` in some phenotype is left out.
        confidence: nominal coverage.

    Returns:
        group → a factor for each key; all subjects together are the group "".

    Raises:
        PtaclError: too few subjects with a phenotype.
    """
    return {
        group: [
            _factor(residuals[rows, column], expected_errors[rows, column], confidence, key)
            for column, key in enumerate(keys)
        ]
        for group, rows in _calibration_sets(np.isfinite(residuals), groups).items()
    }


def _calibration_sets(measured: np.ndarray, groups: Sequence[str | None]) -> dict[str, np.ndarray]:
    # All subjects first, then each group that is large enough in every phenotype.
    sets = {"": np.ones(len(measured), dtype=bool)}
    for group in sorted({group for group in groups if group}):
        rows = np.array([own == group for own in groups])
        if measured[rows].sum(axis=0).min() >= SMALLEST_GROUP:
            sets[group] = rows
    return sets


def _factor(
    residuals: np.ndarray, expected_errors: np.ndarray, confidence: float, key: str
) -> float:
    # Imported here: crepes imports pandas and scipy.stats, two seconds that prediction saves.
    from crepes import ConformalRegressor

    known = np.isfinite(residuals)
    if known.sum() < FEWEST_SUBJECTS:
        raise PtaclError(
            f"Only {known.sum()} calibration subjects have {key}; "
            f"an interval needs {FEWEST_SUBJECTS}.",
            code="store.too_few_subjects",
        )
    conformal = ConformalRegressor().fit(residuals[known], sigmas=expected_errors[known])
    # The interval about 0 for an expected error of 1: its upper end is the factor.
    # Prediction needs this number alone, neither crepes nor the calibration subjects.
    interval = conformal.predict_int(np.zeros(1), sigmas=np.ones(1), confidence=confidence)
    return float(interval[0, 1])
