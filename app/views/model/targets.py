"""Panel of the evaluation on targets that a cohort brought."""

import pandas as pd

from ptacl.checkpoint.reports.targets import TargetReport
from ptacl.reporting.targets import SIMULATED

from ...layout import page
from ...text.labels import literal


def section(report: TargetReport | None) -> None:
    """Show the record of `ptacl evaluate --target KEY --record`; nothing without one."""
    if report is None or not report.targets:
        return
    simulated = f" {SIMULATED}" if report.synthetic else ""
    page.section(
        "Targets of the cohort",
        f"Linear probes on frozen features, {report.subjects} held-out subjects of "
        f"{literal(report.store)}; in brackets 95 % bootstrap intervals.{simulated}",
    )
    rows = [
        {
            "Target": result.title,
            "Features": method,
            "Figure": figure.metric,
            "Value": f"{figure.value:.2f} ({figure.low:.2f}–{figure.high:.2f})",
            "n": figure.n,
            "With the outcome (n)": "–" if figure.events is None else str(figure.events),
        }
        for result in report.targets.values()
        for method, figure in result.methods.items()
    ]
    page.table(pd.DataFrame(rows).set_index("Target"), "small")
