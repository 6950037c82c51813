"""Grid of cines that play in synchrony."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Float, UInt8

from .assets import PLAYER_STYLES, join_assets, link_modules, read_player_page
from .cine_player import geometry
from .contour_layer import ContourLayer
from .headers import CineGridHeader, GridTile
from .packing import pack

_mount = st.components.v2.component(
    "cine_grid",
    html=read_player_page("cine_grid/page.html"),
    css=join_assets([*PLAYER_STYLES, "cine_grid/style.css"]),
    js=link_modules("cine_grid/main.js"),
)


@dataclass(frozen=True, slots=True)
class CineTile:
    """One heart of the grid."""

    tile_id: str
    frames: UInt8[np.ndarray, "frames rows columns"] | None
    """8-bit frames, evenly spread over the beat, frame 0 at the R wave; None for an ECG without a
    cine, whose beat is shown instead."""
    rr_ms: float
    spacing: tuple[float, float]
    """Row and column spacing in mm."""
    caption: tuple[str, ...]
    """Lines under the picture; the first is bold."""
    beat_mv: Float[np.ndarray, " phases"] | None = None
    """Mean beat of the ECG from R to R, drawn under the picture with the R wave at a quarter of
    the width; None for no beat."""
    opens: bool = True
    """Whether a click on it opens something."""
    is_query: bool = False
    """Whether it is the query, which is marked by a ring."""
    contours: ContourLayer | None = None
    """Contours over the frames; all tiles that have any share their styles."""


def cine_grid(tiles: Sequence[CineTile], *, autoplay: bool = True, key: str) -> str | None:
    """Play cines in synchrony, all with the same window and level.

    They are synchronised by phase at the mean heart rate; the user may let each play at its own.

    Args:
        tiles: at least one of them with a cine.
        autoplay: whether playback starts without a click.
        key: the component's name on the page.

    Returns:
        the ``tile_id`` that was clicked, in the run that follows the click; else None.
    """
    if not tiles:
        return None
    header: CineGridHeader = {
        "rrMs": float(np.mean([tile.rr_ms for tile in tiles if tile.frames is not None])),
        "autoplay": autoplay,
        "tiles": [_tile_header(tile) for tile in tiles],
    }
    arrays = {
        f"frames{index}": tile.frames for index, tile in enumerate(tiles) if tile.frames is not None
    }
    arrays |= {
        f"beat{index}": np.asarray(tile.beat_mv, np.float32)
        for index, tile in enumerate(tiles)
        if tile.beat_mv is not None
    }
    arrays |= {
        f"{name}{index}": array
        for index, tile in enumerate(tiles)
        if tile.contours is not None
        for name, array in tile.contours.arrays().items()
    }
    result = _mount(key=key, data=pack(header, arrays), on_open_change=lambda: None)
    return result.open


def _tile_header(tile: CineTile) -> GridTile:
    """Return the metadata of a tile for the browser."""
    header: GridTile = {
        "id": tile.tile_id,
        "caption": list(tile.caption),
        "rrMs": float(tile.rr_ms),
        "isQuery": tile.is_query,
        "opens": tile.opens,
    }
    if tile.frames is not None:
        header.update(geometry(tile.frames, tile.spacing))
    if tile.contours is not None:
        header["contours"] = tile.contours.header()
    return header
