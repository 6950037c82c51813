"""An evaluation as Markdown: retrieval, alignment, phenotypes."""

from typing import Any

from ptacl.tables.cells import interval_cell


def report_table(report: dict[str, Any]) -> str:
    """An evaluation as Markdown: retrieval, alignment, phenotypes."""
    return "\n\n".join([_retrieval(report), _alignment(report), _phenotypes(report)])


def _retrieval(report: dict[str, Any]) -> str:
    lines = [
        f"Retrieval of the own CMR among {report['subjects']} held-out subjects "
        f"(chance R@10 {10 / report['subjects']:.3f}):",
        "",
        "| model | direction | R@1 | R@5 | R@10 | median rank |",
        "|---|---|---|---|---|---|",
    ]
    for name, entry in report["retrieval"].items():
        for direction in ("ecg_to_cmr", "cmr_to_ecg"):
            found = entry[direction]
            cells = [interval_cell(found[f"recall_at_{k}"], 3) for k in (1, 5, 10)]
            rank = interval_cell(found["median_rank"], 0)
            lines.append(f"| {name} | {direction} | {' | '.join(cells)} | {rank} |")
    return "\n".join(lines)


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
    lines = [
        "Alignment of ECG segments with cine frames, mean error in frames:",
        "",
        f"| model | {' | '.join(columns.values())} |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, entry in report["alignment"].items():
        cells = [f"{entry[key]:.2f}" for key in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _phenotypes(report: dict[str, Any]) -> str:
    rows = report["phenotypes"]
    keys = list(next(iter(rows.values())))
    names = [next(iter(rows.values()))[key]["name"] for key in keys]
    lines = [
        "R² of the phenotypes from the ECG [95 % interval]; coverage of the 90 % intervals last:",
        "",
        f"| features | {' | '.join(names)} | coverage |",
        "|---" * (len(keys) + 2) + "|",
    ]
    for name, entry in rows.items():
        cells = [interval_cell(entry[key]["r2"], 2) for key in keys]
        coverage = sum(entry[key]["coverage_90"] for key in keys) / len(keys)
        lines.append(f"| {name} | {' | '.join(cells)} | {coverage:.2f} |")
    return "\n".join(lines)
