"""Nine volumes of one ECG on a common scale: 0 and 1 are the limits of the reference interval."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
from panel import VolumeRow

from charts.style import BAND, CMR, ECG, GREY, bare
from ptacl.types import Sex

ROW_PX = 38
HALF = 0.3
"""Half the height of a band, in rows."""
LOWEST, HIGHEST = -0.7, 1.7
"""Marks farther out stand at the edge; their number says where they belong."""
VALUES_PX = 150
_WORDS: dict[Sex, str] = {"female": "women", "male": "men"}


def volume_panel(rows: Sequence[VolumeRow], sex: Sex | None) -> go.Figure:
    """A row a phenotype: grey reference band, filled prediction with whisker, hollow measurement.

    Each row is scaled so that its reference interval (the hull of both, where the sex is unknown)
    spans 0 to 1, its limits written at the band's ends.
    """
    figure = go.Figure()
    for place, row in enumerate(rows):
        _draw_row(figure, row, -place, sex)
    figure.update_xaxes(range=[LOWEST - 0.05, HIGHEST + 0.05], visible=False, fixedrange=True)
    figure.update_yaxes(
        tickvals=[-i for i in range(len(rows))],
        ticktext=[f"<b>{row.name}</b>" for row in rows],
        range=[-len(rows) + 0.45, 0.85],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        ticks="",
    )
    bare(figure, 26 + ROW_PX * len(rows))
    return figure.update_layout(margin={"r": VALUES_PX})


def _scale(row: VolumeRow, sex: Sex | None) -> Callable[[float], float]:
    bands = [row.reference[sex]] if sex else list(row.reference.values())
    low, high = min(b[0] for b in bands), max(b[1] for b in bands)
    return lambda value: min(max((value - low) / (high - low), LOWEST), HIGHEST)


def _draw_row(figure: go.Figure, row: VolumeRow, y: float, sex: Sex | None) -> None:
    scale = _scale(row, sex)
    for whom in (sex,) if sex else ("female", "male"):
        _draw_band(figure, row, y, whom, scale, both=sex is None)
    figure.add_trace(
        go.Scatter(
            x=[scale(v) for v in row.neighbours],
            y=[y - 0.2] * len(row.neighbours),
            mode="markers",
            marker={"symbol": "line-ns", "size": 6, "line": {"color": CMR, "width": 1.5}},
            customdata=row.neighbours,
            name="alike heart",
            hovertemplate=f"alike heart: {row.name} %{{customdata:.0f}} {row.unit}<extra></extra>",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[scale(row.low), scale(row.high)],
            y=[y, y],
            mode="lines",
            hoverinfo="skip",
            line={"color": ECG, "width": 2},
            name="90 % interval",
        )
    )
    if row.measured is not None:
        figure.add_trace(_mark(scale(row.measured), y, row, row.measured, hollow=True))
    figure.add_trace(_mark(scale(row.value), y, row, row.value, hollow=False))
    figure.add_annotation(
        x=1,
        xref="paper",
        y=y,
        xanchor="left",
        showarrow=False,
        text=f"<b>{row.value:.0f}</b> ({row.low:.0f}–{row.high:.0f}) {row.unit}",
    )


def _draw_band(
    figure: go.Figure,
    row: VolumeRow,
    y: float,
    whom: Sex,
    scale: Callable[[float], float],
    *,
    both: bool,
) -> None:
    low, high = row.reference[whom]
    y0 = y if both and whom == "female" else y - HALF
    y1 = y if both and whom == "male" else y + HALF
    figure.add_shape(
        type="rect",
        x0=scale(low),
        x1=scale(high),
        y0=y0,
        y1=y1,
        fillcolor=BAND,
        line={"width": 0},
        layer="below",
    )
    # One band: its limits below the ends. Two: beside them, clear of the whisker between.
    for value, side in ((low, "right"), (high, "left")):
        figure.add_annotation(
            x=scale(value),
            y=(y0 + y1) / 2 if both else y0,
            text=f"{value:.0f}",
            showarrow=False,
            xanchor=side if both else "center",
            yanchor="middle" if both else "top",
            font={"size": 10, "color": GREY},
            yshift=0 if both else 3,
        )
    if y == 0 and not (both and whom == "male"):
        figure.add_annotation(
            x=0.5,
            y=0.36,
            yanchor="bottom",
            showarrow=False,
            font={"size": 10, "color": GREY},
            text=f"reference, {_WORDS[whom]}" if not both else "reference: women above, men below",
        )


def _mark(x: float, y: float, row: VolumeRow, value: float, *, hollow: bool) -> go.Scatter:
    what = "measured" if hollow else "predicted"
    return go.Scatter(
        x=[x],
        y=[y],
        mode="markers",
        name=what,
        marker={
            "symbol": "diamond-open" if hollow else "circle",
            "size": 11 if hollow else 10,
            "color": CMR if hollow else ECG,
            "line": {"width": 2 if hollow else 0},
        },
        hovertemplate=f"{row.title}<br>{what} {value:.0f} {row.unit}<extra></extra>",
    )
