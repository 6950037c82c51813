"""Agreement of two measurements (Bland and Altman)."""

from dataclasses import dataclass

import numpy as np

from ptacl.stats.histogram import Values


@dataclass(frozen=True, slots=True)
class Agreement:
    """Bias and limits of agreement of two measurements, in their unit."""

    bias: float
    low: float
    """``low`` … ``high``: bias ± 1.96 standard deviations of the differences."""
    high: float


def bland_altman(truth: Values, predicted: Values) -> Agreement:
    """Return the agreement of a prediction with the measurement.

    Args:
        truth: measured values.
        predicted: predicted values in the same unit; pairs with NaN are left out.

    Source: Bland and Altman, Lancet 1986;327:307.

    Example:
        >>> bland_altman(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
        Agreement(bias=1.0, low=1.0, high=1.0)
    """
    difference = (predicted - truth)[np.isfinite(predicted - truth)]
    bias, spread = float(difference.mean()), float(difference.std(ddof=1))
    return Agreement(bias, bias - 1.96 * spread, bias + 1.96 * spread)
