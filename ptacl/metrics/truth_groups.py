"""Groups of subjects by what was measured: those that regression to the mean fails.

An interval of the right coverage overall, and among subjects with the same prediction, may miss
most of the subjects with the same low measurement: predictions are drawn towards the mean.
"""

import numpy as np
from jaxtyping import Bool, Float

from ptacl.metrics.findings import FINDINGS

THIRDS = ("lowest third", "middle third", "highest third")
FEWEST = 3
"""Subjects of a group at least."""


def truth_groups(
    key: str, measured: Float[np.ndarray, " subjects"]
) -> dict[str, Bool[np.ndarray, " subjects"]]:
    """Return the members of each third by the measured value and, of LVEF, those below 50 and 40 %.

    Args:
        key: of the phenotype.
        measured: NaN where unknown, which is in no group.

    Example:
        >>> {name: int(each.sum()) for name, each in truth_groups(
        ...     "lvef_pct", np.array([30.0, 35, 38, 45, 55, 60, 62, 65, 70])).items()}
        {'lowest third': 3, 'middle third': 3, 'highest third': 3, 'below 50 %': 4, 'below 40 %': 3}
    """
    known = np.isfinite(measured)
    groups: dict[str, Bool[np.ndarray, " subjects"]] = {}
    if known.any():
        first, second = np.quantile(measured[known], (1 / 3, 2 / 3))
        groups = dict(
            zip(
                THIRDS,
                (measured < first, (measured >= first) & (measured < second), measured >= second),
                strict=True,
            )
        )
    for finding in FINDINGS:
        if finding.below is not None and finding.phenotype == key:
            groups[f"below {finding.below:.0f} %"] = measured < finding.below
    return {name: member for name, member in groups.items() if member.sum() >= FEWEST}
