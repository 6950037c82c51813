"""Map of a gallery: a point per ECG and per heart, explored in the browser.

The browser draws, zooms and selects among 200,000 points by itself; it returns the polygon in the
units of the map, and the server resolves it to subjects.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import streamlit as st
from jaxtyping import Bool, Int, Int32, UInt16

from ptacl.gallery.projection import main_extent

from ..charts.palette import CIVIDIS, CIVIDIS_ON_DARK, CMR, ECG, GREY, OKABE_ITO
from .assets import join_assets, link_modules, read_asset
from .headers import EmbeddingMapHeader, MapCaptions, MapColours, MapScale, MapStart
from .map_records import NOTHING_DRAWN, Colouring, Note, Positions, Selection
from .packing import pack

Extent = tuple[float, float, float, float]
"""Left, bottom, right and top, in the units of the map."""

_mount = st.components.v2.component(
    "embedding_map",
    html=read_asset("embedding_map/page.html"),
    css=join_assets(["shared/base.css", "embedding_map/style.css"]),
    js=link_modules("embedding_map/main.js"),
)

_FINEST = 65535
_COLOURS: MapColours = {
    "ECG": ECG,
    "CMR": CMR,
    "grey": GREY,
    "categories": list(OKABE_ITO),
    "sequence": list(CIVIDIS),
    "sequenceOnDark": list(CIVIDIS_ON_DARK),
}


def embedding_map(
    layers: Mapping[str, Positions],
    subject_ids: Sequence[str],
    *,
    shown: Bool[np.ndarray, " subjects"] | None = None,
    colouring: Colouring | None = None,
    match_rank: Int[np.ndarray, " subjects"] | None = None,
    notes: Sequence[Note] = (),
    lit: Sequence[str] = (),
    query_xy: tuple[float, float] | None = None,
    query_name: str = "this ECG",
    started: Selection = NOTHING_DRAWN,
    restarts: int = 0,
    height_px: int = 560,
    description: str,
    synthetic: bool = False,
    on_open: Callable[[str | None], None],
    on_select: Callable[[Selection], None] | None = None,
    key: str,
) -> None:
    """Show points of one or both modalities; circles are ECGs, diamonds are hearts.

    Args:
        layers: "ECG" and/or "CMR" → positions of all subjects.
        subject_ids: of the rows of each layer.
        shown: which subjects are drawn; the extent of the map does not depend on it.
        colouring: by default each point has the colour of its modality.
        match_rank: rank of the matching heart of each ECG; draws a line from one to the other,
            coloured by it.
        notes: lines of the hover card.
        lit: subjects with bright hearts, while the rest dims.
        query_xy: position of the query ECG, marked with a ring.
        query_name: label of the ring.
        started: initial selection, from a link; later selections stay in the browser and are
            passed to ``on_select``.
        restarts: incremented when the browser must take ``started`` again.
        height_px: of the drawing, without bar and legend.
        description: of the map, for screen readers and under a saved image.
        synthetic: whether a saved image is labelled as synthetic.
        on_open: called with the subject that was clicked, or None for a click on no point.
        on_select: called with a changed selection; without it there is no lasso.
        key: the component's name on the page.
    """
    rows, ids = _shown(subject_ids, shown)
    bounds = _bounds(layers, query_xy)
    arrays = {
        "places": np.stack([quantised(xy[rows], bounds) for xy in layers.values()]),
        "ids": np.frombuffer("\n".join(ids).encode(), np.uint8),
        "lit": _rows_of(lit, ids),
        **_values_of(rows, colouring, match_rank if len(layers) == 2 else None, notes),
    }
    header: EmbeddingMapHeader = {
        "layers": list(layers),
        "bounds": bounds,
        "main": main_extent(np.concatenate(list(layers.values()))),
        "colours": _COLOURS,
        **_scale(colouring),
        "notes": [{"name": note.name, "unit": note.unit} for note in notes],
        "query": query_xy,
        "queryName": query_name,
        "selectable": on_select is not None,
        "started": _started(started, restarts),
        "height": height_px,
        **_captions(description, synthetic),
    }
    _mount(
        key=key,
        data=pack(header, arrays),
        on_open_change=lambda: on_open(st.session_state[key]["open"] or None),
        on_drawn_change=lambda: on_select and on_select(_drawn(st.session_state[key]["drawn"])),
    )


def _shown(
    subject_ids: Sequence[str], shown: Bool[np.ndarray, " subjects"] | None
) -> tuple[Int[np.ndarray, " shown"], Sequence[str]]:
    """Return the rows of the shown subjects and their ids."""
    if shown is None or shown.all():
        return np.arange(len(subject_ids)), subject_ids
    rows = np.flatnonzero(shown)
    return rows, [subject_ids[row] for row in rows.tolist()]


def _values_of(
    rows: Int[np.ndarray, " shown"],
    colouring: Colouring | None,
    match_rank: Int[np.ndarray, " subjects"] | None,
    notes: Sequence[Note],
) -> dict[str, np.ndarray]:
    """Return the values of the shown subjects, an array per quantity."""
    values = {"notes": np.array([note.whole()[rows] for note in notes], dtype=np.uint16)}
    if colouring is not None:
        values["values"] = colouring.values[rows].astype(np.float32)
    if match_rank is not None:
        values["ranks"] = match_rank[rows].astype(np.int32)
    return values


def _scale(colouring: Colouring | None) -> MapScale:
    """Return label, category names and range of the colour scale."""
    if colouring is None:
        return {"label": "", "names": [], "range": (0.0, 1.0)}
    return {"label": colouring.label, "names": list(colouring.names), "range": colouring.range()}


def _captions(description: str, synthetic: bool) -> MapCaptions:
    """Return description, caption and file name of a saved image."""
    return {
        "description": description,
        "caption": f"{description}{' · synthetic' if synthetic else ''}",
        "fileName": f"ptacl-map{'-synthetic' if synthetic else ''}.png",
    }


def quantised(xy: Positions, bounds: Extent) -> UInt16[np.ndarray, "subjects xy=2"]:
    """Return positions as fractions of the bounds in 65,535ths: 4 bytes a point."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    share = (xy - low) / np.maximum(high - low, 1e-9)
    return np.rint(np.clip(share, 0, 1) * _FINEST).astype(np.uint16)


def _bounds(layers: Mapping[str, Positions], query_xy: tuple[float, float] | None) -> Extent:
    """Return the extent of all points; by column, which is faster than along the first axis."""
    query = [np.array([query_xy])] if query_xy else []
    x, y = np.concatenate([*layers.values(), *query]).T
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _rows_of(wanted: Sequence[str], ids: Sequence[str]) -> Int32[np.ndarray, " found"]:
    """Return the rows of some subjects among those on the map."""
    if not wanted:
        return np.zeros(0, dtype=np.int32)
    subjects = set(wanted)
    return np.array([row for row, name in enumerate(ids) if name in subjects], dtype=np.int32)


def _started(selection: Selection, stamp: int) -> MapStart:
    """Return a selection in the browser's form; `_drawn` is the inverse."""
    corners = [(float(x), float(y)) for x, y in selection.polygon]
    return {"stamp": stamp, "corners": corners, "hidden": list(selection.hidden)}


def _drawn(drawn: Mapping[str, list]) -> Selection:
    polygon = np.array(drawn["corners"], dtype=np.float32).reshape(-1, 2)
    return Selection(polygon, tuple(drawn["hidden"]))
