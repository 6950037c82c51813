"""Figures of the model page: training curves, and rivals beside each other with intervals."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from palette import CMR, GREY, OKABE_ITO

from charts.style import bare


def training_curves(history: pd.DataFrame, columns: Sequence[str], title: str) -> go.Figure:
    """One line a column against the epoch.

    Args:
        history: a row an epoch, with a column ``epoch``.
        columns: which to draw; absent ones are left out.
        title: what the vertical axis shows.
    """
    figure = go.Figure()
    for number, column in enumerate(c for c in columns if c in history):
        kept = history[["epoch", column]].dropna()
        figure.add_trace(
            go.Scatter(
                x=kept["epoch"],
                y=kept[column],
                mode="lines+markers",
                marker={"size": 4},
                line={"color": OKABE_ITO[(4, 0, 2, 5, 6, 1)[number % 6]]},
                name=column.replace("_", " "),
                hovertemplate=f"epoch %{{x}}: %{{y:.3f}}<extra>{column.replace('_', ' ')}</extra>",
            )
        )
    figure.update_xaxes(title="Epoch")
    figure.update_yaxes(title=title)
    bare(figure, 280, left=56, bottom=44, top=32)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    return figure


def comparison_bars(rows: pd.DataFrame, title: str) -> go.Figure:
    """Rivals as dots with intervals; the model first, its baselines in grey below.

    Args:
        rows: columns ``name``, ``value`` and, where known, ``low`` and ``high``.
        title: what is compared.
    """
    has_interval = {"low", "high"} <= set(rows.columns)
    colours = [CMR] + [GREY] * (len(rows) - 1)
    figure = go.Figure(
        go.Scatter(
            x=rows["value"],
            y=rows["name"],
            mode="markers",
            marker={"size": 10, "color": colours},
            name=title,
            error_x={
                "array": rows["high"] - rows["value"],
                "arrayminus": rows["value"] - rows["low"],
                "color": GREY,
            }
            if has_interval
            else None,
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title=title)
    return bare(figure, 80 + 30 * len(rows), left=140, bottom=44)
