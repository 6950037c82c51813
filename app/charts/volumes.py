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
    traces: list[go.Scatter] = []
    notes: list[dict[str, object]] = []
    bands: list[dict[str, object]] = []
    for place, row in enumerate(rows):
        scale = _scale(row, sex)
        for whom in (sex,) if sex else ("female", "male"):
            notes += _band_notes(row, -place, whom, scale, both=sex is None)
            bands.append(_band(row, -place, whom, scale, both=sex is None))
        traces += _row_marks(row, -place, scale)
        notes.append(_value_note(row, -place))
    # All at once: Plotly checks the whole list anew for each annotation that is added.
    figure = go.Figure(traces, {"annotations": notes, "shapes": bands})
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


def _row_marks(row: VolumeRow, y: float, scale: Callable[[float], float]) -> list[go.Scatter]:
    """Neighbours, interval, measurement and prediction of one phenotype."""
    marks = [
        go.Scatter(
            x=[scale(v) for v in row.neighbours],
            y=[y - 0.2] * len(row.neighbours),
            mode="markers",
            marker={"symbol": "line-ns", "size": 6, "line": {"color": CMR, "width": 1.5}},
            customdata=row.neighbours,
            name="alike heart",
            hovertemplate=f"alike heart: {row.name} %{{customdata:.0f}} {row.unit}<extra></extra>",
        ),
        go.Scatter(
            x=[scale(row.low), scale(row.high)],
            y=[y, y],
            mode="lines",
            hoverinfo="skip",
            line={"color": ECG, "width": 2},
            name="90 % interval",
        ),
    ]
    if row.measured is not None:
        marks.append(_mark(scale(row.measured), y, row, row.measured, hollow=True))
    return [*marks, _mark(scale(row.value), y, row, row.value, hollow=False)]


def _value_note(row: VolumeRow, y: float) -> dict[str, object]:
    return {
        "x": 1,
        "xref": "paper",
        "y": y,
        "xanchor": "left",
        "showarrow": False,
        "text": f"<b>{row.value:.0f}</b> ({row.low:.0f}–{row.high:.0f}) {row.unit}",
    }


def _band_rows(y: float, whom: Sex, *, both: bool) -> tuple[float, float]:
    """Lower and upper edge: women above, men below where both are shown."""
    y0 = y if both and whom == "female" else y - HALF
    y1 = y if both and whom == "male" else y + HALF
    return y0, y1


def _band(
    row: VolumeRow, y: float, whom: Sex, scale: Callable[[float], float], *, both: bool
) -> dict[str, object]:
    low, high = row.reference[whom]
    y0, y1 = _band_rows(y, whom, both=both)
    return {
        "type": "rect",
        "x0": scale(low),
        "x1": scale(high),
        "y0": y0,
        "y1": y1,
        "fillcolor": BAND,
        "line": {"width": 0},
        "layer": "below",
    }


def _band_notes(
    row: VolumeRow, y: float, whom: Sex, scale: Callable[[float], float], *, both: bool
) -> list[dict[str, object]]:
    """One band: its limits below the ends. Two: beside them, clear of the whisker between."""
    low, high = row.reference[whom]
    y0, y1 = _band_rows(y, whom, both=both)
    notes: list[dict[str, object]] = [
        {
            "x": scale(value),
            "y": (y0 + y1) / 2 if both else y0,
            "text": f"{value:.0f}",
            "showarrow": False,
            "xanchor": side if both else "center",
            "yanchor": "middle" if both else "top",
            "font": {"size": 10, "color": GREY},
            "yshift": 0 if both else 3,
        }
        for value, side in ((low, "right"), (high, "left"))
    ]
    if y == 0 and not (both and whom == "male"):
        text = "reference: women above, men below" if both else f"reference, {_WORDS[whom]}"
        notes.append(
            {
                "x": 0.5,
                "y": 0.36,
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 10, "color": GREY},
                "text": text,
            }
        )
    return notes


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
