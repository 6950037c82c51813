"""Two groups side by side: what differs in what is measured, by how much, and is it chance?

Every draw is a row of weights over the subjects, so that the means and deviations of all draws
and columns are a few products of matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from ptacl.stats.bootstrap import Interval, draw_counts, hedges_g, holm
from ptacl.stats.matching import Rows

FEWEST = 5
"""Subjects of a group below which only its mean is given: so few resample into nothing new."""
DRAWS = 400
PERMUTATIONS = 1000
_CHUNK_DRAWS = 100

Values = Float[np.ndarray, "_ columns"]
PerColumn = Float[np.ndarray, " columns"]


@dataclass(frozen=True, slots=True)
class Spread:
    """One group in one column; NaN where too few are known."""

    n: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How another group differs from the first in one column."""

    column: str
    first: Spread
    other: Spread
    difference: Interval
    """Mean of the other less that of the first, in the column's unit, with its 95 % interval."""
    effect: Interval
    """Hedges' g with its 95 % interval: the difference in standard deviations."""
    p: float
    """Of a permutation test; NaN where a group is smaller than `FEWEST`."""
    p_holm: float
    """The same, corrected for the number of columns."""


def apart(first: Rows, other: Rows) -> tuple[Rows, Rows, int]:
    """Members of one group only, and how many are in both.

    Who is in both belongs to neither side of a comparison: it would blur the difference and make
    the groups depend on each other.
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
    seed: int = 0,
) -> tuple[Difference, ...]:
    """How another group differs from the first, column by column.

    Intervals are percentiles of bootstrap draws within each group (Efron 1979). p is that of a
    permutation of the groups' labels with Welch's statistic, valid for unequal deviations too
    (Janssen, Stat Probab Lett 1997;36:9); of pairs, that of Fisher's flips of sign (1935).

    Args:
        table: a row a subject.
        first: rows of the first group.
        other: rows of the other; nobody is in both (`apart`).
        columns: numeric columns.
        paired: whether row i of one belongs to row i of the other (`matching.match`); pairs are
            then drawn and flipped as wholes, and one that lacks a value is left out.
        seed: of the draws.
    """
    values = table[list(columns)].to_numpy(dtype=np.float64)
    one, two = values[first], values[other]
    if paired:
        known = np.isfinite(one) & np.isfinite(two)
        one, two = np.where(known, one, np.nan), np.where(known, two, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _compared(one, two, columns, paired, np.random.default_rng(seed))


def _compared(
    one: Values, two: Values, columns: Sequence[str], paired: bool, rng: np.random.Generator
) -> tuple[Difference, ...]:
    # Squares of values far from zero would eat the digits of a deviation.
    centre = _whole(np.concatenate([one, two])).mean
    one, two = one - centre, two - centre
    seen = _whole(one), _whole(two)
    enough = (seen[0].n >= FEWEST) & (seen[1].n >= FEWEST)
    p = np.full(len(columns), np.nan)
    ends = [p, p], [p, p]
    if enough.any():
        tested = _flip_p(two - one, rng) if paired else _permutation_p(one, two, rng)
        p = np.where(enough, tested, np.nan)
        ends = _bootstrap(one, two, paired, rng)
    values = seen[1].mean - seen[0].mean, _hedges_g(*seen)
    differences, effects = (
        [_interval(*row) for row in zip(value, *of_value, enough.tolist(), strict=True)]
        for value, of_value in zip(values, ends, strict=True)
    )
    corrected = _corrected(p)
    return tuple(
        Difference(
            column=column,
            first=_spread(seen[0], centre, place),
            other=_spread(seen[1], centre, place),
            difference=differences[place],
            effect=effects[place],
            p=float(p[place]),
            p_holm=float(corrected[place]),
        )
        for place, column in enumerate(columns)
    )


def _spread(seen: "_Moments", centre: PerColumn, place: int) -> Spread:
    sd = np.sqrt(seen.variance[place]) if seen.n[place] >= 2 else np.nan
    return Spread(int(seen.n[place]), float(seen.mean[place] + centre[place]), float(sd))


def _interval(value: float, low: float, high: float, known: bool) -> Interval:
    nan = float("nan")
    return Interval(float(value), *((float(low), float(high)) if known else (nan, nan)))


def _corrected(p: PerColumn) -> PerColumn:
    corrected, tested = np.full(len(p), np.nan), np.isfinite(p)
    corrected[tested] = holm(p[tested])
    return corrected


class _Moments(NamedTuple):
    """Of every draw (leading axis, where there are several) and column."""

    n: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


def _sums(weights: np.ndarray, values: Values) -> np.ndarray:
    """(3, draws, columns): number, sum and sum of squares of what is known."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    if known.all():  # as in most cohorts: a third of the work less
        number = np.repeat(weights.sum(axis=1, keepdims=True), values.shape[1], axis=1)
    else:
        number = weights @ known.astype(np.float64)
    return np.stack([number, weights @ filled, weights @ filled**2])


def _moments(sums: np.ndarray) -> _Moments:
    n, total, squares = sums
    mean = total / n
    return _Moments(n, mean, np.maximum(squares - n * mean**2, 0.0) / (n - 1))


def _whole(values: Values) -> _Moments:
    return _Moments(*(part[0] for part in _moments(_sums(np.ones((1, len(values))), values))))


def _hedges_g(one: _Moments, two: _Moments) -> np.ndarray:
    return hedges_g(two.mean - one.mean, one.n, one.variance, two.n, two.variance)


def _bootstrap(
    one: Values, two: Values, paired: bool, rng: np.random.Generator
) -> tuple[list[PerColumn], list[PerColumn]]:
    """Ends of the 95 % intervals of the difference and of Hedges' g."""
    counts = draw_counts(len(one), DRAWS, rng)
    drawn_one = _moments(_sums(counts, one))
    drawn_two = _moments(_sums(counts if paired else draw_counts(len(two), DRAWS, rng), two))
    return (
        _percentiles(drawn_two.mean - drawn_one.mean),
        _percentiles(_hedges_g(drawn_one, drawn_two)),
    )


def _percentiles(draws: Float[np.ndarray, "draws columns"]) -> list[PerColumn]:
    """The ends of the middle 95 %; NaN for a column without a finite draw."""
    ends = np.full((2, draws.shape[1]), np.nan)
    known = np.isfinite(draws).any(axis=0)
    ends[:, known] = np.nanquantile(draws[:, known], (0.025, 0.975), axis=0)
    return list(ends)


def _permutation_p(one: Values, two: Values, rng: np.random.Generator) -> PerColumn:
    both = np.concatenate([one, two])
    everybody = _sums(np.ones((1, len(both))), both)
    label = np.arange(len(both)) < len(one)
    observed = np.abs(_welch(_sums(label[None].astype(np.float64), both), everybody))[0]
    beyond = np.zeros(both.shape[1])
    for _ in range(0, PERMUTATIONS, _CHUNK_DRAWS):
        labels = rng.permuted(np.broadcast_to(label, (_CHUNK_DRAWS, len(both))), axis=1)
        drawn = np.abs(_welch(_sums(labels.astype(np.float64), both), everybody))
        # A draw may lack a statistic, where one side has no spread: it counts as farther.
        beyond += (~(drawn < observed * (1 - 1e-9))).sum(axis=0)
    return np.where(np.isfinite(observed), (1 + beyond) / (1 + PERMUTATIONS), np.nan)


def _welch(sums: np.ndarray, everybody: np.ndarray) -> np.ndarray:
    one, two = _moments(sums), _moments(everybody - sums)
    error = np.sqrt(one.variance / one.n + two.variance / two.n)
    return (two.mean - one.mean) / np.where(error > 0, error, np.nan)


def _flip_p(differences: Values, rng: np.random.Generator) -> PerColumn:
    known = np.isfinite(differences)
    filled = np.where(known, differences, 0.0)
    signs = rng.integers(0, 2, (PERMUTATIONS, len(filled))) * 2.0 - 1.0
    observed = np.abs(filled.sum(axis=0))
    beyond = (np.abs(signs @ filled) >= observed * (1 - 1e-9)).sum(axis=0)
    return np.where(filled.any(axis=0), (1 + beyond) / (1 + PERMUTATIONS), np.nan)
