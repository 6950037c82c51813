"""Report on lead sets as Markdown."""

from collections.abc import Iterable, Mapping

from ptacl.checkpoint.reports import LeadSetReport
from ptacl.checkpoint.reports.evaluation import PhenotypeErrors
from ptacl.phenotypes import phenotype
from ptacl.reporting.markdown import interval_cell, markdown_table
from ptacl.signal.lead_sets import lead_set
from ptacl.types import SEXES
from ptacl.wording import SEX_PLURAL, number

SHOWN = ("lvef_pct", "lvm_g")
"""Phenotypes with an R² column of their own."""
EXPLAINED = (
    "Coverage is that of the 90 % intervals, the mean over all phenotypes, of women and of men. "
    "“Zeros” is the coverage of the heads of 12 leads on the same ECGs, the other leads zero: the "
    "reason why each set has heads of its own."
)


def lead_set_table(report: LeadSetReport) -> str:
    """Format R² and coverage of each lead set."""
    head = f"{report.subjects} held-out subjects of {report.store}, read by {report.model}."
    return f"{head} {EXPLAINED}\n\n{markdown_table(*lead_set_rows(report))}"


def lead_set_rows(report: LeadSetReport) -> tuple[list[str], list[list[str]]]:
    """Return the columns, and a row of cells for each lead set."""
    keys = [key for key in SHOWN if all(key in errors for errors in report.sets.values())]
    columns = [f"R² of {phenotype(key).name} [95 % interval]" for key in keys]
    rows = []
    for name, errors in report.sets.items():
        zeros = report.zero_filled.get(name, {})
        rows.append([
            lead_set(name).words,
            *(interval_cell(errors[key].r2, 2) for key in keys),
            number(_mean_r2(errors), 2),
            *(number(_coverage(errors, group), 2) for group in ("all", *SEXES)),
            number(_mean(zeros.values()), 2),
        ])  # fmt: skip
    sexes = [SEX_PLURAL[sex] for sex in SEXES]
    return ["read from", *columns, "mean R²", "coverage", *sexes, "zeros"], rows


def _mean_r2(errors: Mapping[str, PhenotypeErrors]) -> float:
    return _mean(entry.r2.value for entry in errors.values())


def _coverage(errors: Mapping[str, PhenotypeErrors], group: str) -> float:
    """Return the mean coverage over the phenotypes; NaN for a group without subjects."""
    return _mean(e.coverage[group].value for e in errors.values() if group in e.coverage)


def _mean(values: Iterable[float]) -> float:
    """Return the mean; NaN of none."""
    known = list(values)
    return sum(known) / len(known) if known else float("nan")
