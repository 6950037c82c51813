"""Evaluation report as Markdown: retrieval, alignment, phenotypes, subgroups, findings."""

from collections.abc import Iterable, Sequence
from typing import Any

from ptacl.checkpoint.reports import EvaluationReport
from ptacl.reporting.markdown import interval_cell, markdown_table

ABSENT = "–"
ALIGNMENT_TITLES = {
    "error_frames": "error",
    "rolled_error_frames": "cine rolled",
    "offset_error_frames": "offset",
    "other_patient_error_frames": "other patient",
    "index_match_error_frames": "index match",
    "shuffled_match_error_frames": "shuffled segments",
    "shuffled_error_frames": "shuffled frames",
    "chance_error_frames": "chance",
}
"""Fields of an `AlignmentReport` with their column titles."""


def report_table(report: EvaluationReport) -> str:
    """Format an evaluation as Markdown."""
    parts = [_retrieval(report), _alignment(report)]
    if any(entry.by_events for entry in report.alignment.values()):
        parts.append(_by_events(report))
    parts.append(_phenotypes(report))
    # Reports of an earlier version hold no more than these.
    if report.detection:
        parts += [_by_group(report), _by_truth(report), _by_mismatch(report), _detection(report)]
    return "\n\n".join(filter(None, parts))


def _retrieval(report: EvaluationReport) -> str:
    rows = []
    for name, retrieval in report.retrieval.items():
        directions = {"ecg_to_cmr": retrieval.ecg_to_cmr, "cmr_to_ecg": retrieval.cmr_to_ecg}
        for direction, entry in directions.items():
            if entry is None:
                continue
            recall = (entry.recall_at_1, entry.recall_at_5, entry.recall_at_10)
            cells = [interval_cell(figure, 3) for figure in recall]
            rows.append([name, direction, *cells, interval_cell(entry.median_rank, 0)])
    return _titled(
        f"Retrieval of the matching recording among {report.subjects} held-out subjects "
        f"(chance R@10 {10 / report.subjects:.3f}):",
        ["model", "direction", "R@1", "R@5", "R@10", "median rank"],
        rows,
    )


def _alignment(report: EvaluationReport) -> str:
    return _titled(
        "Alignment of ECG segments with cine frames, mean error in frames:",
        ["model", *ALIGNMENT_TITLES.values()],
        [
            [name, *(_number(getattr(entry, key)) for key in ALIGNMENT_TITLES)]
            for name, entry in report.alignment.items()
        ],
    )


def _by_events(report: EvaluationReport) -> str:
    rows = []
    for name, entry in report.alignment.items():
        if entry.by_events is None:
            continue
        for moment, errors in {"whole beat": entry.by_events, **entry.at_events}.items():
            figures = (errors.model, errors.linear_phase, errors.systole_scaled)
            cells = [interval_cell(figure, 2) for figure in figures]
            rows.append([name, moment.replace("_", " "), errors.model.n, *cells])
    return _titled(
        "Alignment error in frames against the cardiac events of the simulation, known in ECG and "
        "scan. Linear phase, the truth of the table above, has an error of its own against them: a "
        "perfect model would have it in that table.",
        ["model", "moment", "n", "error", "linear phase", "systole scaled separately"],
        rows,
    )


def _number(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.2f}"


def _phenotypes(report: EvaluationReport) -> str:
    first = next(iter(report.phenotypes.values()), {})
    if not first:
        return "Phenotypes: too few held-out subjects have a measured phenotype."
    rows = []
    for name, errors in report.phenotypes.items():
        cells = [interval_cell(errors[key].r2, 2) for key in first]
        coverage = sum(errors[key].coverage_90 for key in first) / len(first)
        rows.append([name, *cells, f"{coverage:.2f}"])
    return _titled(
        "R² of the phenotypes from the ECG [95 % interval]; coverage of the 90 % intervals last:",
        ["features", *(entry.name for entry in first.values()), "coverage"],
        rows,
    )


def _by_group(report: EvaluationReport) -> str:
    rows = []
    for name, retrieval in report.retrieval.items():
        lvef = report.phenotypes[name].get("lvef_pct")
        coverage = lvef.coverage if lvef else {}
        groups = retrieval.ecg_to_cmr.by_group if retrieval.ecg_to_cmr else {}
        for group, entry in groups.items():
            recall = entry.recall_at_10
            inside = interval_cell(coverage[group], 2) if group in coverage else ABSENT
            rows.append([name, group, recall.n, interval_cell(recall, 3), inside])
    return _titled(
        "By group: R@10 (ECG to CMR, among all), and coverage of the 90 % intervals of LVEF:",
        ["model", "group", "n", "R@10", "coverage"],
        rows,
    )


def _by_truth(report: EvaluationReport) -> str:
    """Show whom the intervals of the evaluated model fail: predictions shrink towards the mean."""
    errors = report.phenotypes.get(report.model, {})
    groups = list(dict.fromkeys(group for each in errors.values() for group in
                                each.coverage_by_truth))  # fmt: skip
    if not groups:
        return ""
    rows = [
        [
            each.name,
            *(
                interval_cell(each.coverage_by_truth[group], 2)
                if group in each.coverage_by_truth
                else ABSENT
                for group in groups
            ),
        ]
        for each in errors.values()
    ]
    return _titled(
        f"Coverage of the 90 % intervals of {report.model} by the measured value:",
        ["phenotype", *groups],
        rows,
    )


def _by_mismatch(report: EvaluationReport) -> str:
    return _titled(
        "Alignment error in frames by the R–R difference between ECG and scan:",
        ["model", "difference (ms)", "n", "error"],
        [
            [name, f"{quarter.from_ms:.0f}–{quarter.to_ms:.0f}", quarter.n,
             interval_cell(quarter, 2)]
            for name, entry in report.alignment.items()
            for quarter in entry.error_by_rate_mismatch
        ],
    )  # fmt: skip


def _detection(report: EvaluationReport) -> str:
    return _titled(
        "AUROC of findings by the predicted phenotype:",
        ["features", "finding", "n with", "n without", "AUROC"],
        [
            [name, finding.title, finding.n, finding.n_without, interval_cell(finding, 2)]
            for name, findings in report.detection.items()
            for finding in findings.values()
        ],
    )


def _titled(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    return f"{title}\n\n{markdown_table(columns, rows)}"
