"""Reports as plain text tables, for a terminal."""

from typing import Any

from ptacl.types import Inspection


def inspection_table(inspection: Inspection) -> str:
    """An inspection for a terminal."""
    ecg, intervals, quality = inspection.ecg, inspection.intervals, inspection.prepared.quality
    origin = "trained on SIMULATED hearts" if inspection.model.synthetic else "research model"
    flagged = [f"{q.lead} {q.reason}" for q in quality.per_lead if q.state != "good"]
    familiar = "yes" if inspection.familiarity.familiar else "no"
    lines = [
        f"ECG        {ecg.source_format}, {ecg.duration_s:.1f} s at {ecg.sample_rate_hz:g} Hz",
        f"quality    {'usable' if quality.usable else 'not usable'} {quality.reason}".rstrip(),
        f"leads      {'; '.join(flagged) or 'all good'}",
        f"rate       {_number(intervals.heart_rate_bpm)}/min   PR {_number(intervals.pr_ms)} ms   "
        f"QRS {_number(intervals.qrs_ms)} ms   QT {_number(intervals.qt_ms)} ms   "
        f"QTc {_number(intervals.qtc_ms)} ms (Fridericia)   "
        f"axis {_number(intervals.qrs_axis_deg)}°",
        f"seen such  {familiar} (distance at the {inspection.familiarity.percentile:.0f}th "
        "percentile of held-out ECGs)",
        "",
        f"{'':8}{'value':>8}{'90 % interval':>18}   reference women, men",
    ]
    for p in inspection.predictions:
        spans = [f"{low:.0f}–{high:.0f}" for low, high in p.reference.values()]
        interval = f"{p.low:.0f} – {p.high:.0f}"
        lines.append(f"{p.name:8}{p.value:8.0f}{interval:>18}   {', '.join(spans)} {p.unit}")
    if not inspection.predictions:
        lines.append("predictions withheld: the quality does not allow them")
    lines += ["", "alike hearts  " + ", ".join(
        f"{n.subject_id} ({n.similarity:.2f})" for n in inspection.neighbours
    )]  # fmt: skip
    model = inspection.model
    lines += [
        "",
        f"{model.name} {model.version}, {origin}. Research use only, not a medical device.",
    ]
    return "\n".join(lines)


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
            cells = [_interval(found[f"recall_at_{k}"], 3) for k in (1, 5, 10)]
            rank = _interval(found["median_rank"], 0)
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
        cells = [_interval(entry[key]["r2"], 2) for key in keys]
        coverage = sum(entry[key]["coverage_90"] for key in keys) / len(keys)
        lines.append(f"| {name} | {' | '.join(cells)} | {coverage:.2f} |")
    return "\n".join(lines)


def _interval(entry: dict[str, float], digits: int) -> str:
    return f"{entry['value']:.{digits}f} [{entry['low']:.{digits}f}, {entry['high']:.{digits}f}]"


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.0f}"
