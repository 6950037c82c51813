"""Sensitivity and specificity of a prediction at a threshold for a limit of the measurement."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ptacl.stats.interval import Interval
from ptacl.stats.proportion import proportion

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class ThresholdFigures:
    """What a threshold of the prediction reaches."""

    n: int
    """Subjects whose measurement is beyond the limit."""
    n_without: int
    flagged: int
    """Subjects whose prediction is beyond the threshold."""
    sensitivity: Interval
    specificity: Interval


def threshold_figures(
    measured: Values, predicted: Values, limit: float, threshold: float, *, below: bool
) -> ThresholdFigures:
    """Return the figures of a threshold.

    Args:
        measured: reference values.
        predicted: of the same subjects; pairs with NaN are left out.
        limit: of the measurement, in its unit.
        threshold: of the prediction.
        below: whether a value below the limit is the finding; otherwise one above it.
    """
    known = np.isfinite(measured + predicted)
    sign = 1.0 if below else -1.0
    there = sign * measured[known] < sign * limit
    flagged = sign * predicted[known] < sign * threshold
    n, n_without = int(there.sum()), int((~there).sum())
    return ThresholdFigures(
        n=n,
        n_without=n_without,
        flagged=int(flagged.sum()),
        sensitivity=proportion(int((there & flagged).sum()), n),
        specificity=proportion(int((~there & ~flagged).sum()), n_without),
    )
