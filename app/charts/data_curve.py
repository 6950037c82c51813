"""Figure of methods against the number of subjects that they were trained on."""

from collections.abc import Mapping
from itertools import cycle

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from .palette import OKABE_ITO
from .style import bare, in_chart


def data_curves(panels: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Plot a line for each method with intervals, a panel for each figure, subjects on a log axis.

    Args:
        panels: title → a row for each method and size, with columns ``name``, ``subjects``,
            ``value``, ``low``, ``high``.
    """
    figure = make_subplots(1, len(panels), horizontal_spacing=0.08)
    names = list(dict.fromkeys(name for rows in panels.values() for name in rows["name"]))
    colour = dict(zip(names, cycle(OKABE_ITO), strict=False))
    for column, (title, rows) in enumerate(panels.items(), start=1):
        for name, points in rows.groupby("name", sort=False):
            trace = go.Scatter(
                x=points["subjects"],
                y=points["value"],
                mode="lines+markers",
                marker={"size": 7, "color": colour[str(name)]},
                line={"color": colour[str(name)]},
                error_y={
                    "array": points["high"] - points["value"],
                    "arrayminus": points["value"] - points["low"],
                    "thickness": 1,
                    "width": 3,
                },
                name=in_chart(str(name)),
                legendgroup=str(name),
                showlegend=column == 1,
                hovertemplate="%{x:,} subjects: %{y:.3f}<extra>" + in_chart(str(name)) + "</extra>",
            )
            figure.add_trace(trace, row=1, col=column)
        sizes = sorted(set(rows["subjects"]))
        figure.update_xaxes(
            type="log",
            title="Training subjects",
            tickvals=sizes,
            ticktext=[f"{size:,}" for size in sizes],
            row=1,
            col=column,
        )
        figure.update_yaxes(title=in_chart(title), nticks=5, row=1, col=column)
    bare(figure, 320, left=56, bottom=44, top=64)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.04, "yanchor": "bottom"}
    )
    return figure
