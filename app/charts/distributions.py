"""Figures that set the neighbours of a query against everyone else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from palette import CMR, ECG, GREY
from plotly.subplots import make_subplots

from charts.style import bare

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Strip:
    """One phenotype of the query and of those like it."""

    name: str
    unit: str
    everyone: Values
    neighbours: Float[np.ndarray, " neighbours"]
    measured: float | None
    predicted: tuple[float, float, float] | None
    """Value, low, high."""


def neighbour_strips(strips: Sequence[Strip]) -> go.Figure:
    """A panel a phenotype: cohort as a grey histogram, neighbours as blue ticks and their mean,
    the query's measurement as a hollow diamond and its prediction as a filled disc with whisker.
    """
    columns = 3
    figure = make_subplots(
        rows=-(-len(strips) // columns),
        cols=columns,
        vertical_spacing=0.13,
        horizontal_spacing=0.05,
        subplot_titles=[f"<b>{s.name}</b> {s.unit}" for s in strips],
    )
    for number, strip in enumerate(strips):
        for trace in _strip(strip):
            figure.add_trace(trace, row=number // columns + 1, col=number % columns + 1)
    figure.update_yaxes(visible=False, range=[-0.75, 1.05])
    figure.update_xaxes(showgrid=False)
    figure.update_annotations(font={"size": 13})
    return bare(figure, 150 * (-(-len(strips) // columns)) + 40, top=28, bottom=24)


def _strip(strip: Strip) -> list[go.Scatter | go.Bar]:
    traces = [_everyone(strip), _neighbours(strip)]
    if strip.predicted is not None:
        traces.append(_prediction(strip.predicted, strip.unit))
    if strip.measured is not None:
        traces.append(_measurement(strip.measured, strip.unit))
    return traces


def _everyone(strip: Strip) -> go.Bar:
    counts, edges = np.histogram(strip.everyone[np.isfinite(strip.everyone)], bins=24)
    return go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts / max(counts.max(), 1),
        width=edges[1] - edges[0],
        marker={"color": GREY, "opacity": 0.35, "line": {"width": 0}},
        name="gallery",
        customdata=counts,
        hovertemplate="%{x:.0f}: %{customdata} hearts<extra></extra>",
    )


def _neighbours(strip: Strip) -> go.Scatter:
    return go.Scatter(
        x=strip.neighbours,
        y=[-0.18] * len(strip.neighbours),
        mode="markers",
        marker={"symbol": "line-ns", "size": 12, "line": {"color": CMR, "width": 2}},
        name="neighbour",
        hovertemplate=f"neighbour %{{x:.0f}} {strip.unit}<extra></extra>",
    )


def _prediction(predicted: tuple[float, float, float], unit: str) -> go.Scatter:
    value, low, high = predicted
    return go.Scatter(
        x=[value],
        y=[-0.5],
        mode="markers",
        marker={"size": 10, "color": ECG},
        error_x={"array": [high - value], "arrayminus": [value - low], "color": ECG},
        name="predicted from the ECG",
        hovertemplate=f"predicted %{{x:.0f}} {unit}<extra></extra>",
    )


def _measurement(value: float, unit: str) -> go.Scatter:
    return go.Scatter(
        x=[value],
        y=[-0.5],
        mode="markers",
        name="measured",
        marker={"symbol": "diamond-open", "size": 12, "color": CMR, "line": {"width": 2}},
        hovertemplate=f"measured %{{x:.0f}} {unit}<extra></extra>",
    )
