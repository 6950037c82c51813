"""Small histograms of a selection against the rest; their bars filter the subjects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from ptacl.stats.histogram import Histogram

from ..charts.palette import CMR, GREY
from .assets import join_assets, link_modules, read_asset
from .headers import BarsHeader, HistogramBarsData

_mount = st.components.v2.component(
    "histogram_bars",
    html=read_asset("histogram_bars/page.html"),
    css=join_assets(["shared/base.css", "histogram_bars/style.css"]),
    js=link_modules("histogram_bars/main.js"),
)

Narrow = Callable[[str, tuple[float, float] | None], None]


@dataclass(frozen=True, slots=True)
class Bars:
    """One histogram."""

    column: str
    """Key that is passed to ``on_narrow``."""
    label: str
    """The quantity with its unit."""
    histogram: Histogram
    narrowed: bool
    """Whether a range filter is active, which can be removed."""


def histogram_bars(bars: Sequence[Bars], *, on_narrow: Narrow, key: str) -> None:
    """Draw the histograms one below the other; blue is the selection, grey the rest.

    Args:
        bars: the histograms.
        on_narrow: called with a column and the range of the bars that were clicked, dragged
            over or selected by keys, or None to remove the filter.
        key: the component's name on the page.
    """
    drawn: list[BarsHeader] = [
        {
            "column": histogram.column,
            "label": histogram.label,
            "edges": histogram.histogram.edges.tolist(),
            "selection": histogram.histogram.selection.tolist(),
            "rest": histogram.histogram.rest.tolist(),
            "narrowed": histogram.narrowed,
        }
        for histogram in bars
    ]

    def narrowed() -> None:
        request = st.session_state[key]["narrow"]
        if request:
            on_narrow(request["column"], tuple(request["range"]) if request["range"] else None)

    data: HistogramBarsData = {"bars": drawn, "selection": CMR, "rest": GREY}
    _mount(
        key=key,
        data=data,
        on_narrow_change=narrowed,
    )
