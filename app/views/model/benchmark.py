"""Benchmark panel: a method and its baselines, trained with several seeds each."""

from typing import Any

import pandas as pd
import streamlit as st

from ptacl.reporting.benchmark import cohorts_of, late_sentence

from ...layout import page
from .r2_charts import r2_charts, spread


def section(report: dict[str, Any]) -> None:
    """Show the record of `ptacl compare --record`; nothing without one."""
    if not report:
        return
    methods: dict[str, Any] = report["methods"]
    page.section(
        "Benchmark against baselines",
        f"{report['subjects']} held-out subjects of {cohorts_of(report)}, "
        f"{len(report['seeds'])} seeds a method; whiskers are 95 % intervals over subjects and "
        "seeds.",
    )
    first = methods[report["reference"]]
    ordered = [first, *(entry for entry in methods.values() if entry is not first)]
    entries = {
        entry["title"]: {
            key.removeprefix("r2_"): figure for key, figure in entry["figures"].items()
        }
        for entry in ordered
    }
    r2_charts(entries, "rivals")
    page.table(
        pd.DataFrame(
            {
                entry["title"]: {
                    figure["title"]: spread(figure, 0 if key == "median_rank" else 2)
                    for key, figure in entry["figures"].items()
                }
                for entry in ordered
            }
        )
        .fillna("–")
        .rename_axis("Figure"),
        "many",
    )
    if late := late_sentence(report):
        st.caption(late)
    title = f"{first['title']} minus each baseline, with corrected p values"
    if panel := page.fold(title, "differences_table"):
        differences = _differences(report["differences"])
        digits = page.decimals(differences, 3) | page.decimals(differences[["p (Holm)"]], 4)
        panel.dataframe(differences, hide_index=True, column_config=digits)


def _differences(differences: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Baseline": entry["title"],
                "Figure": entry["figure_title"],
                "Difference": entry["value"],
                "95 % from": entry["low"],
                "95 % to": entry["high"],
                "p (Holm)": entry["p_holm"],
            }
            for entry in differences
        ]
    )
