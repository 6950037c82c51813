"""Benchmark panel: a method and its baselines, trained with several seeds each."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import MethodDifference
from ptacl.reporting.benchmark import describe_cohorts, describe_late_starts

from ...layout import page
from ...text.labels import literal
from .r2_charts import r2_charts, spread


def section(comparison: BenchmarkReport | None) -> None:
    """Show the record of `ptacl compare --record`; nothing without one."""
    if comparison is None:
        return
    page.section(
        "Benchmark against baselines",
        f"{comparison.subjects} held-out subjects of {literal(describe_cohorts(comparison))}, "
        f"{len(comparison.seeds)} seeds a method; whiskers are 95 % intervals over subjects and "
        "seeds.",
    )
    first = comparison.methods[comparison.reference]
    ordered = [first, *(method for method in comparison.methods.values() if method is not first)]
    entries = {
        method.title: {key.removeprefix("r2_"): figure for key, figure in method.figures.items()}
        for method in ordered
    }
    r2_charts(entries, "rivals")
    page.table(
        pd.DataFrame(
            {
                method.title: {
                    figure.title: spread(figure, 0 if key == "median_rank" else 2)
                    for key, figure in method.figures.items()
                }
                for method in ordered
            }
        )
        .fillna("–")
        .rename_axis("Figure"),
        "many",
    )
    if late := describe_late_starts(comparison):
        st.caption(literal(late))
    title = f"{literal(first.title)} minus each baseline, with corrected p values"
    if panel := page.fold(title, "differences_table"):
        differences = _differences(comparison.differences)
        digits = page.decimals(differences, 3) | page.decimals(differences[["p (Holm)"]], 4)
        panel.dataframe(differences, hide_index=True, column_config=digits)


def _differences(differences: Iterable[MethodDifference]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Baseline": entry.title,
                "Figure": entry.figure_title,
                "Difference": entry.value,
                "95 % from": entry.low,
                "95 % to": entry.high,
                "p (Holm)": entry.p_holm,
            }
            for entry in differences
        ]
    )
