"""Colours and the bare layout that all figures share: transparent, no title, theme's own text."""

import plotly.graph_objects as go

ECG = "#C8403A"
CMR = "#2B6CB0"
GREY = "#8A8F98"
BAND = "rgba(138,143,152,0.22)"
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#8A8F98")
SEQUENTIAL = "Cividis"
DIVERGING = "PuOr"


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


def ring(x: float, y: float, name: str = "this ECG") -> list[go.Scatter]:
    """The query: a black ring with a white halo, visible on light and dark ground."""
    marks = (("white", 7), ("black", 3))
    return [
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            name=name,
            hovertemplate=f"{name}<extra></extra>",
            marker={
                "size": 16,
                "color": "rgba(0,0,0,0)",
                "line": {"color": colour, "width": width},
            },
        )
        for colour, width in marks
    ]
