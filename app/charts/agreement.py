"""Figures of predicted against measured values: scatter and Bland–Altman."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jaxtyping import Float
from palette import ECG, GREY
from plotly.subplots import make_subplots

from charts.style import bare, identity_line, name_axes, signed
from ptacl.comparison import Agreement
from ptacl.phenotypes import Phenotype
from ptacl.trust import Readings

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
        horizontal_spacing=0.08,
        vertical_spacing=0.12,
    )
    for number, entry in enumerate(phenotypes):
        row, column = number // columns + 1, number % columns + 1
        measured = table[entry.key].to_numpy(float)
        predicted = table[f"predicted_{entry.key}"].to_numpy(float)
        figure.add_trace(_points(measured, predicted, table.index, entry), row=row, col=column)
        figure.add_trace(_identity(measured, predicted), row=row, col=column)
        name_axes(figure, f"measured ({entry.unit})", f"from the ECG ({entry.unit})", row, column)
    figure.update_annotations(font={"size": 13})
    return bare(figure, 920, left=48, top=32, bottom=40)


def agreement(readings: Readings) -> go.Figure:
    """One phenotype: measured across, predicted up with its 90 % interval."""
    measured, entry = readings.truth, readings.entry
    figure = go.Figure()
    gap = np.full_like(measured, np.nan)
    figure.add_trace(
        go.Scattergl(
            x=np.stack([measured, measured, gap], 1).ravel(),
            y=np.stack([readings.low, readings.high, gap], 1).ravel(),
            mode="lines",
            line={"color": ECG, "width": 1},
            opacity=0.35,
            hoverinfo="skip",
            name="90 % interval",
        )
    )
    figure.add_trace(_points(measured, readings.predicted, readings.subject_ids, entry))
    figure.add_trace(_identity(measured, readings.predicted))
    figure.update_xaxes(title=f"Measured {entry.name} ({entry.unit})")
    figure.update_yaxes(title=f"From the ECG ({entry.unit})")
    return bare(figure, 380, left=56, bottom=48)


def bland_altman(readings: Readings, found: Agreement) -> go.Figure:
    """Difference against mean of prediction and measurement, with bias and limits of agreement.

    The three lines are named beside the plot, where no point lies.
    """
    unit = readings.entry.unit
    figure = go.Figure(
        go.Scattergl(
            x=(readings.truth + readings.predicted) / 2,
            y=readings.error,
            mode="markers",
            marker=_POINT,
            customdata=readings.subject_ids,
            name="subject",
            hovertemplate="%{customdata}<br>difference %{y:.1f}<extra></extra>",
        )
    )
    for value, words, dash in (
        (found.bias, "bias", "solid"),
        (found.low, "−1.96 SD", "dash"),
        (found.high, "+1.96 SD", "dash"),
    ):
        figure.add_hline(y=value, line={"color": GREY, "width": 1.5, "dash": dash})
        figure.add_annotation(
            x=1.01, xref="paper", xanchor="left", y=value, showarrow=False, align="left",
            text=f"{words}<br>{signed(value)} {unit}",
        )  # fmt: skip
    figure.update_xaxes(title=f"Mean of both ({unit})")
    figure.update_yaxes(title=f"Predicted − measured ({unit})")
    return bare(figure, 380, left=56, bottom=48, right=84)


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
    both = [measured, predicted]
    return identity_line(float(np.nanmin(both)), float(np.nanmax(both)))
