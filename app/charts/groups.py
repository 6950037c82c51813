"""Figures of groups side by side: effects, distributions, median beats, a walk between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from palette import CMR, ECG, GREY, GROUPS
from plotly.subplots import make_subplots

from charts.style import bare
from ptacl.groups.pictures import GroupBeat
from ptacl.types import LEADS

DASHES = ("solid", "dash", "dot", "dashdot")
BINS = 16
_EVERY = 2  # samples of a beat that are drawn: at 500 Hz still finer than a pixel
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}


@dataclass(frozen=True, slots=True)
class Effects:
    """One group's effects, an entry a row of the figure: value, low, high."""

    name: str
    colour: str
    matched: bool
    """Of matched pairs: drawn hollow."""
    values: Sequence[tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class Beats:
    """One group's beat and how it is drawn."""

    title: str
    colour: str
    beat: GroupBeat


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One phenotype along a walk, an entry a step; NaN where unknown."""

    title: str
    shown: Float[np.ndarray, " steps"]
    """Measured in the hearts shown."""
    near: Float[np.ndarray, " steps"]
    """Mean of what was measured in the hearts around each step."""
    near_error: Float[np.ndarray, " steps"]
    predicted: Float[np.ndarray, " steps"]
    """Mean of what the ECGs of the same hearts predict."""


def forest(rows: Sequence[str], series: Sequence[Effects], axis: str) -> go.Figure:
    """Effects with their intervals, a row a measurement, the series of a row under each other."""
    figure = go.Figure()
    places = np.arange(len(rows), dtype=float)
    for number, one in enumerate(series):
        value, low, high = np.array(one.values, dtype=float).reshape(-1, 3).T
        offset = (number - (len(series) - 1) / 2) * 0.7 / max(len(series), 2)
        figure.add_trace(
            go.Scatter(
                x=value,
                y=places + offset,
                mode="markers",
                name=one.name,
                marker={
                    "size": 9,
                    "color": one.colour,
                    "symbol": "diamond-open" if one.matched else "circle",
                    "line": {"width": 2 if one.matched else 0, "color": one.colour},
                },
                error_x={
                    "array": high - value, "arrayminus": value - low, "color": one.colour,
                    "thickness": 1.5, "width": 3,
                },
                customdata=np.stack([np.asarray(rows, dtype=object), low, high], axis=1),
                hovertemplate="%{customdata[0]}: g %{x:.2f} "
                "(%{customdata[1]:.2f} to %{customdata[2]:.2f})",
            )
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    figure.update_yaxes(
        tickvals=places, ticktext=list(rows), range=[len(rows) - 0.4, -0.6], zeroline=False
    )
    figure.update_xaxes(title=axis, zeroline=False)
    bare(figure, 90 + 30 * len(rows), left=150, bottom=48, top=32)
    return figure.update_layout(showlegend=True, legend=_LEGEND)


def group_distributions(groups: Mapping[str, Float[np.ndarray, " _"]], title: str) -> go.Figure:
    """Share of each group in the same bins, as outlines in the groups' order."""
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
                name=name,
                line={"color": GROUPS[number], "shape": "hv", "dash": DASHES[number]},
                fill="tozeroy",
                fillcolor=_faint(GROUPS[number]),
                hovertemplate="%{x:.1f}: %{y:.0f} % of the group",
            )
        )
    figure.update_xaxes(title=title)
    figure.update_yaxes(title="Share of the group (%)", rangemode="tozero")
    bare(figure, 280, left=52, bottom=44, top=32)
    return figure.update_layout(showlegend=True, legend=_LEGEND)


def group_beats(
    groups: Sequence[Beats], sample_rate_hz: float, before_s: float, unit: str
) -> go.Figure:
    """The median beat of each group over its band, lead by lead, 3 × 4 as on paper."""
    figure = make_subplots(
        rows=3,
        cols=4,
        shared_xaxes=True,
        shared_yaxes="all",
        horizontal_spacing=0.02,
        vertical_spacing=0.06,
        subplot_titles=[LEADS[3 * column + row] for row in range(3) for column in range(4)],
    )
    for number, group in enumerate(groups):
        samples = np.arange(0, group.beat.median.shape[1], _EVERY)
        time_ms = np.round(1000 * (samples / sample_rate_hz - before_s), 1)
        for lead in range(len(LEADS)):
            where = {"row": lead % 3 + 1, "col": lead // 3 + 1}
            for trace in _beat(group, number, lead, samples, time_ms, unit):
                figure.add_trace(trace, **where)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_xaxes(title="ms after the R wave", row=3)
    figure.update_yaxes(zeroline=False)
    figure.update_yaxes(title=unit, col=1)
    figure.update_annotations(font={"size": 12})
    bare(figure, 560, left=48, bottom=44, top=56)
    return figure.update_layout(showlegend=True, legend=_LEGEND | {"y": 1.05})


def _beat(
    group: Beats,
    number: int,
    lead: int,
    samples: np.ndarray,
    time_ms: np.ndarray,
    unit: str,
) -> list[go.Scatter]:
    low, median, high = (
        np.round(part[lead, samples].astype(np.float64), 3)
        for part in (group.beat.low, group.beat.median, group.beat.high)
    )
    common = {"mode": "lines", "legendgroup": group.title}
    return [
        go.Scatter(
            x=np.concatenate([time_ms, time_ms[::-1]]),
            y=np.concatenate([high, low[::-1]]),
            fill="toself",
            fillcolor=_faint(group.colour),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            **common,
        ),
        go.Scatter(
            x=time_ms,
            y=median,
            name=group.title,
            line={"color": group.colour, "width": 1.8, "dash": DASHES[number]},
            showlegend=lead == 0,
            hovertemplate=f"{LEADS[lead]}, %{{x:.0f}} ms: %{{y:.2f}} {unit}",
            **common,
        ),
    ]


def along_walk(paths: Sequence[Path]) -> go.Figure:
    """Phenotypes against the step: hearts shown, the mean around each step, and its prediction."""
    figure = make_subplots(
        rows=1,
        cols=len(paths),
        horizontal_spacing=0.06,
        subplot_titles=[f"<b>{path.title}</b>" for path in paths],
    )
    for column, path in enumerate(paths, start=1):
        for trace in _path(path, legend=column == 1):
            figure.add_trace(trace, row=1, col=column)
    figure.update_xaxes(title="Step", dtick=1, showgrid=False)
    figure.update_annotations(font={"size": 13})
    bare(figure, 300, left=40, bottom=44, top=64)
    return figure.update_layout(showlegend=True, legend=_LEGEND | {"y": 1.14})


def _path(path: Path, *, legend: bool) -> list[go.Scatter]:
    step = np.arange(1, len(path.shown) + 1)
    hover = f"step %{{x}}: {path.title} %{{y:.0f}}"
    lines = (
        ("mean of the hearts around the step", path.near, CMR, "solid"),
        ("the same, predicted from their ECGs", path.predicted, ECG, "dash"),
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


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.16)"
