"""A comparison of methods as Markdown and as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from ptacl.benchmark.figures import FEW_FIGURES, PAIR_FIGURES, R2_FIGURES, Figure
from ptacl.reporting.markdown import interval_cell, markdown_table

ABSENT = "–"


def rivals_table(report: dict[str, Any]) -> str:
    """What every method reaches, and how far the reference lies from it."""
    reference = report["methods"][report["reference"]]["title"]
    seeds = ", ".join(map(str, report["seeds"]))
    kind = "simulated" if report["synthetic"] else "real"
    return "\n\n".join(
        [
            f"{report['subjects']} held-out subjects of {cohorts_of(report)} ({kind}); preset "
            f"{report['preset']}, {report['epochs']} epochs, seeds {seeds}. Mean over seeds "
            "[95 % interval over subjects and seeds]:",
            *(_values(report, shown) for shown in _tables(report)),
            f"{reference} less the other [95 % interval], p corrected after Holm for all "
            f"{len(report['differences'])} comparisons:",
            *(_differences(report, shown) for shown in _tables(report)),
            *filter(None, [late_sentence(report)]),
        ]
    )


def cohorts_of(report: dict[str, Any]) -> str:
    """Whose hearts they are, and who was learned from where those are others."""
    other = report.get("test_store")
    trained = str(report["store"])
    return f"{other['name']}, with methods trained on {trained}" if other else trained


def late_sentence(report: dict[str, Any]) -> str:
    """Which runs hardly began to learn; empty where all did, or where it was not kept."""
    late = [
        f"{run['title']}, seed {run['seed']} ({run['epochs']} of {report['epochs']} epochs)"
        for run in report.get("late_starts", [])
    ]
    if not late:
        return ""
    return (
        "No better than chance in its patient loss for half of the training or more: "
        f"{'; '.join(late)}. Such a run says how surely a method starts to learn, more than what "
        "it learns."
    )


def rivals_csv(report: dict[str, Any]) -> str:
    """A row for each method and figure: value, interval, n; difference, interval, p values."""
    apart = {(entry["method"], entry["figure"]): entry for entry in report["differences"]}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    parts = ("value", "low", "high")
    against = ("value", "low", "high", "p", "p_holm")
    writer.writerow(
        ["method", "figure", *parts, "n", "seeds", *(f"difference_{key}" for key in against)]
    )
    for name, method in report["methods"].items():
        for figure, entry in method["figures"].items():
            other = apart.get((name, figure), {})
            writer.writerow(
                [name, figure, *(entry[key] for key in parts), entry["n"], method["seeds"]]
                + [other.get(key, "") for key in against]
            )
    return text.getvalue()


def _tables(report: dict[str, Any]) -> list[list[Figure]]:
    """The figures that any method has: phenotypes, phenotypes by few heads, pairs."""
    methods = report["methods"].values()
    known = {key for entry in methods for key in entry["figures"]}
    kinds = (R2_FIGURES, FEW_FIGURES, PAIR_FIGURES)
    shown = [[figure for figure in kind if figure.key in known] for kind in kinds]
    return [figures for figures in shown if figures]


def _values(report: dict[str, Any], shown: Sequence[Figure]) -> str:
    rows = []
    for method in report["methods"].values():
        found = method["figures"]
        if not any(figure.key in found for figure in shown):
            continue
        cells = [
            interval_cell(found[figure.key], figure.digits) if figure.key in found else ABSENT
            for figure in shown
        ]
        rows.append([method["title"], *cells])
    return markdown_table(["method", *(figure.title for figure in shown)], rows)


def _differences(report: dict[str, Any], shown: Sequence[Figure]) -> str:
    by_method: dict[str, dict[str, dict[str, Any]]] = {}
    keys = {figure.key for figure in shown}
    for entry in report["differences"]:
        if entry["figure"] in keys:
            by_method.setdefault(entry["title"], {})[entry["figure"]] = entry
    rows = []
    for title, found in by_method.items():
        cells = [
            f"{interval_cell(found[figure.key], figure.digits)} p {found[figure.key]['p_holm']:.2g}"
            if figure.key in found
            else ABSENT
            for figure in shown
        ]
        rows.append([title, *cells])
    return markdown_table(["less", *(figure.title for figure in shown)], rows)
