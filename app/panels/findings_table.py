"""Probabilities of findings as a table: probability, what it means, and at which threshold."""

from collections.abc import Sequence

import pandas as pd

from ptacl.reporting.probabilities import percent
from ptacl.types import FindingProbability


def findings_table(findings: Sequence[FindingProbability]) -> pd.DataFrame:
    """Return a row a finding, with both thresholds and what they reach among held-out hearts."""
    return pd.DataFrame(
        {
            "": [_short(each.title) for each in findings],
            "Probability": [percent(each.probability) for each in findings],
            "Which is": [each.state for each in findings],
            "Flagged from": [_point(each, "flag") for each in findings],
            "Unlikely below": [_point(each, "exclude") for each in findings],
        }
    ).set_index("")


def _short(title: str) -> str:
    """Return a title without its definition, which the note has."""
    name = title.split(" (")[0]
    return f"{name[0].upper()}{name[1:]}"


def _point(finding: FindingProbability, which: str) -> str:
    point = finding.flag if which == "flag" else finding.exclude
    reached = f"{100 * point.sensitivity:.0f} %, {100 * point.specificity:.0f} %"
    return f"{percent(point.threshold)} ({reached})"
