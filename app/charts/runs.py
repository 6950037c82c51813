"""Curves of several training runs in one chart."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from .palette import OKABE_ITO
from .style import bare, in_chart

_COLOURS = (4, 0, 2, 5, 6, 1)
_DASHES = ("solid", "dash", "dot", "dashdot")


def run_curves(curves: Mapping[str, pd.Series], across: str, up: str) -> go.Figure:
    """Plot one figure of several runs, a line each, colours first and then dashes.

    Args:
        curves: name of the run → its values, the index being the step or the epoch.
        across: title of the horizontal axis.
        up: title of the vertical axis.
    """
    figure = go.Figure()
    for number, (name, curve) in enumerate(curves.items()):
        colour = OKABE_ITO[_COLOURS[number % len(_COLOURS)]]
        dash = _DASHES[number // len(_COLOURS) % len(_DASHES)]
        figure.add_trace(
            go.Scatter(
                x=curve.index,
                y=curve.to_numpy(),
                mode="lines+markers" if len(curve) < 40 else "lines",
                marker={"size": 5},
                line={"color": colour, "dash": dash, "width": 2},
                name=in_chart(name),
                hovertemplate=f"{across.lower()} %{{x}}: %{{y:.4g}}<extra>{in_chart(name)}</extra>",
            )
        )
    figure.update_xaxes(title=across, rangemode="tozero")
    figure.update_yaxes(title=in_chart(up))
    bare(figure, 320, left=60, bottom=44, top=36)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    return figure.update_layout(showlegend=len(curves) > 1, legend=legend)
