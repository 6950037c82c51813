"""Correction of p values for the number of tests."""

import numpy as np
from jaxtyping import Float


def holm(p_values: Float[np.ndarray, " tests"]) -> Float[np.ndarray, " tests"]:
    """Return p values corrected for their number by Holm's step-down method.

    Rejecting those of at most 0.05 keeps the chance of any false rejection at 5 % or below.

    Args:
        p_values: NaN where nothing was tested: it stays NaN and does not count.

    Source: Holm, Scand J Stat 1979;6:65.

    Example:
        >>> holm(np.array([0.01, np.nan, 0.04, 0.03])).round(2).tolist()
        [0.03, nan, 0.06, 0.06]
    """
    order = np.argsort(p_values)[: np.isfinite(p_values).sum()]  # NaN is sorted to the end
    stepped = p_values[order] * np.arange(len(order), 0, -1)
    corrected = np.full(len(p_values), np.nan)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return corrected
