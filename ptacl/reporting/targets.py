"""Report on the targets of a cohort as Markdown."""

from ptacl.checkpoint.reports.targets import TargetFigure, TargetReport
from ptacl.reporting.markdown import interval_cell, markdown_table

SIMULATED = (
    "The cohort is simulated: these figures test the way from its table to a figure. They are no "
    "evidence about real patients."
)


def targets_table(report: TargetReport) -> str:
    """Format the figure of each method for each target."""
    rows = [
        [f"{result.title} ({key})", method, figure.metric, interval_cell(figure, 2), _n(figure)]
        for key, result in report.targets.items()
        for method, figure in result.methods.items()
    ]
    head = (
        f"Targets of {report.store}: linear probes on frozen features, {report.subjects} held-out "
        "subjects [95 % interval]. R² of numbers, AUROC of outcomes, Harrell's C of outcomes with "
        "times."
    )
    table = markdown_table(["target", "features", "figure", "value", "n"], rows)
    return "\n\n".join(
        part for part in (head, SIMULATED if report.synthetic else "", table) if part
    )


def _n(figure: TargetFigure) -> str:
    return str(figure.n) if figure.events is None else f"{figure.n} ({figure.events} events)"
