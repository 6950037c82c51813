"""Groups and methods set side by side: a selection against the rest, two ways of measuring.

Pure functions on arrays; NaN is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from ptacl.stats.bootstrap import hedges_g

Values = Float[np.ndarray, " subjects"]
BINS = 16


@dataclass(frozen=True, slots=True)
class EffectSize:
    """How far two groups stand apart, in their pooled standard deviation."""

    value: float
    """Hedges' g; positive where the first group measures more."""
    low: float
    """``low`` … ``high``: 95 % confidence interval."""
    high: float


def effect_size(group: Float[np.ndarray, " group"], rest: Float[np.ndarray, " rest"]) -> EffectSize:
    """Hedges' g with its 95 % interval; NaN below two values in a group, or without any spread.

    Cohen's d (difference of the means over the pooled standard deviation) times
    1 − 3 / (4 (n₁ + n₂) − 9), which takes away its bias in small groups; the interval is
    g ± 1.96 √((n₁ + n₂) / (n₁ n₂) + g² / (2 (n₁ + n₂))).

    Source: Hedges and Olkin 1985, Statistical Methods for Meta-Analysis, chapter 5; Cohen 1988
    calls 0.2 small, 0.5 medium and 0.8 large.

    Example:
        >>> round(effect_size(np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0])).value, 2)
        0.8
    """
    group, rest = group[np.isfinite(group)], rest[np.isfinite(rest)]
    n, m = len(group), len(rest)
    if n < 2 or m < 2:
        return EffectSize(np.nan, np.nan, np.nan)
    apart = group.mean() - rest.mean()
    g = float(hedges_g(apart, n, group.var(ddof=1), m, rest.var(ddof=1)))
    reach = 1.96 * float(np.sqrt((n + m) / (n * m) + g**2 / (2 * (n + m))))
    return EffectSize(g, g - reach, g + reach)


def compare(
    table: pd.DataFrame, chosen: Bool[np.ndarray, " subjects"], columns: Sequence[str]
) -> pd.DataFrame:
    """A selection of subjects against the rest.

    Args:
        table: a row a subject.
        chosen: which rows are selected.
        columns: numeric columns to compare.

    Returns:
        A row a column of the table: ``selection`` and ``rest`` (means), ``effect`` (Hedges' g) with
        its 95 % interval ``low`` … ``high``, the strongest difference first.
    """
    rows = {}
    for column in columns:
        values = table[column].to_numpy(dtype=np.float64)
        group, rest = values[chosen], values[~chosen]
        effect = effect_size(group, rest)
        rows[column] = (_mean(group), _mean(rest), effect.value, effect.low, effect.high)
    names = ["selection", "rest", "effect", "low", "high"]
    compared = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    return compared.sort_values("effect", key=lambda d: -d.abs(), na_position="last")


@dataclass(frozen=True, slots=True)
class Histogram:
    """A selection and the rest in the same bins."""

    edges: Float[np.ndarray, " edges"]
    selection: Float[np.ndarray, " bins"]
    """Percent of the selection in each bin."""
    rest: Float[np.ndarray, " bins"]


def histogram(
    everyone: Values, group: Float[np.ndarray, " group"], rest: Float[np.ndarray, " rest"]
) -> Histogram:
    """How a quantity is distributed in a selection and in the rest; NaN counts nowhere.

    Args:
        everyone: whose range the bins cover, so that they stay where they are when others are
            selected.
        group: values of the selection.
        rest: values of those that it is set against.
    """
    known = everyone[np.isfinite(everyone)]
    edges = np.histogram_bin_edges(known, bins=BINS) if known.size else np.linspace(0, 1, BINS + 1)
    return Histogram(edges, _percent(group, edges), _percent(rest, edges))


def _percent(values: Values, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " bins"]:
    counts, _ = np.histogram(values[np.isfinite(values)], bins=edges)
    return 100 * counts / max(counts.sum(), 1)


def _mean(values: Values) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")
