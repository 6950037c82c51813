"""Figures of predicted against measured values: scatter, Bland–Altman, coverage."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float
from palette import CMR, ECG, GREY
from plotly.subplots import make_subplots

from charts.style import bare
from ptacl.phenotypes import Phenotype

Values = Float[np.ndarray, " subjects"]
_POINT = {"size": 6, "color": ECG, "opacity": 0.65}


def small_multiples(
    table: pd.DataFrame, phenotypes: Sequence[Phenotype], notes: dict[str, str]
) -> go.Figure:
    """Predicted against measured for each phenotype, with the identity line.

    Args:
        table: the gallery's table (``<key>`` measured, ``predicted_<key>``).
        phenotypes: one panel each, three a row.
        notes: key → line under the panel's name, such as ``R² 0.55 · MAE 14 mL``.
    """
    columns = 3
    titles = [f"<b>{p.name}</b> {p.unit}   {notes.get(p.key, '')}" for p in phenotypes]
    figure = make_subplots(
        rows=-(-len(phenotypes) // columns),
        cols=columns,
        subplot_titles=titles,
        horizontal_spacing=0.06,
        vertical_spacing=0.1,
    )
    for number, entry in enumerate(phenotypes):
        row, column = number // columns + 1, number % columns + 1
        measured = table[entry.key].to_numpy(float)
        predicted = table[f"predicted_{entry.key}"].to_numpy(float)
        figure.add_trace(_points(measured, predicted, table.index, entry), row=row, col=column)
        figure.add_trace(_identity(measured, predicted), row=row, col=column)
    figure.update_annotations(font={"size": 13})
    return bare(figure, 780, left=40, top=32, bottom=32)


def agreement(table: pd.DataFrame, entry: Phenotype) -> go.Figure:
    """One phenotype: measured across, predicted up with its 90 % interval."""
    measured = table[entry.key].to_numpy(float)
    predicted = table[f"predicted_{entry.key}"].to_numpy(float)
    low = table[f"low_{entry.key}"].to_numpy(float)
    high = table[f"high_{entry.key}"].to_numpy(float)
    figure = go.Figure()
    gap = np.full_like(measured, np.nan)
    figure.add_trace(
        go.Scattergl(
            x=np.stack([measured, measured, gap], 1).ravel(),
            y=np.stack([low, high, gap], 1).ravel(),
            mode="lines",
            line={"color": ECG, "width": 1},
            opacity=0.35,
            hoverinfo="skip",
            name="90 % interval",
        )
    )
    figure.add_trace(_points(measured, predicted, table.index, entry))
    figure.add_trace(_identity(measured, predicted))
    figure.update_xaxes(title=f"Measured {entry.name} ({entry.unit})")
    figure.update_yaxes(title=f"From the ECG ({entry.unit})")
    return bare(figure, 380, left=56, bottom=48)


def bland_altman(
    table: pd.DataFrame, entry: Phenotype, bias: float, limits: tuple[float, float]
) -> go.Figure:
    """Difference against mean of prediction and measurement, with bias and limits of agreement."""
    measured = table[entry.key].to_numpy(float)
    predicted = table[f"predicted_{entry.key}"].to_numpy(float)
    figure = go.Figure(
        go.Scattergl(
            x=(measured + predicted) / 2,
            y=predicted - measured,
            mode="markers",
            marker=_POINT,
            customdata=table.index,
            name="subject",
            hovertemplate="%{customdata}<br>difference %{y:.1f}<extra></extra>",
        )
    )
    for value, words, dash in (
        (bias, "bias", "solid"),
        (limits[0], "−1.96 SD", "dash"),
        (limits[1], "+1.96 SD", "dash"),
    ):
        figure.add_hline(
            y=value,
            line={"color": GREY, "width": 1.5, "dash": dash},
            annotation_text=f"{words} {value:+.1f}",
            annotation_position="top right",
        )
    figure.update_xaxes(title=f"Mean of both ({entry.unit})")
    figure.update_yaxes(title=f"Predicted − measured ({entry.unit})")
    return bare(figure, 380, left=56, bottom=48)


def coverage_bars(
    groups: Sequence[str],
    share: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    target: float = 0.9,
) -> go.Figure:
    """Share of measurements inside their interval, by group, against the promised share."""
    percent = [100 * s for s in share]
    figure = go.Figure(
        go.Scatter(
            x=percent,
            y=list(groups),
            mode="markers",
            marker={"size": 11, "color": CMR},
            error_x={
                "array": [100 * (h - s) for s, h in zip(share, high, strict=True)],
                "arrayminus": [100 * (s - v) for s, v in zip(share, low, strict=True)],
                "color": CMR,
            },
            name="covered",
            hovertemplate="%{y}: %{x:.1f} %<extra></extra>",
        )
    )
    figure.add_vline(
        x=100 * target,
        line={"color": GREY, "dash": "dash", "width": 1.5},
        annotation_text=f"promised {100 * target:.0f} %",
        annotation_position="top left",
    )
    figure.update_xaxes(title="Measurements inside their 90 % interval (%)", range=[60, 101])
    figure.update_yaxes(range=[len(groups) - 0.5, -0.9])
    return bare(figure, 110 + 44 * len(groups), left=72, bottom=44, top=24)


def _points(
    measured: Values, predicted: Values, ids: Sequence[str], entry: Phenotype
) -> go.Scattergl:
    return go.Scattergl(
        x=measured,
        y=predicted,
        mode="markers",
        marker=_POINT,
        customdata=list(ids),
        name=entry.name,
        hovertemplate=(
            "%{customdata}<br>measured %{x:.0f}, "
            f"from the ECG %{{y:.0f}} {entry.unit}<extra></extra>"
        ),
    )


def _identity(measured: Values, predicted: Values) -> go.Scatter:
    ends = [float(np.nanmin([measured, predicted])), float(np.nanmax([measured, predicted]))]
    return go.Scatter(
        x=ends,
        y=ends,
        mode="lines",
        line={"color": GREY, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
        name="identity",
    )
