"""The map of a gallery: every ECG and every heart a point, explored in the browser.

The browser draws, zooms and lassoes 200,000 points by itself; what comes back is the polygon, in
the map's own units, for the server to resolve.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Bool, Float, Int, UInt16
from palette import CIVIDIS, CMR, ECG, GREY, OKABE_ITO

from components.assets import SHARED_SCRIPTS, join_assets, read_asset
from components.packing import pack
from ptacl.maps import inside

Places = Float[np.ndarray, "subjects xy=2"]

_mount = st.components.v2.component(
    "embedding_map",
    html=read_asset("embedding_map/page.html"),
    css=join_assets(["shared/base.css", "embedding_map/style.css"]),
    js=join_assets(
        [
            *SHARED_SCRIPTS,
            "shared/colours.js",
            "embedding_map/points.js",
            "embedding_map/viewport.js",
            "embedding_map/stamps.js",
            "embedding_map/marks.js",
            "embedding_map/legend.js",
            "embedding_map/gestures.js",
            "embedding_map/main.js",
        ]
    ),
)

_FINEST = 65535
_COLOURS = {"ECG": ECG, "CMR": CMR, "grey": GREY, "categories": OKABE_ITO, "sequence": CIVIDIS}


@dataclass(frozen=True, slots=True)
class Colouring:
    """What the points are coloured by."""

    label: str
    """Name of the quantity with its unit."""
    values: Float[np.ndarray, " subjects"]
    """Numbers (NaN: unknown), or places in ``names``."""
    names: tuple[str, ...] = ()
    """Of the categories; empty where the values are numbers."""

    def range(self) -> tuple[float, float]:
        """Ends of the colour scale: the 2nd and 98th percentile, so that few do not fill it."""
        finite = self.values[np.isfinite(self.values)]
        if not finite.size:
            return 0.0, 1.0
        low, high = (float(edge) for edge in np.percentile(finite, [2, 98]))
        return low, high


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person drew around on the map."""

    polygon: Float[np.ndarray, "corners xy=2"]
    """In the units of the map."""
    hidden: frozenset[str]
    """Names in the legend (categories, layers) whose points were put away."""

    def subjects(
        self, layers: Mapping[str, Places], colouring: Colouring | None = None
    ) -> Bool[np.ndarray, " subjects"]:
        """Which subjects have a visible point, of their ECG or of their heart, inside."""
        found = [inside(self.polygon, xy) for name, xy in layers.items() if name not in self.hidden]
        if not found:
            return np.zeros(len(next(iter(layers.values()))), dtype=bool)
        chosen = np.any(found, axis=0)
        if colouring is not None:
            hidden = [place for place, name in enumerate(colouring.names) if name in self.hidden]
            chosen &= ~np.isin(colouring.values, hidden)
        return chosen


def embedding_map(
    layers: Mapping[str, Places],
    subject_ids: Sequence[str],
    *,
    shown: Bool[np.ndarray, " subjects"] | None = None,
    colouring: Colouring | None = None,
    own_rank: Int[np.ndarray, " subjects"] | None = None,
    lit: Sequence[str] = (),
    query_xy: tuple[float, float] | None = None,
    query_name: str = "this ECG",
    selectable: bool = False,
    height_px: int = 560,
    description: str,
    on_open: Callable[[str | None], None],
    key: str,
) -> Selection | None:
    """Show points of one or both modalities; circles are ECGs, diamonds are hearts.

    Args:
        layers: "ECG" and/or "CMR" → place of every subject.
        subject_ids: of the rows of each layer.
        shown: which subjects are drawn; the map keeps its extent whatever is left out.
        colouring: by default each point has the colour of its modality.
        own_rank: rank of each ECG's own heart: draws a line from one to the other, coloured by it.
        lit: subjects whose hearts stay bright while the rest dims.
        query_xy: place of the ECG in question, marked with a ring.
        query_name: what the ring is called.
        selectable: whether a lasso or a box can be drawn.
        height_px: of the drawing, without bar and legend.
        description: the map in words, for those who hear the page.
        on_open: called with the subject that was clicked, or None for a click beside all points.
        key: the component's name on the page.

    Returns:
        The selection as long as it stands, else None.
    """
    rows = np.arange(len(subject_ids)) if shown is None else np.flatnonzero(shown)
    kept = [subject_ids[row] for row in rows]
    bounds = _bounds(layers, query_xy)
    arrays: dict[str, np.ndarray] = {
        "places": np.stack([quantised(xy[rows], bounds) for xy in layers.values()]),
        "ids": np.frombuffer("\n".join(kept).encode(), np.uint8),
        "lit": np.flatnonzero(np.isin(kept, list(lit))).astype(np.int32),
    }
    if colouring is not None:
        arrays["values"] = colouring.values[rows].astype(np.float32)
    if own_rank is not None and len(layers) == 2:
        arrays["ranks"] = own_rank[rows].astype(np.int32)
    header = {
        "layers": list(layers),
        "bounds": bounds,
        "label": colouring.label if colouring else "",
        "names": colouring.names if colouring else (),
        "range": colouring.range() if colouring else (0.0, 1.0),
        "colours": _COLOURS,
        "query": query_xy,
        "queryName": query_name,
        "selectable": selectable,
        "height": height_px,
        "description": description,
    }
    result = _mount(
        key=key,
        data=pack(header, arrays),
        on_open_change=lambda: on_open(st.session_state[key]["open"] or None),
        on_selection_change=lambda: None,
    )
    return _selection(result.selection)


def quantised(
    xy: Places, bounds: tuple[float, float, float, float]
) -> UInt16[np.ndarray, "subjects xy=2"]:
    """Places as shares of the bounds (left, bottom, right, top) in 65,535ths: 4 bytes a point."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    share = (xy - low) / np.maximum(high - low, 1e-9)
    return np.rint(np.clip(share, 0, 1) * _FINEST).astype(np.uint16)


def _bounds(
    layers: Mapping[str, Places], query_xy: tuple[float, float] | None
) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of everything on the map."""
    every = [*layers.values(), *([np.array([query_xy])] if query_xy else [])]
    low = np.min([xy.min(axis=0) for xy in every], axis=0)
    high = np.max([xy.max(axis=0) for xy in every], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _selection(drawn: Mapping[str, list] | None) -> Selection | None:
    if not drawn:
        return None
    return Selection(np.array(drawn["polygon"], dtype=np.float64), frozenset(drawn["hidden"]))
