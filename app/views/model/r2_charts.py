"""Shared by the panels: a value with its interval, and charts of R² of three phenotypes."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ptacl.phenotypes import phenotype

from ... import charts


def spread(entry: dict[str, float], digits: int = 2) -> str:
    """Format a value and its interval.

    >>> spread({"value": 0.1, "low": -0.02, "high": 0.21})
    '0.10 (−0.02–0.21)'
    """
    value, low, high = (f"{entry[part]:.{digits}f}" for part in ("value", "low", "high"))
    return f"{value} ({low}–{high})".replace("-", "−")


def r2_charts(entries: dict[str, dict[str, dict[str, float]]], name: str) -> None:
    """Show R² of three phenotypes with intervals.

    Args:
        entries: method, the model first → phenotype key → ``value``, ``low``, ``high``.
        name: key of the chart.
    """
    panels = {}
    for key in ("lvedv_ml", "lvef_pct", "lvm_g"):
        rows = [
            {"name": method, **{part: scores[key][part] for part in ("value", "low", "high")}}
            for method, scores in entries.items()
            if key in scores
        ]
        if rows:
            panels[f"R² of {phenotype(key).name}"] = pd.DataFrame(rows)
    if panels:
        st.plotly_chart(
            _drawn(panels),
            key=name,
            alt=". ".join(f"{title}: {_describe(rows)}" for title, rows in panels.items()),
            config={"displayModeBar": False},
        )


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(panels: dict[str, pd.DataFrame]) -> go.Figure:
    return charts.comparison_panels(panels)


def _describe(rows: pd.DataFrame) -> str:
    return "; ".join(f"{row.name} {row.value:.2f}" for row in rows.itertuples(index=False))
