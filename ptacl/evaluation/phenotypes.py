"""How well features of an ECG tell the phenotypes that the cine gave."""

from typing import Any

import numpy as np

from ptacl.evaluation.intervals import with_interval
from ptacl.metrics import calibration_slope, interval_coverage, mae, pearson, r2
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.readout import Features
from ptacl.regression import FEWEST_SUBJECTS, Heads


def phenotype_report(
    heads: Heads, features: Features, truth: np.ndarray, seed: int
) -> dict[str, Any]:
    """R², MAE, Pearson with intervals; coverage and slope of the calibration."""
    value, low, high = heads.predict(features)
    report = {}
    for column, key in enumerate(heads.keys):
        measured = truth[:, PHENOTYPE_KEYS.index(key)]
        known = np.isfinite(measured)
        if known.sum() < FEWEST_SUBJECTS:
            continue
        pair = (measured[known], value[known, column])
        rng = np.random.default_rng(seed)
        report[key] = {
            "name": phenotype(key).name,
            "unit": phenotype(key).unit,
            "n": int(known.sum()),
            "r2": with_interval(r2, pair, rng),
            "mae": with_interval(mae, pair, rng),
            "pearson": with_interval(pearson, pair, rng),
            "calibration_slope": calibration_slope(*pair),
            "coverage_90": interval_coverage(pair[0], low[known, column], high[known, column]),
        }
    return report
