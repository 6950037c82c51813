"""Figures that compare groups: effect sizes, distributions, and a path between two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from plotly.subplots import make_subplots

from .palette import CMR, ECG, GREY, GROUPS
from .style import bare, in_chart

DASHES = ("solid", "dash", "dot", "dashdot")
BINS = 16
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


@dataclass(frozen=True, slots=True)
class Effects:
    """Effect sizes of one group, in the order of the figure's rows: value, low, high."""

    name: str
    colour: str
    matched: bool
    """Whether they come from matched pairs, which are drawn hollow."""
    values: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One phenotype along the path between two groups, an entry per step; NaN where unknown."""

    title: str
    shown: Float[np.ndarray, " steps"]
    """Measured in the heart shown at each step."""
    near: Float[np.ndarray, " steps"]
    """Mean of the measurements in the nearest hearts of each step."""
    near_error: Float[np.ndarray, " steps"]
    predicted: Float[np.ndarray, " steps"]
    """Mean of the predictions from the ECGs of the same hearts."""


def forest(rows: Sequence[str], series: Sequence[Effects], axis: str) -> go.Figure:
    """Plot effect sizes with intervals, a row per measurement, the series one below the other."""
    figure = go.Figure()
    positions = np.arange(len(rows), dtype=float)
    labels = list(map(in_chart, rows))
    for number, effects in enumerate(series):
        value, low, high = np.array(effects.values, dtype=float).reshape(-1, 3).T
        offset = (number - (len(series) - 1) / 2) * 0.7 / max(len(series), 2)
        figure.add_trace(
            go.Scatter(
                x=value,
                y=positions + offset,
                mode="markers",
                name=in_chart(effects.name),
                marker={
                    "size": 9,
                    "color": effects.colour,
                    "symbol": "diamond-open" if effects.matched else "circle",
                    "line": {"width": 2 if effects.matched else 0, "color": effects.colour},
                },
                error_x={
                    "array": high - value, "arrayminus": value - low, "color": effects.colour,
                    "thickness": 1.5, "width": 3,
                },
                customdata=np.stack([np.asarray(labels, dtype=object), low, high], axis=1),
                hovertemplate="%{customdata[0]}: g %{x:.2f} "
                "(%{customdata[1]:.2f} to %{customdata[2]:.2f})",
            )
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    figure.update_yaxes(
        tickvals=positions, ticktext=labels, range=[len(rows) - 0.4, -0.6], zeroline=False
    )
    figure.update_xaxes(title=in_chart(axis), zeroline=False)
    bare(figure, 90 + 30 * len(rows), left=150, bottom=48, top=32)
    return figure.update_layout(showlegend=True, legend=LEGEND)


def group_distributions(groups: Mapping[str, Float[np.ndarray, " _"]], title: str) -> go.Figure:
    """Plot the distribution of each group over common bins as outlines."""
    known = {name: values[np.isfinite(values)] for name, values in groups.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(known.values())), bins=BINS)
    figure = go.Figure()
    for number, (name, values) in enumerate(known.items()):
        counts, _ = np.histogram(values, edges)
        figure.add_trace(
            go.Scatter(
                x=edges,
                y=np.append(100 * counts / max(len(values), 1), 0),
                mode="lines",
                name=in_chart(name),
                line={"color": GROUPS[number], "shape": "hv", "dash": DASHES[number]},
                fill="tozeroy",
                fillcolor=faint(GROUPS[number]),
                hovertemplate="%{x:.1f}: %{y:.0f} % of the group",
            )
        )
    figure.update_xaxes(title=in_chart(title))
    figure.update_yaxes(title="Share of the group (%)", rangemode="tozero")
    bare(figure, 280, left=52, bottom=44, top=32)
    return figure.update_layout(showlegend=True, legend=LEGEND)


def path_chart(paths: Sequence[Path]) -> go.Figure:
    """Plot phenotypes against the step: heart shown, mean of the nearest hearts, prediction."""
    figure = make_subplots(
        rows=1,
        cols=len(paths),
        horizontal_spacing=0.06,
        subplot_titles=[f"<b>{in_chart(path.title)}</b>" for path in paths],
    )
    for column, path in enumerate(paths, start=1):
        for trace in _path(path, legend=column == 1):
            figure.add_trace(trace, row=1, col=column)
    figure.update_xaxes(title="Step", dtick=1, showgrid=False)
    figure.update_annotations(font={"size": 13})
    bare(figure, 300, left=40, bottom=44, top=64)
    return figure.update_layout(showlegend=True, legend=LEGEND | {"y": 1.14})


def _path(path: Path, *, legend: bool) -> list[go.Scatter]:
    step = np.arange(1, len(path.shown) + 1)
    hover = f"step %{{x}}: {in_chart(path.title)} %{{y:.0f}}"
    lines = (
        ("mean of the nearest hearts", path.near, CMR, "solid"),
        ("mean predicted from their ECGs", path.predicted, ECG, "dash"),
    )
    traces = [
        go.Scatter(
            x=step,
            y=values,
            mode="lines",
            name=name,
            legendgroup=name,
            showlegend=legend,
            line={"color": colour, "dash": dash, "width": 2},
            error_y={"array": 1.96 * path.near_error, "thickness": 1, "width": 3}
            if colour == CMR
            else None,
            hovertemplate=hover,
        )
        for name, values, colour, dash in lines
    ]
    return [
        *traces,
        go.Scatter(
            x=step,
            y=path.shown,
            mode="markers",
            name="measured in the heart shown",
            legendgroup="shown",
            showlegend=legend,
            marker={"symbol": "diamond-open", "size": 10, "color": CMR, "line": {"width": 2}},
            hovertemplate=hover,
        ),
    ]


def faint(colour: str) -> str:
    """Return a colour as the translucent fill of a band."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
