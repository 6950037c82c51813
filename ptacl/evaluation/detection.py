"""Detection of clinical findings by the predicted phenotype that defines them."""

from collections.abc import Mapping

import numpy as np

from ptacl.checkpoint.reports.evaluation import FindingDetection
from ptacl.evaluation.intervals import with_interval
from ptacl.metrics.findings import FINDINGS, Finding, limit_of
from ptacl.metrics.regression import auroc
from ptacl.phenotypes import PHENOTYPE_KEYS


def detection_report(
    predicted: Mapping[str, np.ndarray], truth: np.ndarray, sex: np.ndarray, seed: int
) -> dict[str, FindingDetection]:
    """Compute the AUROC of each finding that is present in some subjects and absent in others.

    Args:
        predicted: phenotype key → predicted values.
        truth: measured phenotypes, columns as in `PHENOTYPE_KEYS`; NaN where unknown.
        sex: `female`, `male` or anything else where unknown: a subject of unknown sex has no
            reference interval and is left out where one is needed.
        seed: of the bootstrap.

    Returns:
        finding key → AUROC.
    """
    report = {}
    for finding in FINDINGS:
        if finding.phenotype not in predicted:
            continue
        limit = limit_of(finding, sex)
        measured = truth[:, PHENOTYPE_KEYS.index(finding.phenotype)]
        direction = 1.0 if finding.below is None else -1.0
        known = np.isfinite(measured + limit + predicted[finding.phenotype])
        present = (direction * (measured - limit) > 0)[known]
        if present.any() and not present.all():
            score = (direction * (predicted[finding.phenotype] - limit))[known]
            report[finding.key] = _auroc(finding, present, score, seed)
    return report


def _auroc(finding: Finding, present: np.ndarray, score: np.ndarray, seed: int) -> FindingDetection:
    interval = with_interval(auroc, (present, score), np.random.default_rng(seed))
    return FindingDetection(
        title=finding.title,
        value=interval.value,
        low=interval.low,
        high=interval.high,
        n=int(present.sum()),
        n_without=int((~present).sum()),
    )
