"""Methods against the number of training subjects: rows for a chart, and Markdown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ptacl.benchmark.figures import PAIR_FIGURES, R2_FIGURES
from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import MethodReport
from ptacl.phenotypes import HEADLINE
from ptacl.reporting.markdown import interval_cell, markdown_table

_KEYS = (*(f"r2_{key}" for key in HEADLINE), "recall_at_10")
CURVE_FIGURES = tuple(figure for figure in (*R2_FIGURES, *PAIR_FIGURES) if figure.key in _KEYS)
"""The figures that are shown against the number of subjects."""


def describe_curve(report: BenchmarkReport) -> str:
    """Say what the runs on fewer subjects share with those on all."""
    return (
        "Encoders trained on fewer subjects, each number contained in the next, with more epochs "
        "over them, so that every run processes as many ECGs; heads fitted on all training "
        f"subjects; {report.subjects} held-out subjects; 95 % intervals over subjects and seeds."
    )


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A figure of one method at one number of training subjects."""

    name: str
    """Title of the method."""
    figure: str
    """Key of the figure."""
    subjects: int
    value: float
    low: float
    high: float


def curve_points(report: BenchmarkReport) -> list[CurvePoint]:
    """Return the figures of each trained method at each number of subjects."""
    trained = {name for point in report.fewer for name in point.methods}
    return [
        CurvePoint(
            name=method.title,
            figure=figure.key,
            subjects=subjects,
            value=method.figures[figure.key].value,
            low=method.figures[figure.key].low,
            high=method.figures[figure.key].high,
        )
        for subjects, methods in _sizes(report)
        for name, method in methods.items()
        for figure in CURVE_FIGURES
        if name in trained and figure.key in method.figures
    ]


def data_curve_table(report: BenchmarkReport) -> str:
    """Format the figures of each method at each size as Markdown."""
    points = curve_points(report)
    figures = {figure.key: figure for figure in CURVE_FIGURES}
    known = [key for key in figures if any(point.figure == key for point in points)]
    cells: dict[tuple[str, int], dict[str, str]] = {}
    for point in points:
        text = interval_cell(point, figures[point.figure].digits)
        cells.setdefault((point.name, point.subjects), {})[point.figure] = text
    rows = [
        [name, f"{subjects:,}", *(values.get(key, "–") for key in known)]
        for (name, subjects), values in sorted(cells.items())
    ]
    columns = ["method", "subjects", *(figures[key].title for key in known)]
    return f"{describe_curve(report)}\n\n{markdown_table(columns, rows)}"


def _sizes(report: BenchmarkReport) -> Iterator[tuple[int, Mapping[str, MethodReport]]]:
    """Yield each number of training subjects with its methods, all subjects last."""
    for point in report.fewer:
        yield point.subjects, point.methods
    if report.train_subjects is not None:
        yield report.train_subjects, report.methods
