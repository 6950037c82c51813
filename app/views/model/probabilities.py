"""Panel of the evaluation of probabilities and of the coverage by the measured value."""

import pandas as pd

from ptacl.checkpoint.reports import ProbabilityReport
from ptacl.reporting.probabilities import EXPLAINED, coverage_rows, finding_rows, warned_rows

from ...layout import page
from ...text.labels import literal


def section(report: ProbabilityReport | None) -> None:
    """Show the record of `ptacl evaluate --probabilities --record`; nothing without one."""
    if report is None:
        return
    origin = " Simulated hearts, or a model of them." if report.synthetic else ""
    page.section(
        "Probabilities of findings",
        f"{report.subjects} held-out subjects of {literal(report.store)}.{origin} {EXPLAINED}",
    )
    for columns, rows in (finding_rows(report), coverage_rows(report), warned_rows(report)):
        page.table(pd.DataFrame(rows, columns=columns).set_index(columns[0]), "small")
