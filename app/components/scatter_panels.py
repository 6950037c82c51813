"""Scatter plots on canvases: a point per subject, explored without server calls.

A chart library is slow for thousands of points in nine plots, as vectors and with WebGL in
software; a canvas is not.
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
    """Draw the panels; a hovered point shows its subject, a click or Enter opens it.

    Args:
        panels: in reading order.
        subject_ids: of the points of every panel.
        columns: panels in a row, where there is room.
        height_px: of a panel, with its axes.
        description: of the panels, for screen readers.
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
