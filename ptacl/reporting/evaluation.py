"""An evaluation as Markdown: retrieval, alignment, phenotypes."""

from collections.abc import Iterable, Sequence
from typing import Any

from ptacl.reporting.markdown import interval_cell, markdown_table


def report_table(report: dict[str, Any]) -> str:
    """An evaluation as Markdown: retrieval, alignment, phenotypes."""
    parts = [_retrieval(report), _alignment(report), _phenotypes(report)]
    # A report of an earlier version has no more than these.
    if "detection" in report:
        parts += [_by_group(report), _by_mismatch(report), _detection(report)]
    return "\n\n".join(parts)


def _retrieval(report: dict[str, Any]) -> str:
    rows = []
    for name, entry in report["retrieval"].items():
        for direction in ("ecg_to_cmr", "cmr_to_ecg"):
            found = entry[direction]
            cells = [interval_cell(found[f"recall_at_{k}"], 3) for k in (1, 5, 10)]
            rows.append([name, direction, *cells, interval_cell(found["median_rank"], 0)])
    return _titled(
        f"Retrieval of the own CMR among {report['subjects']} held-out subjects "
        f"(chance R@10 {10 / report['subjects']:.3f}):",
        ["model", "direction", "R@1", "R@5", "R@10", "median rank"],
        rows,
    )


def _alignment(report: dict[str, Any]) -> str:
    columns = {
        "error_frames": "error",
        "rolled_error_frames": "cine rolled",
        "offset_error_frames": "offset",
        "other_patient_error_frames": "other patient",
        "index_match_error_frames": "index match",
        "shuffled_match_error_frames": "shuffled segments",
        "shuffled_error_frames": "shuffled frames",
        "chance_error_frames": "chance",
    }
    return _titled(
        "Alignment of ECG segments with cine frames, mean error in frames:",
        ["model", *columns.values()],
        [
            [name, *(f"{entry[key]:.2f}" for key in columns)]
            for name, entry in report["alignment"].items()
        ],
    )


def _phenotypes(report: dict[str, Any]) -> str:
    first = next(iter(report["phenotypes"].values()))
    if not first:
        return "Phenotypes: too few held-out subjects with one to say anything."
    rows = []
    for name, entry in report["phenotypes"].items():
        cells = [interval_cell(entry[key]["r2"], 2) for key in first]
        coverage = sum(entry[key]["coverage_90"] for key in first) / len(first)
        rows.append([name, *cells, f"{coverage:.2f}"])
    return _titled(
        "R² of the phenotypes from the ECG [95 % interval]; coverage of the 90 % intervals last:",
        ["features", *(entry["name"] for entry in first.values()), "coverage"],
        rows,
    )


def _by_group(report: dict[str, Any]) -> str:
    rows = []
    for name, entry in report["retrieval"].items():
        coverage = report["phenotypes"][name].get("lvef_pct", {}).get("coverage", {})
        for group, found in entry["ecg_to_cmr"]["by_group"].items():
            recall = found["recall_at_10"]
            inside = interval_cell(coverage[group], 2) if group in coverage else "–"
            rows.append([name, group, recall["n"], interval_cell(recall, 3), inside])
    return _titled(
        "By group: R@10 (ECG to CMR, among all), and coverage of the 90 % intervals of LVEF:",
        ["model", "group", "n", "R@10", "coverage"],
        rows,
    )


def _by_mismatch(report: dict[str, Any]) -> str:
    return _titled(
        "Alignment error in frames by how far the R–R of ECG and scan lie apart:",
        ["model", "apart (ms)", "n", "error"],
        [
            [name, f"{quarter['from_ms']:.0f}–{quarter['to_ms']:.0f}", quarter["n"],
             interval_cell(quarter, 2)]
            for name, entry in report["alignment"].items()
            for quarter in entry["error_by_rate_mismatch"]
        ],
    )  # fmt: skip


def _detection(report: dict[str, Any]) -> str:
    return _titled(
        "AUROC of findings by the predicted phenotype:",
        ["features", "finding", "n with", "n without", "AUROC"],
        [
            [name, found["title"], found["n"], found["n_without"], interval_cell(found, 2)]
            for name, findings in report["detection"].items()
            for found in findings.values()
        ],
    )


def _titled(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    return f"{title}\n\n{markdown_table(columns, rows)}"
