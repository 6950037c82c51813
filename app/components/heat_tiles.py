"""Row of small similarity maps, of which one is chosen by a click."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Float

from ..charts.palette import CIVIDIS
from .assets import join_assets, link_modules, read_asset
from .headers import HeatTilesHeader
from .packing import pack

_mount = st.components.v2.component(
    "heat_tiles",
    html=read_asset("heat_tiles/page.html"),
    css=join_assets(["shared/base.css", "heat_tiles/style.css"]),
    js=link_modules("heat_tiles/main.js"),
)


@dataclass(frozen=True, slots=True)
class HeatTile:
    """One map of the row."""

    tile_id: str
    title: str
    caption: str
    similarity: Float[np.ndarray, "bins frames"]
    chosen: bool
    """Whether the page shows it now."""


def heat_tiles(tiles: Sequence[HeatTile], *, on_choose: Callable[[str], None], key: str) -> None:
    """Show the maps as buttons; the dotted diagonal is a perfect match.

    Args:
        tiles: from left to right.
        on_choose: called with the ``tile_id`` that was clicked, before the page runs again.
        key: the component's name on the page.
    """
    header: HeatTilesHeader = {
        "colours": list(CIVIDIS),
        "tiles": [
            {
                "id": tile.tile_id,
                "title": tile.title,
                "caption": tile.caption,
                "chosen": tile.chosen,
            }
            for tile in tiles
        ],
    }
    arrays = {
        f"map{index}": np.asarray(tile.similarity, np.float32) for index, tile in enumerate(tiles)
    }
    _mount(
        key=key,
        data=pack(header, arrays),
        on_choose_change=lambda: on_choose(st.session_state[key]["choose"]),
    )
