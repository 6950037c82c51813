"""Groups and methods set side by side: a selection against the rest, two ways of measuring.

Pure functions on arrays; NaN is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Bias and limits of agreement of two measurements, in their unit."""

    bias: float
    low: float
    """``low`` … ``high``: bias ± 1.96 standard deviations of the differences."""
    high: float


def bland_altman(truth: Values, predicted: Values) -> Agreement:
    """Agreement of a prediction with the measurement.

    Source: Bland and Altman, Lancet 1986;327:307.

    Example:
        >>> bland_altman(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]))
        Agreement(bias=1.0, low=1.0, high=1.0)
    """
    difference = (predicted - truth)[np.isfinite(predicted - truth)]
    bias, spread = float(difference.mean()), float(difference.std(ddof=1))
    return Agreement(bias, bias - 1.96 * spread, bias + 1.96 * spread)


def effect_size(group: Float[np.ndarray, " group"], rest: Float[np.ndarray, " rest"]) -> float:
    """Cohen's d: difference of the means over the pooled standard deviation; NaN below two values.

    Source: Cohen 1988; 0.2 is called small, 0.5 medium, 0.8 large.

    Example:
        >>> effect_size(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0]))
        1.0
    """
    group, rest = group[np.isfinite(group)], rest[np.isfinite(rest)]
    if len(group) < 2 or len(rest) < 2:
        return float("nan")
    squares = group.var(ddof=1) * (len(group) - 1) + rest.var(ddof=1) * (len(rest) - 1)
    pooled = np.sqrt(squares / (len(group) + len(rest) - 2))
    return float((group.mean() - rest.mean()) / pooled) if pooled > 0 else float("nan")


def compare(
    table: pd.DataFrame, chosen: Bool[np.ndarray, " subjects"], columns: Sequence[str]
) -> pd.DataFrame:
    """A selection of subjects against the rest.

    Args:
        table: a row a subject.
        chosen: which rows are selected.
        columns: numeric columns to compare.

    Returns:
        A row a column of the table: ``selection`` and ``rest`` (means) and ``effect`` (Cohen's d),
        the strongest difference first.
    """
    rows = {}
    for column in columns:
        values = table[column].to_numpy(dtype=np.float64)
        group, rest = values[chosen], values[~chosen]
        rows[column] = (_mean(group), _mean(rest), effect_size(group, rest))
    compared = pd.DataFrame.from_dict(rows, orient="index", columns=["selection", "rest", "effect"])
    return compared.sort_values("effect", key=lambda d: -d.abs(), na_position="last")


def _mean(values: Values) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")
