"""The panel of what a model says of ECGs with diagnoses."""

from typing import Any

import pandas as pd

from ptacl.reporting.labelled import EXPLAINED

from ...layout import page
from .r2_charts import spread


def section(report: dict[str, Any]) -> None:
    """What `ptacl evaluate --ecg-labels --record` kept."""
    if not report:
        return
    transfer = " The model was trained on simulated hearts: this is how far they carry over."
    page.section(
        "On ECGs with diagnoses",
        f"{report['records']} ECGs of {report['table']}; AUROC against normal ones. {EXPLAINED}"
        + (transfer if report["synthetic"] else ""),
    )
    columns = dict(map(_column, report["auroc"].values()))
    page.table(pd.DataFrame(columns).fillna("–").rename_axis("AUROC by"), "small")


def _column(diagnosis: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Title of a diagnosis and its AUROC by each sign; how many are told where it is not all."""
    signs = diagnosis["signs"].values()
    counts = {name: max((sign[name] for sign in signs), default=0) for name in ("n", "n_normal")}
    cells = {
        sign["title"]: spread(sign) + ("" if sign["n"] == counts["n"] else f", n {sign['n']}")
        for sign in signs
    }
    return f"{diagnosis['title']}, {counts['n']} against {counts['n_normal']}", cells
