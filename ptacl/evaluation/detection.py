"""Does a predicted phenotype tell who lies beyond a limit that the clinic acts on?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ptacl.evaluation.intervals import with_interval
from ptacl.metrics.regression import auroc
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.types import SEXES


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that a measured phenotype decides."""

    key: str
    title: str
    phenotype: str
    below: float | None = None
    """The limit below which it is there; None: above the reference interval of the own sex."""


FINDINGS = (
    Finding("lvef_below_50", "LVEF below 50 %", "lvef_pct", 50.0),
    Finding("lvef_below_40", "LVEF below 40 %", "lvef_pct", 40.0),
    Finding("dilated_lv", "dilated LV (LVEDV above reference)", "lvedv_ml"),
    Finding("hypertrophy", "hypertrophy (LV mass above reference)", "lvm_g"),
)


def detection_report(
    predicted: Mapping[str, np.ndarray], truth: np.ndarray, sex: np.ndarray, seed: int
) -> dict[str, dict[str, Any]]:
    """AUROC of each finding that some subjects have and some have not.

    Args:
        predicted: phenotype key → predicted values.
        truth: measured phenotypes, columns as in `PHENOTYPE_KEYS`; NaN where unknown.
        sex: `female`, `male` or anything else where unknown: who is of unknown sex has no
            reference interval and is left out where one is needed.
        seed: of the bootstrap.
    """
    report = {}
    for finding in FINDINGS:
        if finding.phenotype not in predicted:
            continue
        limit = _limit(finding, sex)
        measured = truth[:, PHENOTYPE_KEYS.index(finding.phenotype)]
        beyond = 1.0 if finding.below is None else -1.0
        known = np.isfinite(measured + limit + predicted[finding.phenotype])
        found = (beyond * (measured - limit) > 0)[known]
        if found.any() and not found.all():
            score = (beyond * (predicted[finding.phenotype] - limit))[known]
            report[finding.key] = {
                "title": finding.title,
                **with_interval(auroc, (found, score), np.random.default_rng(seed)),
                "n": int(found.sum()),
                "n_without": int((~found).sum()),
            }
    return report


def _limit(finding: Finding, sex: np.ndarray) -> np.ndarray:
    if finding.below is not None:
        return np.full(len(sex), finding.below)
    limits = {one: phenotype(finding.phenotype).interval(one)[1] for one in SEXES}
    return np.array([limits.get(one, np.nan) for one in sex])
