"""How the intervals of a cohort's heads are calibrated: on validation subjects, or across folds.

A twelfth of the subjects are for validation. With fewer than a few hundred subjects these are too
few for a quantile of their errors: there the heads are fitted on training and validation subjects
together, and each error is that of a fit without the fold of its subject.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Int

from ptacl.data.splits import rows_by_split
from ptacl.regression.features import Rows, targets
from ptacl.regression.heads import FEWEST_CROSS, FEWEST_SUBJECTS
from ptacl.store import Store

Calibration = Literal["split", "cross", "none"]
"""split: on the validation subjects. cross: across folds of training and validation subjects. none:
too few subjects; no heads."""


@dataclass(frozen=True, eq=False)
class CalibrationPlan:
    """Subjects to fit the heads on, and to calibrate their intervals on."""

    kind: Calibration
    fit: Int[np.ndarray, " train"]
    calibrate: Int[np.ndarray, " val"]
    """The validation subjects; with ``cross`` and ``none`` the same as ``fit``."""
    measured: int
    """Subjects of both splits with the phenotype that most of them have."""

    @property
    def cross(self) -> bool:
        """Whether the intervals are calibrated across folds."""
        return self.kind == "cross"

    @property
    def sentence(self) -> str:
        """What a command reports before it fits the heads."""
        if self.kind == "split":
            return "Fitting the regression heads"
        if self.kind == "cross":
            return (
                f"Fitting the regression heads, intervals calibrated across folds of "
                f"{self.measured} subjects: a few hundred would give tighter ones"
            )
        return (
            f"No regression heads: {self.measured} subjects outside the test split have a measured "
            f"phenotype, {FEWEST_CROSS} are needed"
        )


def plan_calibration(store: Store) -> CalibrationPlan:
    """Choose the calibration of a cohort by the number of its subjects with phenotypes."""
    train, val = rows_by_split(store, "train"), rows_by_split(store, "val")
    both = np.sort(np.concatenate([train, val]))
    fit, calibrate, all_measured = (_measured(store, rows) for rows in (train, val, both))
    measured = int(all_measured.max(initial=0))
    if (np.minimum(fit, calibrate) >= FEWEST_SUBJECTS).any():
        return CalibrationPlan("split", train, val, measured)
    kind: Calibration = "cross" if measured >= FEWEST_CROSS else "none"
    return CalibrationPlan(kind, both, both, measured)


def _measured(store: Store, rows: Rows) -> np.ndarray:
    """Return how many of some subjects have each phenotype."""
    return np.isfinite(targets(store, rows)).sum(axis=0)
