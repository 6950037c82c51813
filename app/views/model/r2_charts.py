"""Shared by the panels: a value with its interval, and charts of R² of three phenotypes."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ptacl.checkpoint.reports.figures import WithInterval
from ptacl.phenotypes import HEADLINE, phenotype, phenotypes_in
from ptacl.wording import number

from ... import charts
from ...layout.saved_chart import chart


def spread(figure: WithInterval, digits: int = 2) -> str:
    """Format a value and its interval.

    >>> from ptacl.stats.bootstrap import Interval
    >>> spread(Interval(0.1, -0.02, 0.21))
    '0.10 (−0.02–0.21)'
    """
    value, low, high = (number(part, digits) for part in (figure.value, figure.low, figure.high))
    return f"{value} ({low}–{high})"


def r2_charts(entries: Mapping[str, Mapping[str, WithInterval]], name: str) -> None:
    """Show R² of three phenotypes with intervals.

    Args:
        entries: method, the model first → phenotype key → R² with its interval.
        name: key of the chart.
    """
    panels = {}
    for key in (entry.key for entry in phenotypes_in(HEADLINE)):
        rows = [
            {
                "name": method,
                "value": figures[key].value,
                "low": figures[key].low,
                "high": figures[key].high,
            }
            for method, figures in entries.items()
            if key in figures
        ]
        if rows:
            panels[f"R² of {phenotype(key).name}"] = pd.DataFrame(rows)
    if panels:
        chart(
            _drawn(panels),
            key=name,
            alt=". ".join(f"{title}: {_describe(rows)}" for title, rows in panels.items()),
        )


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(panels: dict[str, pd.DataFrame]) -> go.Figure:
    return charts.comparison_panels(panels)


def _describe(rows: pd.DataFrame) -> str:
    return "; ".join(f"{row.name} {row.value:.2f}" for row in rows.itertuples(index=False))
