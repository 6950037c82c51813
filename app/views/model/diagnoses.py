"""Panel of the evaluation on ECGs with diagnoses."""

from typing import Any

import pandas as pd

from ptacl.reporting.labelled import EXPLAINED

from ...layout import page
from .r2_charts import spread


def section(report: dict[str, Any]) -> None:
    """Show the record of `ptacl evaluate --ecg-labels --record`; nothing without one."""
    if not report:
        return
    transfer = " The model was trained on simulated hearts: this is the transfer to real ECGs."
    page.section(
        "On ECGs with diagnoses",
        f"{report['records']} ECGs of {report['table']}; AUROC against normal ones. {EXPLAINED}"
        + (transfer if report["synthetic"] else ""),
    )
    columns = dict(map(_column, report["auroc"].values()))
    page.table(pd.DataFrame(columns).fillna("–").rename_axis("AUROC by"), "small")


def _column(diagnosis: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the title of a diagnosis and its AUROC by each sign, with n where it is not all."""
    signs = diagnosis["signs"].values()
    counts = {name: max((sign[name] for sign in signs), default=0) for name in ("n", "n_normal")}
    cells = {
        sign["title"]: spread(sign) + ("" if sign["n"] == counts["n"] else f", n {sign['n']}")
        for sign in signs
    }
    return f"{diagnosis['title']}, {counts['n']} against {counts['n_normal']}", cells
