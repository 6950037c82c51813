"""Matched pairs of two groups: same sex, nearest in age and body surface area.

Differences that remain between the pairs are not due to sex, age or body size.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from ptacl.phenotypes import body_surface_area_m2

CALIPER_SD = 0.25
"""Largest distance of a pair, in standard deviations of age and body surface area together.

A quarter is what Rosenbaum and Rubin (Am Stat 1985;39:33) used for the propensity score.
"""
Scaled = Float[np.ndarray, "subjects 2"]
Rows = Int[np.ndarray, " _"]
"""Rows of a gallery's table, ascending."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One covariate of two groups."""

    covariate: str
    """``women_pct``, ``age_years`` or ``bsa_m2``."""
    first: float
    other: float
    """Means."""
    smd: float
    """Their difference in standard deviations of the unmatched groups; below 0.1 counts as
    balanced (Austin, Stat Med 2009;28:3083)."""


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """Matched pairs of two groups, the closest first."""

    first: Int[np.ndarray, " pairs"]
    """Rows of the first group; row i of it belongs to row i of `other`."""
    other: Int[np.ndarray, " pairs"]
    same_sex: bool
    """Whether pairs are of one sex; not where the groups have no sex in common."""
    within: tuple[float, float]
    """The caliper in years and in m²."""
    undescribed: int
    """Number of subjects of unknown sex, age, height or weight, who cannot be matched."""
    before: tuple[Balance, ...]
    after: tuple[Balance, ...]


def match(table: pd.DataFrame, first: Rows, other: Rows) -> Matched:
    """Pair subjects of two groups: same sex, nearest in age and body surface area.

    Greedy nearest-neighbour matching without replacement within a caliper of `CALIPER_SD`: the
    closest pair first, then the closest of the remaining subjects.

    Args:
        table: with ``sex``, ``age_years``, ``height_cm`` and ``weight_kg``.
        first: rows of the first group.
        other: rows of the other, disjoint from the first.
    """
    covariates = described(table)
    known = covariates.notna().all(axis=1).to_numpy()
    first_rows, other_rows = first[known[first]], other[known[other]]
    scale = _pooled_sd(covariates, first_rows, other_rows)[["age_years", "bsa_m2"]].to_numpy()
    scaled = covariates[["age_years", "bsa_m2"]].to_numpy() / np.where(scale > 0, scale, 1.0)
    women = covariates["women_pct"].to_numpy()
    same_sex = bool(np.intersect1d(women[first_rows], women[other_rows]).size)
    strata = [
        (first_rows[women[first_rows] == sex], other_rows[women[other_rows] == sex])
        for sex in np.unique(women[known])
    ]
    if not scale.any():  # no scale to measure distances in
        strata, same_sex = [], True
    pairs = [
        _closest_pairs(scaled, *rows)
        for rows in (strata if same_sex else [(first_rows, other_rows)])
    ]
    joined = np.concatenate([np.empty((0, 2), int), *pairs])
    return Matched(
        first=joined[:, 0],
        other=joined[:, 1],
        same_sex=same_sex,
        within=(float(CALIPER_SD * scale[0]), float(CALIPER_SD * scale[1])),
        undescribed=len(first) + len(other) - len(first_rows) - len(other_rows),
        before=_balance(covariates, first_rows, other_rows, (first_rows, other_rows)),
        after=_balance(covariates, joined[:, 0], joined[:, 1], (first_rows, other_rows)),
    )


def described(table: pd.DataFrame) -> pd.DataFrame:
    """Return the covariates of matching: ``women_pct`` (100 or 0), ``age_years``, ``bsa_m2``."""
    sex = table["sex"].map({"female": 100.0, "male": 0.0})
    height, weight = (table[key].to_numpy(dtype=np.float64) for key in ("height_cm", "weight_kg"))
    return pd.DataFrame(
        {
            "women_pct": sex.to_numpy(dtype=np.float64),
            "age_years": table["age_years"].to_numpy(dtype=np.float64),
            "bsa_m2": body_surface_area_m2(height, weight),
        }
    )


def _closest_pairs(
    scaled: Scaled, first_rows: Rows, other_rows: Rows
) -> Int[np.ndarray, "pairs 2"]:
    """Return pairs of rows within the caliper, greedily by distance.

    The greedy rule never separates mutual nearest neighbours, so all of these are paired at once;
    then the remaining subjects are searched again.
    """
    pairs = [np.empty((0, 2), int)]
    while len(first_rows) and len(other_rows):
        there, distance = _nearest(scaled, first_rows, other_rows)
        back, _ = _nearest(scaled, other_rows, first_rows)
        inside = np.isfinite(distance)
        mutual = np.flatnonzero(
            inside & (back[np.where(inside, there, 0)] == np.arange(len(first_rows)))
        )
        if not inside.any():
            break
        if not len(mutual):  # all in a ring of equal distances: any of the closest will do
            mutual = np.array([distance.argmin()])
        pairs.append(np.stack([first_rows[mutual], other_rows[there[mutual]]], axis=1))
        # The others shrink: only subjects with a neighbour within the caliper can be matched later.
        stay = inside.copy()
        stay[mutual] = False
        first_rows, other_rows = first_rows[stay], np.delete(other_rows, there[mutual])
    return np.concatenate(pairs)


def _nearest(
    scaled: Scaled, queries: Rows, among: Rows
) -> tuple[Int[np.ndarray, " queries"], Float[np.ndarray, " queries"]]:
    """Return index in `among` and distance of each query's nearest; infinite beyond the caliper."""
    # Imported here: SciPy's spatial package is slow to import, and most pages match no pairs.
    from scipy.spatial import cKDTree

    distance, index = cKDTree(scaled[among]).query(
        scaled[queries], distance_upper_bound=CALIPER_SD * (1 + 1e-9)
    )
    return index, distance


def _balance(
    covariates: pd.DataFrame, first_rows: Rows, other_rows: Rows, unmatched: tuple[Rows, Rows]
) -> tuple[Balance, ...]:
    scale = _pooled_sd(covariates, *unmatched)
    means = [covariates.iloc[rows].mean() for rows in (first_rows, other_rows)]
    return tuple(
        Balance(
            name,
            float(means[0][name]),
            float(means[1][name]),
            float((means[1][name] - means[0][name]) / scale[name])
            if scale[name] > 0
            else float("nan"),
        )
        for name in covariates
    )


def _pooled_sd(covariates: pd.DataFrame, first_rows: Rows, other_rows: Rows) -> pd.Series:
    """Return the root of the mean of the two variances of the unmatched groups.

    A group of one has no variance: the other's is used alone; 0 where neither has one.
    """
    variances = [covariates.iloc[rows].var(ddof=1) for rows in (first_rows, other_rows)]
    return np.sqrt(pd.concat(variances, axis=1).mean(axis=1).fillna(0.0))
