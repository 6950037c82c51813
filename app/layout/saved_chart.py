"""The one way in which pages show a Plotly chart: with a caption, saved as SVG and as CSV."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.config.exported_cells import safe_csv

from ..charts.exported import captioned, trace_table
from ..session import galleries
from ..text.sentences import SYNTHETIC

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from streamlit.delta_generator import DeltaGenerator


def chart(figure: go.Figure, *, key: str, alt: str, into: DeltaGenerator | None = None) -> None:
    """Show a chart; pointing at it offers the picture (SVG), a button below it the values (CSV).

    Args:
        figure: not changed.
        key: of the element, and of the saved files.
        alt: what the chart shows, then its numbers; what is before the first colon, semicolon or
            full stop becomes the caption.
        into: where to show it; the page by default.
    """
    place = st.container() if into is None else into.container()
    badge = SYNTHETIC if galleries.gallery().synthetic else ""
    name = "-".join(filter(None, ("ptacl", re.sub(r"\W+", "-", key.lower()), badge)))
    place.plotly_chart(
        captioned(figure, re.split(r"[:;.] ", f"{alt} ")[0].strip(), badge),
        key=key,
        alt=alt,
        config={
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "svg", "filename": name},
        },
    )
    place.download_button(
        "Values as CSV",
        lambda: safe_csv(trace_table(figure), index=False),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"csv-{key}",
        type="tertiary",
        icon=":material/download:",
        help="The picture is saved by the camera that appears over the chart, as SVG.",
    )
