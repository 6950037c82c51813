"""Errors of phenotypes that are predicted from the features of an ECG."""

from collections.abc import Mapping

import numpy as np

from ptacl.checkpoint.reports.evaluation import PhenotypeErrors
from ptacl.evaluation.intervals import (
    BOOTSTRAP_DRAWS,
    interval_of_draws,
    mean_with_interval,
    with_interval,
)
from ptacl.metrics.regression import calibration_slope, interval_coverage, mae, pearson, r2, rmse
from ptacl.metrics.truth_groups import truth_groups
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.regression import FEWEST_SUBJECTS, Predicted
from ptacl.stats.bootstrap import draw_counts, mean_of_draws, r2_of_draws


def phenotype_report(
    predicted: Predicted,
    keys: tuple[str, ...],
    truth: np.ndarray,
    members: Mapping[str, np.ndarray],
    seed: int,
) -> dict[str, PhenotypeErrors]:
    """Compute errors with intervals, and the coverage of the predicted intervals by group.

    Args:
        predicted: values and 90 % intervals of the held-out subjects.
        keys: phenotypes of its columns.
        truth: measured, columns as in `PHENOTYPE_KEYS`; NaN where unknown.
        members: members of each group, from `subgroups.groups`.
        seed: of the bootstrap.

    Returns:
        phenotype key → errors; without phenotypes that fewer than `FEWEST_SUBJECTS` have measured.
    """
    report = {}
    for column, key in enumerate(keys):
        measured = truth[:, PHENOTYPE_KEYS.index(key)]
        if np.isfinite(measured).sum() >= FEWEST_SUBJECTS:
            prediction = Predicted(*(part[:, column] for part in predicted))
            report[key] = _phenotype_errors(key, prediction, measured, members, seed)
    return report


def _phenotype_errors(
    key: str,
    predicted: Predicted,
    measured: np.ndarray,
    members: Mapping[str, np.ndarray],
    seed: int,
) -> PhenotypeErrors:
    """Compute the errors of one phenotype, given as a value a subject."""
    known = np.isfinite(measured)
    value, low, high = predicted
    truth, estimate = measured[known], value[known]
    inside = np.where(known, (measured >= low) & (measured <= high), np.nan)
    rng = np.random.default_rng(seed)
    counts = draw_counts(len(truth), BOOTSTRAP_DRAWS, rng)
    error = truth - estimate
    slope = with_interval(calibration_slope, (truth, estimate), rng)
    return PhenotypeErrors(
        name=phenotype(key).name,
        unit=phenotype(key).unit,
        n=int(known.sum()),
        r2=interval_of_draws(r2(truth, estimate), r2_of_draws(truth, estimate, counts)),
        mae=interval_of_draws(mae(truth, estimate), mean_of_draws(np.abs(error), counts)),
        rmse=interval_of_draws(rmse(truth, estimate), np.sqrt(mean_of_draws(error**2, counts))),
        pearson=with_interval(pearson, (truth, estimate), rng),
        calibration_slope=slope.value,
        calibration=slope,
        coverage_90=interval_coverage(truth, low[known], high[known]),
        coverage={
            name: mean_with_interval(inside[member], seed)
            for name, member in ({"all": known} | dict(members)).items()
            if (member & known).any()
        },
        coverage_by_truth={
            name: mean_with_interval(inside[member], seed)
            for name, member in truth_groups(key, measured).items()
        },
    )
