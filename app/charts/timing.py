"""Figure of the alignment error against the phase of the beat."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from ptacl.metrics.alignment import ErrorsByPhase

from .palette import CMR, ECG, GREY
from .style import bare

Phases = Float[np.ndarray, " bins"]


def error_by_phase(
    subject_errors: Float[np.ndarray, " bins"], cohort: ErrorsByPhase, chance_frames: float
) -> go.Figure:
    """Plot the errors of one subject over the median and the band of the cohort.

    Args:
        subject_errors: (bins,) in frames.
        cohort: percentiles over the subjects, each (bins,), in frames.
        chance_frames: error by chance, drawn as a dashed line.
    """
    phase = np.arange(len(subject_errors)) / len(subject_errors)
    figure = go.Figure([*_band(phase, cohort), _median(phase, cohort), _own(phase, subject_errors)])
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


def _band(phase: Phases, cohort: ErrorsByPhase) -> list[go.Scatter]:
    """Return the band from the 10th to the 90th percentile, as two lines with a fill."""
    edge = {"x": phase, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    filled = {"fill": "tonexty", "fillcolor": "rgba(43,108,176,0.18)"}
    return [
        go.Scatter(y=cohort.low, showlegend=False, name="10 %", **edge),
        go.Scatter(y=cohort.high, name="cohort, 10–90 %", **filled, **edge),
    ]


def _median(phase: Phases, cohort: ErrorsByPhase) -> go.Scatter:
    return go.Scatter(
        x=phase,
        y=cohort.median,
        mode="lines",
        name="cohort, median",
        line={"color": CMR, "width": 1.5},
        hovertemplate="phase %{x:.2f}<br>median %{y:.1f} frames<extra></extra>",
    )


def _own(phase: Phases, errors: Float[np.ndarray, " bins"]) -> go.Scatter:
    return go.Scatter(
        x=phase,
        y=errors,
        mode="lines+markers",
        name="this pair",
        line={"color": ECG, "width": 1.5},
        marker={"size": 4},
        hovertemplate="phase %{x:.2f}<br>this pair %{y:.0f} frames<extra></extra>",
    )
