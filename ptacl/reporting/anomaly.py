"""Evaluations of a restorer as Markdown tables."""

from ptacl.checkpoint.reports.anomaly import TwinReport, UnusualReport
from ptacl.reporting.markdown import interval_cell, markdown_table


def twins_table(report: TwinReport) -> str:
    """Format detection and localisation on simulated twins."""
    names = list(report.localisation)
    rows = [
        [
            disease,
            figures.hearts,
            interval_cell(figures.detection, 3),
            f"{figures.flagged:.2f}",
            *[f"{figures.localisation[name]:.3f}" for name in names],
            f"{figures.within:.3f}",
        ]
        for disease, figures in report.diseases.items()
    ]
    together = [f"{value:.3f}" for value in report.localisation.values()]
    rows.append(["all", sum(f.hearts for f in report.diseases.values()), "", "", *together, ""])
    columns = ["disease", "hearts", "detection AUROC", "flagged"]
    columns += [*[f"localisation by {name}" for name in names], "within a heart"]
    controls = [
        [name, f"{figures.withheld:.2f}", f"{figures.flagged_as_heart:.2f}"]
        for name, figures in report.controls.items()
    ]
    return "\n\n".join([
        markdown_table(columns, rows),
        f"{report.normal_hearts} normal hearts, {report.normal_flagged:.3f} of them flagged "
        "(beyond the 95th percentile of the calibration's).",
        markdown_table(["spoiled recording of a normal heart", "withheld", "said of the heart"],
                       controls),
    ])  # fmt: skip


def records_table(report: UnusualReport) -> str:
    """Format abnormal against normal records."""
    figures = (report.auroc, report.normal_flagged, report.abnormal_flagged)
    rows = [["does not fit", *[interval_cell(figure, 3) for figure in figures]]]
    if report.gate_auroc is not None and report.gate_abnormal_flagged is not None:
        rows.append([
            "embedding's distance, as many false alarms", interval_cell(report.gate_auroc, 3),
            f"{report.normal_flagged.value:.3f}", f"{report.gate_abnormal_flagged:.3f}",
        ])  # fmt: skip
    title = (
        f"{report.abnormal} abnormal, {report.normal} normal records; {report.withheld} withheld"
    )
    columns = [title, "AUROC", "normal flagged", "abnormal flagged"]
    return "\n\n".join([
        markdown_table(columns, rows),
        f"Deviate least though abnormal: {'; '.join(report.missed) or 'none'}.",
        f"Flagged though normal: {'; '.join(report.alarms) or 'none'}.",
    ])  # fmt: skip
