"""One lead against time: as recorded, and as reconstructed by a masked autoencoder."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float32

from .palette import ECG, GREY
from .style import bare

Samples = Float32[np.ndarray, " samples"]


def filled_in_lead(
    truth: Samples, predicted: Samples, hidden: Bool[np.ndarray, " samples"], sample_rate_hz: float
) -> go.Figure:
    """Plot one lead with the recording in grey and the reconstruction of masked parts in colour.

    Args:
        truth: (samples,) in mV, as prepared by the recipe.
        predicted: (samples,) in mV; drawn where ``hidden`` is True.
        hidden: (samples,), True where the sample was masked.
        sample_rate_hz: of all three.
    """
    seconds = np.arange(len(truth)) / sample_rate_hz
    shown = np.where(hidden, predicted, np.nan)
    figure = go.Figure()
    for name, values, colour in (("recorded", truth, GREY), ("reconstructed", shown, ECG)):
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
    """Plot one lead as recorded, in mV."""
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
