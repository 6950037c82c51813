"""How well features of an ECG tell the phenotypes that the cine gave."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ptacl.evaluation.intervals import (
    BOOTSTRAP_DRAWS,
    mean_with_interval,
    of_draws,
    with_interval,
)
from ptacl.metrics.regression import calibration_slope, interval_coverage, mae, pearson, r2, rmse
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.regression import FEWEST_SUBJECTS, Predicted
from ptacl.stats.bootstrap import draw_counts, mean_of_draws, r2_of_draws


def phenotype_report(
    predicted: Predicted,
    keys: tuple[str, ...],
    truth: np.ndarray,
    members: Mapping[str, np.ndarray],
    seed: int,
) -> dict[str, Any]:
    """R², MAE, RMSE, Pearson and calibration slope with intervals; coverage, also by group.

    Args:
        predicted: values and 90 % intervals of the held-out subjects.
        keys: phenotypes of its columns.
        truth: measured, columns as in `PHENOTYPE_KEYS`; NaN where unknown.
        members: which subjects each group holds, from `groups.groups`.
        seed: of the bootstrap.
    """
    report = {}
    for column, key in enumerate(keys):
        measured = truth[:, PHENOTYPE_KEYS.index(key)]
        known = np.isfinite(measured)
        if known.sum() < FEWEST_SUBJECTS:
            continue
        value, low, high = (part[:, column] for part in predicted)
        inside = np.where(known, (measured >= low) & (measured <= high), np.nan)
        report[key] = {
            "name": phenotype(key).name,
            "unit": phenotype(key).unit,
            "n": int(known.sum()),
            **_errors(measured[known], value[known], seed),
            "coverage_90": interval_coverage(measured[known], low[known], high[known]),
            "coverage": {
                name: mean_with_interval(inside[member], seed)
                for name, member in ({"all": known} | dict(members)).items()
                if (member & known).any()
            },
        }
    return report


def _errors(truth: np.ndarray, value: np.ndarray, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    counts = draw_counts(len(truth), BOOTSTRAP_DRAWS, rng)
    error = truth - value
    slope = with_interval(calibration_slope, (truth, value), rng)
    return {
        "r2": of_draws(r2(truth, value), r2_of_draws(truth, value, counts)),
        "mae": of_draws(mae(truth, value), mean_of_draws(np.abs(error), counts)),
        "rmse": of_draws(rmse(truth, value), np.sqrt(mean_of_draws(error**2, counts))),
        "pearson": with_interval(pearson, (truth, value), rng),
        "calibration_slope": slope["value"],
        "calibration": slope,
    }
