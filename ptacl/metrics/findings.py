"""Clinical findings that a measured phenotype defines: what is present in a heart, and what is not.

Used by the detection table of an evaluation, by the probabilities of a gallery, and by both their
texts: a finding has one definition.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.types import SEXES

Measured = Float[np.ndarray, "subjects phenotypes"]
Present = Bool[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that a measured phenotype defines."""

    key: str
    title: str
    phenotype: str
    below: float | None = None
    """The limit below which it is present; None: above the reference interval of the sex."""


FINDINGS = (
    Finding("lvef_below_50", "LVEF below 50 %", "lvef_pct", 50.0),
    Finding("lvef_below_40", "LVEF below 40 %", "lvef_pct", 40.0),
    Finding("dilated_lv", "dilated LV (LVEDV above reference)", "lvedv_ml"),
    Finding("hypertrophy", "hypertrophy (LV mass above reference)", "lvm_g"),
)


def limit_of(finding: Finding, sex: np.ndarray) -> Float[np.ndarray, " subjects"]:
    """Return the limit of a finding for each subject; NaN where it depends on an unknown sex.

    Args:
        finding: which.
        sex: `female`, `male` or anything else where unknown.
    """
    if finding.below is not None:
        return np.full(len(sex), finding.below)
    limits = {key: phenotype(finding.phenotype).interval(key)[1] for key in SEXES}
    return np.array([limits.get(value, np.nan) for value in sex])


def presence(finding: Finding, truth: Measured, sex: np.ndarray) -> tuple[Present, Present]:
    """Return in which subjects a finding is present, and of which that is known.

    Args:
        finding: which.
        truth: measured phenotypes, columns as in `PHENOTYPE_KEYS`; NaN where unknown.
        sex: as in `limit_of`.
    """
    measured, limit = truth[:, PHENOTYPE_KEYS.index(finding.phenotype)], limit_of(finding, sex)
    known = np.isfinite(measured + limit)
    present = measured < limit if finding.below is not None else measured > limit
    return present & known, known
