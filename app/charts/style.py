"""Layout shared by all figures: transparent, without title, text of the theme."""

import plotly.graph_objects as go

from .palette import GREY

_JOINER = "\u2060"
"""Word joiner: it takes no width and breaks no line."""


def in_chart(text: str) -> str:
    """Escape text of a file for a chart, which would read tags and templates in it.

    >>> in_chart("<a href='p'>%{x}</a>")
    "&lt;a href='p'&gt;%\u2060{x}&lt;/a&gt;"
    """
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("%{", f"%{_JOINER}{{")


def bare(
    figure: go.Figure,
    height_px: int,
    *,
    left: int = 8,
    bottom: int = 8,
    top: int = 8,
    right: int = 8,
) -> go.Figure:
    """Apply the shared layout to a figure and return it."""
    figure.update_layout(
        height=height_px,
        margin={"l": left, "r": right, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        hoverlabel={"namelength": -1},
    )
    # Streamlit's template lets labels push the margins, for which plotly lays out everything twice.
    figure.update_xaxes(automargin=False)
    figure.update_yaxes(automargin=False)
    return figure


def name_axes(figure: go.Figure, across: str, up: str, row: int, column: int) -> None:
    """Set small axis titles of one panel, close to it."""
    small = {"font": {"size": 11}, "standoff": 4}
    figure.update_xaxes(title={"text": across, **small}, row=row, col=column)
    figure.update_yaxes(title={"text": up, **small}, row=row, col=column)


def identity_line(low: float, high: float) -> go.Scatter:
    """Return the dashed line of perfect agreement."""
    ends = [low, high]
    return go.Scatter(
        x=ends,
        y=ends,
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
        name="identity",
    )
