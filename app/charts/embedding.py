"""Figures of the map: where one ECG lies, and the whole cohort coloured by a value."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts.style import CMR, ECG, GREY, OKABE_ITO, SEQUENTIAL, bare, ring

Places = Float[np.ndarray, "subjects xy=2"]
_SYMBOL = {"ECG": "circle", "CMR": "diamond"}


def place_on_map(
    ecg_xy: Places,
    cmr_xy: Places,
    subject_ids: Sequence[str],
    query_xy: tuple[float, float] | None,
    neighbour_ids: Sequence[str],
) -> go.Figure:
    """The gallery in grey, the neighbours' hearts in blue, this ECG as a ring."""
    figure = go.Figure()
    everyone = np.concatenate([ecg_xy, cmr_xy])
    figure.add_trace(
        go.Scattergl(
            x=everyone[:, 0],
            y=everyone[:, 1],
            mode="markers",
            hoverinfo="skip",
            marker={"size": 4, "color": GREY, "opacity": 0.3},
            name="gallery",
        )
    )
    rows = [list(subject_ids).index(i) for i in neighbour_ids]
    figure.add_trace(
        go.Scatter(
            x=cmr_xy[rows, 0],
            y=cmr_xy[rows, 1],
            mode="markers",
            name="alike heart",
            marker={"size": 10, "color": CMR},
            text=list(neighbour_ids),
            hovertemplate="alike heart %{text}<extra></extra>",
        )
    )
    if query_xy is not None:
        figure.add_traces(ring(*query_xy))
    return _unlabelled(bare(figure, 400))


def cohort_map(
    layers: dict[str, Places],
    subject_ids: Sequence[str],
    values: Sequence[float] | Sequence[str] | None,
    label: str,
    *,
    lines_for: Sequence[str] = (),
) -> go.Figure:
    """All subjects, circles for ECGs and diamonds for hearts, coloured by a value.

    Args:
        layers: "ECG" and/or "CMR" → (subjects, 2) map coordinates.
        subject_ids: of the rows of each layer; travels as ``customdata`` into a selection.
        values: numbers (cividis), categories (Okabe–Ito), or None for the modality's own colour.
        label: name of the value with its unit.
        lines_for: subjects whose two points are joined.
    """
    figure = go.Figure()
    if len(layers) == 2 and lines_for:
        figure.add_trace(_pair_lines(layers, subject_ids, lines_for))
    ids = np.asarray(subject_ids)
    if values is not None and np.asarray(values).dtype.kind not in "fiu":
        categories = np.asarray(values, dtype=str)
        for number, category in enumerate(sorted(set(categories))):
            shade = OKABE_ITO[number % len(OKABE_ITO)]
            for name, xy in layers.items():
                chosen = categories == category
                figure.add_trace(_points(name, xy[chosen], ids[chosen], shade, category))
        figure.update_layout(showlegend=True)
    else:
        for number, (name, xy) in enumerate(layers.items()):
            colour = (ECG if name == "ECG" else CMR) if values is None else None
            trace = _points(name, xy, ids, colour, name)
            if values is not None:
                _colour_by(trace, np.asarray(values, dtype=float), label, bar=number == 0)
            figure.add_trace(trace)
    bare(figure, 560)
    figure.update_layout(
        showlegend=True,
        dragmode="lasso",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"t": 32},
    )
    return _unlabelled(figure)


def _points(name: str, xy: Places, ids: np.ndarray, colour: str | None, title: str) -> go.Scattergl:
    legend = name if title == name else f"{title}, {name}"
    return go.Scattergl(
        x=xy[:, 0],
        y=xy[:, 1],
        mode="markers",
        name=legend,
        customdata=ids,
        marker={"size": 6, "symbol": _SYMBOL[name], "color": colour, "opacity": 0.85},
        hovertemplate=f"%{{customdata}} · {legend}<extra></extra>",
    )


def _colour_by(trace: go.Scattergl, values: np.ndarray, label: str, *, bar: bool) -> None:
    """Colour a layer by numbers; the scale ends at the 2nd and 98th percentile."""
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [2, 98]) if finite.size else (0.0, 1.0)
    trace.marker.update(
        color=values,
        colorscale=SEQUENTIAL,
        cmin=low,
        cmax=high,
        showscale=bar,
        colorbar={"title": {"text": label, "side": "right"}, "thickness": 12, "len": 0.8},
    )
    trace.text = [f"{v:.4g}" for v in values]
    trace.hovertemplate = f"%{{customdata}} · {trace.name}<br>{label}: %{{text}}<extra></extra>"


def _pair_lines(
    layers: dict[str, Places], subject_ids: Sequence[str], chosen: Sequence[str]
) -> go.Scattergl:
    wanted = set(chosen)
    rows = [i for i, subject in enumerate(subject_ids) if subject in wanted]
    gap = np.full((len(rows), 2), np.nan)
    path = np.stack([layers["ECG"][rows], layers["CMR"][rows], gap], axis=1).reshape(-1, 2)
    return go.Scattergl(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines",
        hoverinfo="skip",
        name="pair",
        line={"color": GREY, "width": 1},
        showlegend=False,
    )


def _unlabelled(figure: go.Figure) -> go.Figure:
    """Map axes carry no meaning of their own: no ticks, and the map fills its panel."""
    hidden = {"showticklabels": False, "showgrid": False, "zeroline": False, "title": None}
    figure.update_xaxes(**hidden)
    figure.update_yaxes(**hidden)
    return figure
