"""Figure of the strain of groups over the beat."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from ptacl.stats.mean_curve import MeanCurve

from .groups import DASHES, LEGEND, faint
from .palette import GREY, GROUPS
from .style import bare, in_chart


@dataclass(frozen=True, slots=True, eq=False)
class GroupCurve:
    """Mean curve of a group; ``number`` is its place among the groups."""

    title: str
    number: int
    curve: MeanCurve


def strain_by_group(groups: Sequence[GroupCurve], axis: str) -> go.Figure:
    """Plot the mean curve of each group with its band, from one R wave to the next.

    Args:
        groups: at least one.
        axis: title of the vertical axis.
    """
    figure = go.Figure()
    for group in groups:
        phase, mean = _closed(group.curve.mean)
        colour = GROUPS[group.number]
        if np.isfinite(group.curve.low).all():
            figure.add_trace(_band(group.curve, colour))
        figure.add_trace(
            go.Scatter(
                x=phase,
                y=mean,
                mode="lines",
                name=f"{in_chart(group.title)} ({group.curve.subjects})",
                line={"color": colour, "dash": DASHES[group.number], "width": 2},
                hovertemplate="phase %{x:.2f}: %{y:.1f} %",
            )
        )
    figure.add_hline(y=0, line={"color": GREY, "width": 1})
    figure.update_xaxes(title="Phase of the beat (0 = R wave)", range=[0, 1])
    figure.update_yaxes(title=axis, zeroline=False)
    bare(figure, 300, left=52, bottom=44, top=32)
    return figure.update_layout(showlegend=True, legend=LEGEND)


def _band(curve: MeanCurve, colour: str) -> go.Scatter:
    phase, low = _closed(curve.low)
    _, high = _closed(curve.high)
    return go.Scatter(
        x=np.concatenate([phase, phase[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=faint(colour),
        hoverinfo="skip",
        showlegend=False,
    )


def _closed(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return phases and values with the first value again at the next R wave."""
    return np.arange(len(values) + 1) / len(values), np.append(values, values[0])
