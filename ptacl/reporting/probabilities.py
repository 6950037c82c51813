"""Report on probabilities and intervals as Markdown."""

from ptacl.checkpoint.reports.probabilities import FindingFigures, PointFigures, ProbabilityReport
from ptacl.metrics.truth_groups import THIRDS
from ptacl.phenotypes import phenotype
from ptacl.reporting.markdown import interval_cell, markdown_table
from ptacl.types import FindingProbability, Inspection, OperatingPoint
from ptacl.wording import MISSING

GROUPS = ("all", *THIRDS, "below 50 %", "below 40 %")
EXPLAINED = (
    "Probabilities from 12 leads of the ECG alone. ECE: expected calibration error, in ten bins of "
    "the probability. A finding is flagged from its first threshold on and unlikely below its "
    "second one; in brackets 95 % intervals, stated: as in the gallery."
)


def probability_table(report: ProbabilityReport) -> str:
    """Format findings, operating points and coverage."""
    origin = " Simulated hearts, or a model of them." if report.synthetic else ""
    head = f"{report.subjects} held-out subjects of {report.store}, read by {report.model}.{origin}"
    parts = [
        f"{head} {EXPLAINED}",
        markdown_table(*finding_rows(report)),
        "Share of measured values inside the 90 % interval, by the measured value:",
        markdown_table(*coverage_rows(report)),
        "Warnings about hearts with a low LVEF, and about hearts without any finding:",
        markdown_table(*warned_rows(report)),
    ]
    return "\n\n".join(parts)


def finding_rows(report: ProbabilityReport) -> tuple[list[str], list[list[str]]]:
    """Return the columns, and a row of cells for each finding."""
    columns = ["finding", "n with", "n without", "AUROC", "ECE", "Brier"]
    for name in ("flagged from", "unlikely below"):
        columns += [name, *(f"{name}: {part}" for part in ("sensitivity", "specificity", "stated"))]
    return columns, [_finding_row(each) for each in report.findings.values()]


def _finding_row(each: FindingFigures) -> list[str]:
    return [
        each.title,
        str(each.n),
        str(each.n_without),
        interval_cell(each.auroc, 3),
        f"{each.calibration_error:.3f}",
        f"{each.brier:.4f}",
        *_point_cells(each.flag),
        *_point_cells(each.exclude),
    ]


def _point_cells(point: PointFigures) -> list[str]:
    return [
        f"{point.threshold:.3f}",
        interval_cell(point.sensitivity, 2),
        interval_cell(point.specificity, 2),
        f"{point.stated_sensitivity:.2f}, {point.stated_specificity:.2f}",
    ]


def coverage_rows(report: ProbabilityReport) -> tuple[list[str], list[list[str]]]:
    """Return the columns, and a row of cells for each phenotype and for LVEF without its range."""
    rows = [(phenotype(key).name, groups) for key, groups in report.coverage.items()]
    if report.regression:
        rows.append(("LVEF, interval of the regression", report.regression))
    cells = [
        [name, *(interval_cell(groups[g], 2) if g in groups else MISSING for g in GROUPS)]
        for name, groups in rows
    ]
    return ["phenotype", *GROUPS], cells


def warned_rows(report: ProbabilityReport) -> tuple[list[str], list[list[str]]]:
    """Return the columns, and a row of cells for each share; then LVEF's mean widths."""
    rows = [[name, str(each.n), interval_cell(each, 2)] for name, each in report.warned.items()]
    rows += [
        [f"mean width of the LVEF interval, {name} (%)", str(report.subjects), f"{value:.1f}"]
        for name, value in report.width.items()
    ]
    return ["what", "n", "share"], rows


def finding_sentence(finding: FindingProbability, *, synthetic: bool) -> str:
    """Return a finding in words, with the operating point that decides it.

    ``LVEF below 50 %: flagged, probability 62 %. From the threshold of 16 % (sensitivity .83,
    specificity .95 among 52 simulated hearts with it and 579 without).``

    Args:
        finding: of an inspection.
        synthetic: whether the hearts were simulated.
    """
    unlikely = finding.state == "unlikely"
    point = finding.exclude if unlikely or finding.state == "not excluded" else finding.flag
    title = f"{finding.title[0].upper()}{finding.title[1:]}"
    where = "Below" if unlikely else "From"
    return (
        f"{title}: {finding.state}, probability {percent(finding.probability)}. {where} the "
        f"threshold of {percent(point.threshold)} ({point_words(point, synthetic=synthetic)})."
    )


def finding_sentences(inspection: Inspection) -> list[str]:
    """Return a sentence for each finding of an inspection; none where there are none."""
    synthetic = inspection.model.synthetic
    return [finding_sentence(each, synthetic=synthetic) for each in inspection.findings]


def findings_lines(inspection: Inspection) -> list[str]:
    """Return the findings as lines for a terminal, after an empty one; none without findings."""
    lines = finding_sentences(inspection)
    return ["", *lines] if lines else lines


def point_words(point: OperatingPoint, *, synthetic: bool) -> str:
    """Return sensitivity and specificity, and among which hearts."""
    kind = "simulated hearts" if synthetic else "held-out hearts"
    return (
        f"sensitivity {_share(point.sensitivity)}, specificity {_share(point.specificity)} among "
        f"{point.n} {kind} with it and {point.n_without} without"
    )


def percent(probability: float) -> str:
    """Return a probability in percent, never a certain one.

    Example:
        >>> percent(0.62), percent(0.0004), percent(0.9997), percent(0.034)
        ('62 %', 'below 1 %', 'above 99 %', '3.4 %')
    """
    if probability < 0.01:
        return "below 1 %"
    if probability > 0.99:
        return "above 99 %"
    return f"{100 * probability:.{1 if probability < 0.1 else 0}f} %"


def _share(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value < 0.995 else "1.00"
