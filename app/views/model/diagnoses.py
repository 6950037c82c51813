"""Panel of the evaluation on ECGs with diagnoses."""

import pandas as pd

from ptacl.checkpoint.reports import LabelledReport
from ptacl.checkpoint.reports.labelled import DiagnosisAurocs
from ptacl.reporting.labelled import EXPLAINED

from ...layout import page
from ...text.labels import literal
from .r2_charts import spread


def section(report: LabelledReport | None) -> None:
    """Show the record of `ptacl evaluate --ecg-labels --record`; nothing without one."""
    if report is None:
        return
    transfer = " The model was trained on simulated hearts: this is the transfer to real ECGs."
    page.section(
        "On ECGs with diagnoses",
        f"{report.records} ECGs of {literal(report.table)}; AUROC against normal ones. {EXPLAINED}"
        + (transfer if report.synthetic else ""),
    )
    columns = dict(map(_column, report.auroc.values()))
    page.table(pd.DataFrame(columns).fillna("–").rename_axis("AUROC by"), "small")


def _column(diagnosis: DiagnosisAurocs) -> tuple[str, dict[str, str]]:
    """Return the title of a diagnosis and its AUROC by each sign, with n where it is not all."""
    signs = diagnosis.signs.values()
    count = max((sign.n for sign in signs), default=0)
    normal_count = max((sign.n_normal for sign in signs), default=0)
    cells = {
        sign.title: spread(sign) + ("" if sign.n == count else f", n {sign.n}") for sign in signs
    }
    return f"{diagnosis.title}, {count} against {normal_count}", cells
