"""Panel of the evaluation on fewer than 12 leads."""

import pandas as pd

from ptacl.checkpoint.reports import LeadSetReport
from ptacl.reporting.lead_sets import EXPLAINED, lead_set_rows

from ...layout import page
from ...text.labels import literal


def section(report: LeadSetReport | None) -> None:
    """Show the record of `ptacl evaluate --leads --record`; nothing without one."""
    if report is None:
        return
    page.section(
        "From fewer than 12 leads",
        f"{report.subjects} held-out subjects of {literal(report.store)}. {EXPLAINED}",
    )
    columns, rows = lead_set_rows(report)
    page.table(pd.DataFrame(rows, columns=columns).set_index(columns[0]), "small")
