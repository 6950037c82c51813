"""Robustness table as Markdown."""

from ptacl.checkpoint.reports.figures import WithInterval
from ptacl.checkpoint.reports.robustness import Corruption, RobustnessReport
from ptacl.phenotypes import phenotype
from ptacl.reporting.markdown import interval_cell, markdown_table

ABSENT = "–"
EXPLAINED = (
    "Each ECG is corrupted, then read like a file: faults are looked for, leads repaired. R² [95 % "
    "interval] and the coverage of the 90 % intervals are of the gallery's heads on the ECG alone, "
    "over all ECGs; after the slash, the coverage of those shown. “Out of distribution”: share "
    "flagged; “withheld”: share without a prediction, for whatever reason. “May hide”: what the "
    "corruption can take from any reader."
)


def robustness_table(report: RobustnessReport) -> str:
    """Format accuracy, coverage and flags under each corruption."""
    keys = list(report.corruptions[0].phenotypes) if report.corruptions else []
    names = [phenotype(key).name for key in keys]
    table = markdown_table(
        [
            "corruption", "strength", "may hide", *(f"R² {name}" for name in names),
            *(f"coverage {name}" for name in names), "out of distribution", "withheld",
        ],
        [_row(each, keys) for each in report.corruptions],
    )  # fmt: skip
    head = f"{report.subjects} held-out subjects of {report.store}, read by {report.model}."
    return f"{head} {EXPLAINED}\n\n{table}"


def _row(corruption: Corruption, keys: list[str]) -> list[str]:
    found = corruption.phenotypes
    value = corruption.value
    return [
        corruption.title,
        ABSENT if value is None else f"{value:g} {corruption.unit}",
        ", ".join(corruption.hides) or ABSENT,
        *(interval_cell(found[key].r2, 2) if key in found else ABSENT for key in keys),
        *(_coverage(corruption, key) for key in keys),
        _share(corruption.flagged),
        _share(corruption.withheld),
    ]


def _coverage(corruption: Corruption, key: str) -> str:
    found = corruption.phenotypes.get(key)
    if found is None:
        return ABSENT
    return f"{_share(found.coverage_90)} / {_share(found.coverage_90_shown)}"


def _share(figure: WithInterval | None) -> str:
    return ABSENT if figure is None else f"{figure.value:.2f}"
