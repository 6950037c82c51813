"""How wide an interval must be, from subjects that took no part in the fit."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ptacl.errors import PtaclError
from ptacl.regression.heads import FEWEST_SUBJECTS

# A group's own 90 % quantile from 100 subjects gives coverage within about ± 6 % of the aim (two
# standard deviations of Beta(91, 10)); a smaller group is better served by everybody's.
SMALLEST_GROUP = 100

Errors = Float[np.ndarray, "subjects phenotypes"]


def interval_factors(
    residuals: Errors,
    expected_errors: Errors,
    keys: Sequence[str],
    groups: Sequence[str | None],
    confidence: float,
) -> dict[str, list[float]]:
    """Half width of the interval over the expected error, of everybody ("") and of each group.

    Args:
        residuals: measured less predicted, a column a phenotype; NaN where not measured.
        expected_errors: of the same subjects.
        keys: names of the columns.
        groups: the group of each subject, None where unknown; a group is left out that is smaller
            than `SMALLEST_GROUP` in some phenotype.
        confidence: share of subjects whose truth the intervals hold.

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
    # Everybody first, then each group that is large enough in every phenotype.
    sets = {"": np.ones(len(measured), dtype=bool)}
    for group in sorted({group for group in groups if group}):
        rows = np.array([own == group for own in groups])
        if measured[rows].sum(axis=0).min() >= SMALLEST_GROUP:
            sets[group] = rows
    return sets


def _factor(
    residuals: np.ndarray, expected_errors: np.ndarray, confidence: float, key: str
) -> float:
    # Imported here: crepes brings pandas and scipy.stats, two seconds that predicting spares.
    from crepes import ConformalRegressor

    known = np.isfinite(residuals)
    if known.sum() < FEWEST_SUBJECTS:
        raise PtaclError(
            f"Only {known.sum()} calibration subjects have {key}; "
            f"an interval needs {FEWEST_SUBJECTS}.",
            code="store.too_few_subjects",
        )
    conformal = ConformalRegressor().fit(residuals[known], sigmas=expected_errors[known])
    # The interval about 0 of a subject whose expected error is 1: its upper end is the factor.
    # So the one number is all that predicting needs of crepes and of the calibration subjects.
    interval = conformal.predict_int(np.zeros(1), sigmas=np.ones(1), confidence=confidence)
    return float(interval[0, 1])
