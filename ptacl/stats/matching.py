"""Matched pairs of two groups: each subject beside one of the other group of like body and age.

What still differs between the matched is not due to sex, age or body size.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from ptacl.phenotypes import body_surface_area_m2

CALIPER_SD = 0.25
"""How far apart a pair may be, in standard deviations of age and of body surface area together.

A quarter is what Rosenbaum and Rubin (Am Stat 1985;39:33) took for the propensity score.
"""
SEXES = ("female", "male")
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
    """Pairs of two groups, the closest first."""

    first: Int[np.ndarray, " pairs"]
    """Rows of the first group; row i of it belongs to row i of `other`."""
    other: Int[np.ndarray, " pairs"]
    same_sex: bool
    """Whether pairs are of one sex; not where the groups have no sex in common."""
    within: tuple[float, float]
    """The caliper in years and in m²."""
    undescribed: int
    """Subjects whose sex, age, height or weight is unknown: they cannot be matched."""
    before: tuple[Balance, ...]
    after: tuple[Balance, ...]


def match(table: pd.DataFrame, first: Rows, other: Rows) -> Matched:
    """Pair subjects of two groups: same sex, nearest in age and body surface area.

    The closest pair of all is joined first, then the closest of those left, up to a distance of
    `CALIPER_SD`; nobody is used twice (greedy nearest-neighbour matching within a caliper).

    Args:
        table: with ``sex``, ``age_years``, ``height_cm`` and ``weight_kg``.
        first: rows of the first group.
        other: rows of the other; nobody is in both.
    """
    covariates = described(table)
    known = covariates.notna().all(axis=1).to_numpy()
    one, two = first[known[first]], other[known[other]]
    scale = _pooled_sd(covariates, one, two)[["age_years", "bsa_m2"]].to_numpy()
    scaled = covariates[["age_years", "bsa_m2"]].to_numpy() / np.where(scale > 0, scale, 1.0)
    women = covariates["women_pct"].to_numpy()
    same_sex = bool(np.intersect1d(women[one], women[two]).size)
    strata = [(one[women[one] == sex], two[women[two] == sex]) for sex in np.unique(women[known])]
    if not scale.any():  # nobody knows what is near
        strata, same_sex = [], True
    pairs = [_closest_pairs(scaled, *rows) for rows in (strata if same_sex else [(one, two)])]
    joined = np.concatenate([np.empty((0, 2), int), *pairs])
    return Matched(
        first=joined[:, 0],
        other=joined[:, 1],
        same_sex=same_sex,
        within=(float(CALIPER_SD * scale[0]), float(CALIPER_SD * scale[1])),
        undescribed=len(first) + len(other) - len(one) - len(two),
        before=_balance(covariates, one, two, (one, two)),
        after=_balance(covariates, joined[:, 0], joined[:, 1], (one, two)),
    )


def described(table: pd.DataFrame) -> pd.DataFrame:
    """What is matched for: ``women_pct`` (100 or 0), ``age_years``, ``bsa_m2``; NaN if unknown."""
    sex = table["sex"].map({"female": 100.0, "male": 0.0})
    height, weight = (table[key].to_numpy(dtype=np.float64) for key in ("height_cm", "weight_kg"))
    return pd.DataFrame(
        {
            "women_pct": sex.to_numpy(dtype=np.float64),
            "age_years": table["age_years"].to_numpy(dtype=np.float64),
            "bsa_m2": body_surface_area_m2(height, weight),
        }
    )


def _closest_pairs(scaled: Scaled, one: Rows, two: Rows) -> Int[np.ndarray, "pairs 2"]:
    """Pairs of rows within the caliper, greedily by distance.

    Two who are each other's nearest are never parted by the greedy rule, so all of those are
    joined at once; what is left is asked again.
    """
    found = [np.empty((0, 2), int)]
    while len(one) and len(two):
        there, distance = _nearest(scaled, one, two)
        back, _ = _nearest(scaled, two, one)
        inside = np.isfinite(distance)
        mutual = np.flatnonzero(inside & (back[np.where(inside, there, 0)] == np.arange(len(one))))
        if not inside.any():
            break
        if not len(mutual):  # all in a ring of equal distances: any of the closest will do
            mutual = np.array([distance.argmin()])
        found.append(np.stack([one[mutual], two[there[mutual]]], axis=1))
        # Nobody within reach now will be later: only those with a neighbour stay.
        stay = inside.copy()
        stay[mutual] = False
        one, two = one[stay], np.delete(two, there[mutual])
    return np.concatenate(found)


def _nearest(
    scaled: Scaled, queries: Rows, among: Rows
) -> tuple[Int[np.ndarray, " queries"], Float[np.ndarray, " queries"]]:
    """Place in `among` and distance of each query's nearest; infinite beyond the caliper."""
    # Imported here: SciPy's spatial package takes a while, and most pages match nobody.
    from scipy.spatial import cKDTree

    distance, place = cKDTree(scaled[among]).query(
        scaled[queries], distance_upper_bound=CALIPER_SD * (1 + 1e-9)
    )
    return place, distance


def _balance(
    covariates: pd.DataFrame, one: Rows, two: Rows, unmatched: tuple[Rows, Rows]
) -> tuple[Balance, ...]:
    scale = _pooled_sd(covariates, *unmatched)
    means = [covariates.iloc[rows].mean() for rows in (one, two)]
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


def _pooled_sd(covariates: pd.DataFrame, one: Rows, two: Rows) -> pd.Series:
    """Root of the mean of the two variances, which pairs do not change.

    A group of one has no variance: the other's stands alone. Of two such groups it is 0.
    """
    variances = [covariates.iloc[rows].var(ddof=1) for rows in (one, two)]
    return np.sqrt(pd.concat(variances, axis=1).mean(axis=1).fillna(0.0))
