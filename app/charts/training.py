"""Figures of the model page: training curves, and methods compared with intervals."""

from collections.abc import Sequence
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from .palette import CMR, GREY, OKABE_ITO
from .style import bare, in_chart


def training_curves(history: pd.DataFrame, columns: Sequence[str], title: str) -> go.Figure:
    """Plot columns against the epoch, a line each.

    Args:
        history: a row per epoch, with a column ``epoch``.
        columns: columns to draw; absent ones are left out.
        title: of the vertical axis.
    """
    figure = go.Figure()
    for number, column in enumerate(c for c in columns if c in history):
        known = history[["epoch", column]].dropna()
        name = in_chart(column.replace("_", " "))
        figure.add_trace(
            go.Scatter(
                x=known["epoch"],
                y=known[column],
                mode="lines+markers",
                marker={"size": 4},
                line={"color": OKABE_ITO[(4, 0, 2, 5, 6, 1)[number % 6]]},
                name=name,
                hovertemplate=f"epoch %{{x}}: %{{y:.3f}}<extra>{name}</extra>",
            )
        )
    figure.update_xaxes(title="Epoch")
    figure.update_yaxes(title=title)
    bare(figure, 280, left=56, bottom=44, top=32)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    return figure


LINE = 24
"""Characters that fit on a line of the labels."""


def comparison_panels(panels: dict[str, pd.DataFrame]) -> go.Figure:
    """Plot methods as dots with intervals, a panel per metric, the baselines in grey.

    Args:
        panels: title → a row per method, the model first, with columns ``name``, ``value``,
            ``low``, ``high``; the names are the labels at the left.
    """
    figure = make_subplots(1, len(panels), shared_yaxes=True, horizontal_spacing=0.05)
    for column, (title, rows) in enumerate(panels.items(), start=1):
        trace = go.Scatter(
            x=rows["value"],
            y=rows["name"].map(in_chart),
            mode="markers",
            marker={"size": 10, "color": [CMR] + [GREY] * (len(rows) - 1)},
            name=title,
            error_x={
                "array": rows["high"] - rows["value"],
                "arrayminus": rows["value"] - rows["low"],
                "color": GREY,
            },
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
        figure.add_trace(trace, row=1, col=column)
        figure.update_xaxes(title=title, nticks=4, row=1, col=column)
    names = list(dict.fromkeys(name for rows in panels.values() for name in rows["name"]))
    labels = ["<br>".join(map(in_chart, wrap(name, LINE))) for name in names]
    figure.update_yaxes(
        autorange="reversed", tickvals=list(map(in_chart, names)), ticktext=labels, row=1, col=1
    )
    longest = max(len(rows) for rows in panels.values())
    return bare(figure, 80 + 30 * longest, left=150, bottom=44)
