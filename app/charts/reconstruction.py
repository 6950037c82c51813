"""One lead against time: as recorded, and what a masked encoder filled in over the truth."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float32

from .palette import ECG, GREY
from .style import bare

Samples = Float32[np.ndarray, " samples"]


def filled_in_lead(
    truth: Samples, predicted: Samples, hidden: Bool[np.ndarray, " samples"], sample_rate_hz: float
) -> go.Figure:
    """One lead: the recording in grey, and what was said of the hidden parts in colour.

    Args:
        truth: in mV, as the recipe leaves it.
        predicted: the same of every sample; drawn where it was asked for.
        hidden: True where the encoder did not see the sample.
        sample_rate_hz: of all three.
    """
    seconds = np.arange(len(truth)) / sample_rate_hz
    shown = np.where(hidden, predicted, np.nan)
    figure = go.Figure()
    for name, values, colour in (("recorded", truth, GREY), ("filled in", shown, ECG)):
        figure.add_trace(
            go.Scatter(
                x=seconds,
                y=values,
                mode="lines",
                line={"color": colour, "width": 1.5},
                name=name,
                hovertemplate=f"%{{x:.2f}} s: %{{y:.2f}} mV<extra>{name}</extra>",
            )
        )
    figure.update_xaxes(title="Time (s)")
    figure.update_yaxes(title="mV")
    bare(figure, 260, left=56, bottom=44, top=32)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    return figure


def lead_strip(lead_mv: Samples, sample_rate_hz: float) -> go.Figure:
    """One lead as recorded, in mV."""
    figure = go.Figure(
        go.Scatter(
            x=np.arange(len(lead_mv)) / sample_rate_hz,
            y=lead_mv,
            mode="lines",
            line={"color": ECG, "width": 1.25},
            hovertemplate="%{x:.2f} s: %{y:.2f} mV<extra></extra>",
        )
    )
    figure.update_xaxes(title="Time (s)")
    figure.update_yaxes(title="mV")
    return bare(figure, 260, left=56, bottom=44)
