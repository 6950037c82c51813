"""Benchmark report as Markdown and as CSV."""

import csv
import io
from collections.abc import Sequence

from ptacl.benchmark.figures import FEW_FIGURES, PAIR_FIGURES, R2_FIGURES, Figure
from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import MethodDifference
from ptacl.reporting.data_curve import data_curve_table
from ptacl.reporting.markdown import interval_cell, markdown_table

ABSENT = "–"


def benchmark_table(report: BenchmarkReport) -> str:
    """Format the figures of every method and their differences from the reference as Markdown."""
    reference = report.methods[report.reference].title
    seeds = ", ".join(map(str, report.seeds))
    kind = "" if report.simulation_version else f" ({'simulated' if report.synthetic else 'real'})"
    return "\n\n".join(
        [
            f"{report.subjects} held-out subjects of {describe_cohorts(report)}{kind}; preset "
            f"{report.preset}, {report.epochs} epochs, seeds {seeds}. Mean over seeds "
            "[95 % interval over subjects and seeds]:",
            *(_values(report, figures) for figures in _tables(report)),
            f"{reference} minus the other method [95 % interval], p after Holm's correction for "
            f"all {len(report.differences)} comparisons:",
            *(_differences(report, figures) for figures in _tables(report)),
            *([data_curve_table(report)] if report.fewer else []),
            *filter(None, [describe_late_starts(report)]),
        ]
    )


def describe_cohorts(report: BenchmarkReport) -> str:
    """Name the cohort of the held-out subjects, and that of the training where it is another.

    A simulated one has the version of its simulation: methods are compared within one version.
    """
    store = report.store
    if report.simulation_version is not None:
        store = f"{store} (simulation version {report.simulation_version})"
    if report.hearts is not None:
        drawn = f"{report.hearts:,} of its hearts with {report.passes} ECGs each"
        store = f"{store}, encoders trained on {drawn}"
    if report.test_store is None:
        return store
    return f"{report.test_store.name}, with methods trained on {store}"


def describe_late_starts(report: BenchmarkReport) -> str:
    """Name the runs that stayed at chance for half of the epochs; empty where there is none."""
    runs = [
        f"{run.title}, seed {run.seed} ({run.epochs} of {report.epochs} epochs)"
        for run in report.late_starts
    ]
    if not runs:
        return ""
    return (
        "Patient loss no better than chance for half of the training or more: "
        f"{'; '.join(runs)}. The figures of such a run show how reliably the method starts to "
        "learn, not what it learns."
    )


def benchmark_csv(report: BenchmarkReport) -> str:
    """Format a CSV row for each method and figure: value, interval, n, difference, p values."""
    differences = {(entry.method, entry.figure): entry for entry in report.differences}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    compared = ("value", "low", "high", "p", "p_holm")
    writer.writerow(
        ["method", "figure", "value", "low", "high", "n", "seeds"]
        + [f"difference_{key}" for key in compared]
    )
    for name, method in report.methods.items():
        for key, figure in method.figures.items():
            difference = differences.get((name, key))
            writer.writerow(
                [name, key, figure.value, figure.low, figure.high, figure.n, method.seeds]
                + [getattr(difference, field, "") for field in compared]
            )
    return text.getvalue()


def _tables(report: BenchmarkReport) -> list[list[Figure]]:
    """Return the figures that any method has: phenotypes, phenotypes by few heads, pairs."""
    keys = {key for method in report.methods.values() for key in method.figures}
    kinds = (R2_FIGURES, FEW_FIGURES, PAIR_FIGURES)
    tables = [[figure for figure in kind if figure.key in keys] for kind in kinds]
    return [figures for figures in tables if figures]


def _values(report: BenchmarkReport, figures: Sequence[Figure]) -> str:
    rows = []
    for method in report.methods.values():
        values = method.figures
        if not any(figure.key in values for figure in figures):
            continue
        cells = [
            interval_cell(values[figure.key], figure.digits) if figure.key in values else ABSENT
            for figure in figures
        ]
        rows.append([method.title, *cells])
    return markdown_table(["method", *(figure.title for figure in figures)], rows)


def _differences(report: BenchmarkReport, figures: Sequence[Figure]) -> str:
    by_method: dict[str, dict[str, MethodDifference]] = {}
    keys = {figure.key for figure in figures}
    for entry in report.differences:
        if entry.figure in keys:
            by_method.setdefault(entry.title, {})[entry.figure] = entry
    rows = [
        [title, *(_difference_cell(entries.get(figure.key), figure) for figure in figures)]
        for title, entries in by_method.items()
    ]
    return markdown_table(["minus", *(figure.title for figure in figures)], rows)


def _difference_cell(difference: MethodDifference | None, figure: Figure) -> str:
    if difference is None:
        return ABSENT
    return f"{interval_cell(difference, figure.digits)} p {difference.p_holm:.2g}"
