"""Calibration figures: predicted against measured values, coverage, and errors by subgroup."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ptacl.metrics import CalibrationBin
from ptacl.phenotypes import Phenotype

from .palette import CMR, GREY
from .style import bare, identity_line, name_axes

NOMINAL_COVERAGE = 0.9


def value_calibration(bins: Sequence[CalibrationBin], entry: Phenotype) -> go.Figure:
    """Plot the mean measured value in bins of the prediction against the identity line."""
    figure = go.Figure(_means([each.predicted for each in bins], bins))
    predicted = [each.predicted for each in bins]
    figure.add_trace(identity_line(min(predicted), max(predicted)))
    figure.update_xaxes(title=f"Predicted {entry.name} ({entry.unit}), mean of the bin")
    figure.update_yaxes(title=f"Measured ({entry.unit})")
    return bare(figure, 320, left=56, bottom=48)


def width_calibration(bins: Sequence[CalibrationBin], entry: Phenotype) -> go.Figure:
    """Plot the coverage of the intervals by their width against the nominal coverage."""
    figure = go.Figure(_means([each.predicted for each in bins], bins, scale=100.0))
    figure.add_hline(y=100 * NOMINAL_COVERAGE, line={"color": GREY, "dash": "dash", "width": 1.5})
    figure.update_xaxes(title=f"Width of the interval ({entry.unit}), mean of the quarter")
    figure.update_yaxes(title="Inside (%)", range=[65, 101])
    return bare(figure, 320, left=56, bottom=48)


def subgroup_errors(groups: pd.DataFrame, entry: Phenotype) -> go.Figure:
    """Plot mean absolute error, bias and coverage with their intervals, a row per subgroup.

    Args:
        groups: from `ptacl.metrics.error_by_subgroup`; the first row is the whole cohort.
        entry: the phenotype.
    """
    whole_cohort = groups.iloc[0]
    panels = (
        ("mae", f"Mean absolute error ({entry.unit})", 1.0, whole_cohort["mae"]),
        ("bias", f"Bias: predicted − measured ({entry.unit})", 1.0, 0.0),
        ("coverage", "Inside the 90 % interval (%)", 100.0, NOMINAL_COVERAGE),
    )
    names = [f"{name}, n {n:,}" for name, n in zip(groups["group"], groups["n"], strict=True)]
    figure = make_subplots(rows=1, cols=3, shared_yaxes=True, horizontal_spacing=0.03)
    for column, (key, title, scale, reference) in enumerate(panels, start=1):
        figure.add_trace(_intervals(groups, key, names, scale), row=1, col=column)
        figure.add_vline(
            x=scale * reference, line={"color": GREY, "dash": "dash", "width": 1.5},
            row=1, col=column,
        )  # fmt: skip
        name_axes(figure, title, "", 1, column)
    figure.update_yaxes(autorange="reversed")
    return bare(figure, 90 + 26 * len(groups), left=190, bottom=48)


def _intervals(groups: pd.DataFrame, key: str, names: Sequence[str], scale: float) -> go.Scatter:
    value, low, high = (
        scale * groups[column].to_numpy(float) for column in (key, f"low_{key}", f"high_{key}")
    )
    return go.Scatter(
        x=value,
        y=names,
        mode="markers",
        marker={"size": 9, "color": CMR},
        error_x={"array": high - value, "arrayminus": value - low, "color": CMR},
        name=key,
        customdata=np.stack([low, high], axis=1),
        hovertemplate="%{y}<br>%{x:.1f} (%{customdata[0]:.1f} to %{customdata[1]:.1f})"
        "<extra></extra>",
    )


def _means(
    predicted: Sequence[float], bins: Sequence[CalibrationBin], scale: float = 1.0
) -> go.Scatter:
    measured = [scale * each.measured.value for each in bins]
    return go.Scatter(
        x=predicted,
        y=measured,
        mode="markers",
        marker={"size": 10, "color": CMR},
        error_y={
            "array": [
                scale * each.measured.high - f for each, f in zip(bins, measured, strict=True)
            ],
            "arrayminus": [scale * (each.measured.value - each.measured.low) for each in bins],
            "color": CMR,
        },
        customdata=[[each.n, each.low, each.high] for each in bins],
        name="measured",
        hovertemplate="%{customdata[0]} subjects, %{customdata[1]:.0f} to %{customdata[2]:.0f}"
        "<br>measured %{y:.1f}<extra></extra>",
    )
