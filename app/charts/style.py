"""The bare layout that all figures share: transparent, no title, theme's own text."""

import plotly.graph_objects as go

SEQUENTIAL = "Cividis"


def bare(
    figure: go.Figure, height_px: int, *, left: int = 8, bottom: int = 8, top: int = 8
) -> go.Figure:
    """Give a figure the shared layout and return it."""
    figure.update_layout(
        height=height_px,
        margin={"l": left, "r": 8, "t": top, "b": bottom},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        hoverlabel={"namelength": -1},
    )
    return figure
