"""Small histograms of a selection against the rest, whose bars narrow who is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from ptacl.stats.histogram import Histogram

from ..charts.palette import CMR, GREY
from .assets import join_assets, read_asset

_mount = st.components.v2.component(
    "histogram_bars",
    html=read_asset("histogram_bars/page.html"),
    css=join_assets(["shared/base.css", "histogram_bars/style.css"]),
    js=join_assets(
        [
            "shared/lifecycle.js",
            "shared/element.js",
            "histogram_bars/picking.js",
            "histogram_bars/main.js",
        ]
    ),
)

Narrow = Callable[[str, tuple[float, float] | None], None]


@dataclass(frozen=True, slots=True)
class Bars:
    """One histogram."""

    column: str
    """Whose name comes back."""
    label: str
    """The quantity with its unit."""
    histogram: Histogram
    narrowed: bool
    """Whether only a part of its range is shown, so that it can be taken away."""


def histogram_bars(bars: Sequence[Bars], *, on_narrow: Narrow, key: str) -> None:
    """Draw the histograms one below the other; blue is the selection, grey the rest.

    Args:
        bars: the histograms.
        on_narrow: called with a column and the range of the bars that were clicked, dragged
            over or taken by keys, or None where the range is to be taken away.
        key: the component's name on the page.
    """
    drawn = [
        {
            "column": one.column,
            "label": one.label,
            "edges": one.histogram.edges.tolist(),
            "selection": one.histogram.selection.tolist(),
            "rest": one.histogram.rest.tolist(),
            "narrowed": one.narrowed,
        }
        for one in bars
    ]

    def narrowed() -> None:
        asked = st.session_state[key]["narrow"]
        if asked:
            on_narrow(asked["column"], tuple(asked["range"]) if asked["range"] else None)

    _mount(
        key=key,
        data={"bars": drawn, "selection": CMR, "rest": GREY},
        on_narrow_change=narrowed,
    )
