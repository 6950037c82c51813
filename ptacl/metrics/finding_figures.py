"""What the probabilities of a gallery's table reach among its own subjects."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from ptacl.metrics.findings import FINDINGS, presence
from ptacl.metrics.regression import auroc
from ptacl.metrics.reliability import calibration_error
from ptacl.phenotypes import PHENOTYPE_KEYS

PROBABILITY = "probability_"
"""Prefix of the columns of a gallery's table; the key of a finding follows."""


class Thresholds(NamedTuple):
    """Of the probability of a finding."""

    flag: float
    exclude: float


def finding_figures(table: pd.DataFrame, thresholds: Mapping[str, Thresholds]) -> pd.DataFrame:
    """Return a row for each finding that some subjects have and others have not.

    Args:
        table: of a gallery: phenotypes, `sex`, and ``probability_`` columns; without these, none.
        thresholds: key of a finding → its thresholds.

    Returns:
        Columns ``key``, ``title``, ``n``, ``n_without``, ``auroc``, ``calibration_error``, and for
        ``flag`` and ``exclude`` each ``…_threshold``, ``…_sensitivity``, ``…_specificity``.
    """
    truth = table.reindex(columns=list(PHENOTYPE_KEYS)).to_numpy(dtype=np.float64)
    sex = table["sex"].to_numpy(dtype=object)
    rows = []
    for finding in FINDINGS:
        column = f"{PROBABILITY}{finding.key}"
        if column not in table or finding.key not in thresholds:
            continue
        present, known = presence(finding, truth, sex)
        probability = table[column].to_numpy(dtype=np.float64)
        known &= np.isfinite(probability)
        present, probability = present[known], probability[known]
        if not present.any() or present.all():
            continue
        row: dict[str, str | int | float] = {
            "key": finding.key,
            "title": finding.title,
            "n": int(present.sum()),
            "n_without": int((~present).sum()),
            "auroc": auroc(present, probability),
            "calibration_error": calibration_error(present, probability),
        }
        for name, threshold in thresholds[finding.key]._asdict().items():
            above = probability >= threshold
            row |= {
                f"{name}_threshold": threshold,
                f"{name}_sensitivity": float(above[present].mean()),
                f"{name}_specificity": float((~above[~present]).mean()),
            }
        rows.append(row)
    return pd.DataFrame(rows)
