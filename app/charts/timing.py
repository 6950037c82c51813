"""Figures of the alignment: similarity of ECG segments and cine frames, and errors by phase."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from palette import CMR, ECG, GREY

from charts.style import SEQUENTIAL, bare

Similarity = Float[np.ndarray, "bins frames"]


def heat_map(similarity: Similarity, *, height_px: int = 190) -> go.Figure:
    """Segments down, frames across, cividis; the diagonal is where the beat matches itself."""
    bins, frames = similarity.shape
    figure = go.Figure(
        go.Heatmap(
            z=similarity,
            colorscale=SEQUENTIAL,
            showscale=False,
            name="similarity",
            hovertemplate="ECG segment %{y}, frame %{x}<br>similarity %{z:.2f}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[0, frames - 1],
            y=[0, bins - 1],
            mode="lines",
            hoverinfo="skip",
            line={"color": "white", "width": 1, "dash": "dot"},
            name="diagonal",
        )
    )
    figure.update_yaxes(autorange="reversed", visible=False, constrain="domain")
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(scaleanchor="x")
    return bare(figure, height_px)


def error_by_phase(
    subject_errors: Float[np.ndarray, " bins"],
    cohort_mean: Float[np.ndarray, " bins"],
    chance_frames: float,
) -> go.Figure:
    """Alignment error of one subject over that of the cohort, against the phase of the beat."""
    phase = np.arange(len(subject_errors)) / len(subject_errors)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=phase,
            y=cohort_mean,
            mode="lines",
            name="cohort mean",
            fill="tozeroy",
            line={"color": CMR, "width": 1},
            fillcolor="rgba(43,108,176,0.18)",
            hovertemplate="phase %{x:.2f}<br>cohort %{y:.1f} frames<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=phase,
            y=subject_errors,
            mode="lines+markers",
            name="this subject",
            line={"color": ECG, "width": 1.5},
            marker={"size": 4},
            hovertemplate="phase %{x:.2f}<br>this subject %{y:.0f} frames<extra></extra>",
        )
    )
    figure.add_hline(
        y=chance_frames,
        line={"color": GREY, "width": 1, "dash": "dash"},
        annotation_text=f"chance {chance_frames:g}",
        annotation_position="top right",
    )
    figure.update_xaxes(title="Phase of the beat (0 = R wave)", range=[0, 1])
    figure.update_yaxes(title="Error (frames)", rangemode="tozero")
    bare(figure, 260, left=56, bottom=44, top=28)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}
    )
    return figure
