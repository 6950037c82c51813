"""Panel of the methods against the number of subjects that they were trained on."""

from dataclasses import asdict

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.reporting.data_curve import CURVE_FIGURES, curve_points, describe_curve

from ... import charts
from ...layout import page
from ...layout.saved_chart import chart
from ...text.labels import literal


def section(comparison: BenchmarkReport | None) -> None:
    """Show the record of `ptacl compare --fewer --record`; nothing without one."""
    if comparison is None or not comparison.fewer:
        return
    page.section("What more data would bring", literal(describe_curve(comparison)))
    rows = pd.DataFrame([asdict(point) for point in curve_points(comparison)])
    panels = {
        figure.title: rows[rows["figure"] == figure.key]
        for figure in CURVE_FIGURES
        if (rows["figure"] == figure.key).any()
    }
    chart(
        _drawn(panels),
        key="data_curve",
        alt=". ".join(f"{title}: {_describe(points)}" for title, points in panels.items()),
    )
    if panel := page.fold("As a table", "data_curve_table"):
        panel.dataframe(rows, hide_index=True)


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(panels: dict[str, pd.DataFrame]) -> go.Figure:
    return charts.data_curves(panels)


def _describe(points: pd.DataFrame) -> str:
    return "; ".join(
        f"{row.name} {row.value:.2f} with {row.subjects:,}"
        for row in points.itertuples(index=False)
    )
