"""What the panels share: a figure with its interval, and R² of three phenotypes as dots."""

import charts
import pandas as pd
import streamlit as st

from ptacl.phenotypes import phenotype


def spread(entry: dict[str, float], digits: int = 2) -> str:
    """A value and its interval."""
    return f"{entry['value']:.{digits}f} ({entry['low']:.{digits}f}–{entry['high']:.{digits}f})"


def r2_charts(entries: dict[str, dict[str, dict[str, float]]], name: str) -> None:
    """R² of three phenotypes: of each reader, the first being the model, value and interval."""
    columns = st.columns(3, gap="medium")
    for column, key in zip(columns, ("lvedv_ml", "lvef_pct", "lvm_g"), strict=True):
        rows = [
            {"name": reader, **{part: found[key][part] for part in ("value", "low", "high")}}
            for reader, found in entries.items()
            if key in found
        ]
        if rows:
            title = f"R² of {phenotype(key).name}"
            column.plotly_chart(
                charts.comparison_bars(pd.DataFrame(rows), title),
                key=f"{name}-{key}",
                alt="; ".join(f"{r['name']} {r['value']:.2f}" for r in rows),
                config={"displayModeBar": False},
            )
