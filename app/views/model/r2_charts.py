"""What the panels share: a figure with its interval, and R² of three phenotypes as dots."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ptacl.phenotypes import HEADLINE, phenotype, phenotypes_in
from ptacl.wording import number

from ... import charts


def spread(entry: dict[str, float], digits: int = 2) -> str:
    """A value and its interval.

    >>> spread({"value": 0.1, "low": -0.02, "high": 0.21})
    '0.10 (−0.02–0.21)'
    """
    value, low, high = (number(entry[part], digits) for part in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def r2_charts(entries: dict[str, dict[str, dict[str, float]]], name: str) -> None:
    """R² of three phenotypes: of each reader, the first being the model, value and interval."""
    panels = {}
    for key in (entry.key for entry in phenotypes_in(HEADLINE)):
        rows = [
            {"name": reader, **{part: found[key][part] for part in ("value", "low", "high")}}
            for reader, found in entries.items()
            if key in found
        ]
        if rows:
            panels[f"R² of {phenotype(key).name}"] = pd.DataFrame(rows)
    if panels:
        st.plotly_chart(
            _drawn(panels),
            key=name,
            alt=". ".join(f"{title}: {_spoken(rows)}" for title, rows in panels.items()),
            config={"displayModeBar": False},
        )


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(panels: dict[str, pd.DataFrame]) -> go.Figure:
    return charts.comparison_panels(panels)


def _spoken(rows: pd.DataFrame) -> str:
    return "; ".join(f"{row.name} {row.value:.2f}" for row in rows.itertuples(index=False))
