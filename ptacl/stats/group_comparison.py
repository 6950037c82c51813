"""Two groups compared column by column: means, effect sizes with intervals, and p values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from ptacl.stats.effect_size import FEWEST, bootstrap_differences
from ptacl.stats.interval import Interval
from ptacl.stats.matching import Rows
from ptacl.stats.moments import Moments, Values, moments
from ptacl.stats.multiple_testing import holm
from ptacl.stats.permutation import permutation_test

PerColumn = Float[np.ndarray, " columns"]


@dataclass(frozen=True, slots=True)
class Spread:
    """One group in one column; NaN where too few values are known."""

    n: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference of another group from the first in one column."""

    column: str
    first: Spread
    other: Spread
    difference: Interval
    """Mean of the other less that of the first, in the column's unit, with its 95 % interval."""
    effect: Interval
    """Hedges' g with its 95 % interval: the difference in standard deviations."""
    p: float
    """Of a permutation test; NaN where a group is smaller than `FEWEST` or nothing was tested."""
    p_holm: float
    """The same, corrected for the number of columns."""


def disjoint(first: Rows, other: Rows) -> tuple[Rows, Rows, int]:
    """Return the members of one group only, and the number of those in both.

    Subjects in both groups are excluded from a comparison: they would shrink the difference and
    make the groups depend on each other.
    """
    shared = np.intersect1d(first, other)
    return np.setdiff1d(first, shared), np.setdiff1d(other, shared), len(shared)


def compare_groups(
    table: pd.DataFrame,
    first: Rows,
    other: Rows,
    columns: Sequence[str],
    *,
    paired: bool = False,
    test: bool = True,
    seed: int = 0,
) -> tuple[Difference, ...]:
    """Return the differences of another group from the first, column by column.

    Intervals: `effect_size.bootstrap_differences`; p: `permutation.permutation_test`.

    Args:
        table: a row a subject.
        first: rows of the first group, the reference.
        other: rows of the other, disjoint from the first (`disjoint`).
        columns: numeric columns.
        paired: whether row i of one belongs to row i of the other (`matching.match`); pairs are
            then drawn and flipped as wholes, and one that lacks a value is left out.
        test: whether p values are computed.
        seed: of the draws.
    """
    values = table[list(columns)].to_numpy(dtype=np.float64)
    of_first, of_other = values[first], values[other]
    if paired:
        known = np.isfinite(of_first) & np.isfinite(of_other)
        of_first = np.where(known, of_first, np.nan)
        of_other = np.where(known, of_other, np.nan)
    rng = np.random.default_rng(seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _differences(of_first, of_other, columns, paired, test, rng)


def _differences(
    first: Values,
    other: Values,
    columns: Sequence[str],
    paired: bool,
    test: bool,
    rng: np.random.Generator,
) -> tuple[Difference, ...]:
    # Squares of values far from zero would cost a variance its digits.
    centre = moments(np.concatenate([first, other])).mean
    first, other = first - centre, other - centre
    of_first, of_other = moments(first), moments(other)
    p = np.full(len(columns), np.nan)
    enough = (of_first.n >= FEWEST) & (of_other.n >= FEWEST)
    if test and enough.any():
        p = np.where(enough, permutation_test(first, other, rng, paired=paired), np.nan)
    means, effects = bootstrap_differences(first, other, rng, paired=paired)
    p_holm = holm(p)
    return tuple(
        Difference(
            column=name,
            first=_spread(of_first, centre, index),
            other=_spread(of_other, centre, index),
            difference=means[index],
            effect=effects[index],
            p=float(p[index]),
            p_holm=float(p_holm[index]),
        )
        for index, name in enumerate(columns)
    )


def _spread(group: Moments, centre: PerColumn, index: int) -> Spread:
    n = int(group.n[index])
    sd = float(np.sqrt(group.variance[index])) if n >= 2 else float("nan")
    return Spread(n, float(group.mean[index] + centre[index]), sd)


def compare_selection(
    table: pd.DataFrame, selected: Bool[np.ndarray, " subjects"], columns: Sequence[str]
) -> pd.DataFrame:
    """Return the differences of a selection of subjects from the rest.

    Args:
        table: a row a subject.
        selected: which rows are selected.
        columns: numeric columns to compare.

    Returns:
        A row a column of the table: ``selection`` and ``rest`` (means), ``effect`` (Hedges' g) with
        its 95 % interval ``low`` … ``high``, the strongest difference first.
    """
    rest, selection = np.flatnonzero(~selected), np.flatnonzero(selected)
    rows = {
        d.column: (d.other.mean, d.first.mean, d.effect.value, d.effect.low, d.effect.high)
        for d in compare_groups(table, rest, selection, columns, test=False)
    }
    names = ["selection", "rest", "effect", "low", "high"]
    compared = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    return compared.sort_values("effect", key=lambda effect: -effect.abs(), na_position="last")
