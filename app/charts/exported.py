"""What leaves the page with a chart: its caption, its badge, and its values as a table."""

import pandas as pd
import plotly.graph_objects as go

from .palette import GREY

_LINE_PX = 18
"""Height of the caption's line below the chart."""


def captioned(figure: go.Figure, caption: str, badge: str) -> go.Figure:
    """Return a copy with a caption below it, which a saved picture keeps.

    Args:
        figure: without a title.
        caption: what it shows.
        badge: the mark of simulated hearts; empty for real ones.
    """
    text = f"{caption} · {badge}" if badge else caption
    copy = go.Figure(figure)
    margin = copy.layout.margin.b or 0
    height = {"height": copy.layout.height + _LINE_PX} if copy.layout.height else {}
    return copy.update_layout(
        title={
            "text": text, "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom",
            "yref": "container", "font": {"size": 10, "color": GREY}, "pad": {"l": 4, "b": 4},
        },
        margin={"b": margin + _LINE_PX},
        **height,
    )  # fmt: skip


def trace_table(figure: go.Figure) -> pd.DataFrame:
    """Return the values of a chart, a row a point.

    Columns: ``trace``, ``x``, ``y``, and for error bars ``x_low``, ``x_high``, ``y_low``,
    ``y_high``.
    """
    parts = [_points(trace) for trace in figure.data if trace.y is not None]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["trace"])


def _points(trace: go.Scatter) -> pd.DataFrame:
    y = pd.Series(list(trace.y))
    x = pd.Series(list(trace.x) if trace.x is not None else range(len(y)))
    table = pd.DataFrame({"trace": trace.name or "", "x": x, "y": y})
    for axis, values in (("x", x), ("y", y)):
        bars = getattr(trace, f"error_{axis}", None)
        if bars is not None and bars.array is not None:
            above = pd.Series(list(bars.array))
            below = above if bars.arrayminus is None else pd.Series(list(bars.arrayminus))
            table[f"{axis}_low"], table[f"{axis}_high"] = values - below, values + above
    return table
