"""Several cines in step: hearts side by side on one clock."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import UInt8

from components.assets import PLAYER_SCRIPTS, join_assets, read_player_page
from components.cine_player import geometry
from components.packing import pack

_mount = st.components.v2.component(
    "cine_grid",
    html=read_player_page("cine_grid/page.html"),
    css=join_assets(["shared/base.css", "shared/transport.css", "cine_grid/style.css"]),
    js=join_assets([*PLAYER_SCRIPTS, "cine_grid/main.js"]),
)


@dataclass(frozen=True, slots=True)
class CineTile:
    """One heart of the grid."""

    tile_id: str
    frames: UInt8[np.ndarray, "frames rows columns"]
    """8-bit frames, evenly spread over the beat, frame 0 at the R wave."""
    rr_ms: float
    spacing: tuple[float, float]
    """Row and column spacing in mm."""
    caption: tuple[str, ...]
    """Lines under the picture; the first stands out."""


def cine_grid(tiles: Sequence[CineTile], *, autoplay: bool = True, key: str) -> str | None:
    """Play cines in step by phase, at the mean of their heart rates.

    Returns:
        The ``tile_id`` that was just clicked, in the one run that follows the click; else None.
    """
    if not tiles:
        return None
    header = {
        "rrMs": float(np.mean([tile.rr_ms for tile in tiles])),
        "autoplay": autoplay,
        "tiles": [
            {
                "id": tile.tile_id,
                "caption": list(tile.caption),
                **geometry(tile.frames, tile.spacing),
            }
            for tile in tiles
        ],
    }
    arrays = {f"frames{index}": tile.frames for index, tile in enumerate(tiles)}
    result = _mount(key=key, data=pack(header, arrays), on_open_change=lambda: None)
    return result.open
