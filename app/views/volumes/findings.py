"""Operating points of the findings: what a threshold is stated to reach, and reaches here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ptacl.metrics.finding_figures import Thresholds, finding_figures
from ptacl.reporting.probabilities import percent
from ptacl.signal.lead_sets import ALL_LEADS

from ...layout import page

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.gallery.probabilities import ProbabilityHeads


def section(gallery: Gallery, table: pd.DataFrame) -> None:
    """Show the findings; nothing for a gallery without probabilities.

    Args:
        gallery: the gallery.
        table: of its held-out subjects.
    """
    heads = gallery.probabilities.heads(ALL_LEADS.name, "ecg")
    if heads is None:
        return
    thresholds = {
        key: Thresholds(each.flag.threshold, each.exclude.threshold)
        for key, each in heads.points.items()
    }
    figures = finding_figures(table, thresholds)
    if figures.empty:
        return
    kind = "simulated hearts" if gallery.synthetic else "hearts"
    page.section(
        "Who is flagged",
        f"Probabilities of findings, and their operating points. Stated: measured on held-out "
        f"{kind} when the gallery was made. Here: on the {len(table):,} hearts of this page. ECE: "
        "expected calibration error.",
    )
    page.table(points_table(figures, heads), "small")
    if gallery.synthetic:
        page.note("Synthetic: sensitivity and specificity among patients may be different.")


def points_table(figures: pd.DataFrame, heads: ProbabilityHeads) -> pd.DataFrame:
    """Return the figures as text, a row a finding."""
    rows = []
    for row in figures.to_dict("records"):
        points = heads.points[row["key"]]
        rows.append({
            "": row["title"],
            "With": row["n"],
            "Without": row["n_without"],
            "AUROC": f"{row['auroc']:.2f}",
            "ECE": f"{row['calibration_error']:.3f}",
            "Flagged from": percent(row["flag_threshold"]),
            "Stated (sensitivity, specificity)": _pair(points.flag.sensitivity,
                                                       points.flag.specificity),
            "Here": _pair(row["flag_sensitivity"], row["flag_specificity"]),
            "Unlikely below": percent(row["exclude_threshold"]),
            "Stated for it": _pair(points.exclude.sensitivity, points.exclude.specificity),
            "Here for it": _pair(row["exclude_sensitivity"], row["exclude_specificity"]),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("")


def _pair(sensitivity: float, specificity: float) -> str:
    return f"{100 * sensitivity:.0f} %, {100 * specificity:.0f} %"
