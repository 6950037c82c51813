"""The panel of a comparison: a method trained again beside its rivals, several seeds each."""

from typing import Any

import pandas as pd
import streamlit as st

from ptacl.reporting.benchmark import cohorts_of, late_sentence

from ...layout import page
from .r2_charts import r2_charts, spread


def section(comparison: dict[str, Any]) -> None:
    """What `ptacl compare --record` kept."""
    if not comparison:
        return
    methods: dict[str, Any] = comparison["methods"]
    page.section(
        "Trained again beside its rivals",
        f"{comparison['subjects']} held-out subjects of {cohorts_of(comparison)}, "
        f"{len(comparison['seeds'])} seeds a method; whiskers are 95 % intervals over subjects and "
        "seeds.",
    )
    first = methods[comparison["reference"]]
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
    if late := late_sentence(comparison):
        st.caption(late)
    title = f"{first['title']} less each rival, with corrected p values"
    if panel := page.fold(title, "differences_table"):
        apart = _differences(comparison["differences"])
        digits = page.decimals(apart, 3) | page.decimals(apart[["p (Holm)"]], 4)
        panel.dataframe(apart, hide_index=True, column_config=digits)


def _differences(differences: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Less": entry["title"],
                "Figure": entry["figure_title"],
                "Difference": entry["value"],
                "95 % from": entry["low"],
                "95 % to": entry["high"],
                "p (Holm)": entry["p_holm"],
            }
            for entry in differences
        ]
    )
