"""Mean of subjects' curves with a bootstrap band."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ptacl.stats.bootstrap import DRAWS, draw_counts
from ptacl.stats.interval import LEVEL, percentile_ends

FEWEST = 5
"""Subjects from which a band is given."""


@dataclass(frozen=True, slots=True, eq=False)
class MeanCurve:
    """Mean over subjects at each sample, and the 95 % interval of the mean."""

    mean: Float[np.ndarray, " samples"]
    low: Float[np.ndarray, " samples"]
    high: Float[np.ndarray, " samples"]
    """``low`` and ``high`` are NaN with fewer than `FEWEST` subjects."""
    subjects: int


def mean_curve(
    curves: Float[np.ndarray, "subjects samples"], *, draws: int = DRAWS, seed: int = 0
) -> MeanCurve | None:
    """Return the mean of curves with the percentile interval over draws of the subjects.

    Args:
        curves: one of each subject; those with a NaN are left out.
        draws: number of bootstrap draws.
        seed: of the draws.

    Returns:
        None where no subject is left.
    """
    known = np.asarray(curves, np.float64)[np.isfinite(curves).all(axis=1)]
    count = len(known)
    if not count:
        return None
    mean = known.mean(axis=0)
    if count < FEWEST:
        unknown = np.full_like(mean, np.nan)
        return MeanCurve(mean, unknown, unknown, count)
    drawn = draw_counts(count, draws, np.random.default_rng(seed)) @ known / count
    return MeanCurve(mean, *percentile_ends(drawn, LEVEL), count)
