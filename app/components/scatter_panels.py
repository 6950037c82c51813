"""Scatter plots side by side on canvases: a point a subject, explored without a server call.

A chart library draws thousands of points in nine plots slowly, as vectors and in a WebGL context
that the processor has to play; a canvas does not mind.
"""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from ..charts.palette import ECG, GREY
from .assets import join_assets, link_modules, read_asset
from .headers import ScatterPanelsHeader
from .packing import pack
from .panel_records import ScatterPanel

_mount = st.components.v2.component(
    "scatter_panels",
    html=read_asset("scatter_panels/page.html"),
    css=join_assets(["shared/base.css", "scatter_panels/style.css"]),
    js=link_modules("scatter_panels/main.js"),
)


def scatter_panels(
    panels: Sequence[ScatterPanel],
    subject_ids: Sequence[str],
    *,
    columns: int = 1,
    height_px: int = 260,
    description: str,
    on_open: Callable[[str], None],
    key: str,
) -> None:
    """Draw the panels; a hovered point says whose it is, a click or Enter opens its subject.

    Args:
        panels: in reading order.
        subject_ids: of the points of every panel.
        columns: as many panels a row, where there is room.
        height_px: of a panel, with its axes.
        description: the panels in words, for those who hear the page.
        on_open: called with the subject that was chosen, before the page runs again.
        key: the component's name on the page.
    """
    arrays = {"ids": np.frombuffer("\n".join(subject_ids).encode(), np.uint8)}
    for number, panel in enumerate(panels):
        arrays |= {
            f"{name}{number}": values.astype(np.float32) for name, values in panel.arrays().items()
        }
    header: ScatterPanelsHeader = {
        "panels": [panel.header() for panel in panels],
        "columns": columns,
        "height": height_px,
        "description": description,
        "point": ECG,
        "line": GREY,
    }
    _mount(
        key=key,
        data=pack(header, arrays),
        on_open_change=lambda: on_open(st.session_state[key]["open"]),
    )
