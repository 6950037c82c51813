"""Records and arrays to Plotly figures; nothing here knows Streamlit."""

from charts.agreement import agreement, bland_altman, coverage_bars, small_multiples
from charts.distributions import Strip, neighbour_strips
from charts.groups import (
    Beats,
    Effects,
    Path,
    along_walk,
    forest,
    group_beats,
    group_distributions,
)
from charts.reconstruction import filled_in_lead
from charts.timing import error_by_phase, heat_map
from charts.training import comparison_bars, training_curves

__all__ = [
    "Beats",
    "Effects",
    "Path",
    "Strip",
    "agreement",
    "along_walk",
    "bland_altman",
    "comparison_bars",
    "coverage_bars",
    "error_by_phase",
    "filled_in_lead",
    "forest",
    "group_beats",
    "group_distributions",
    "heat_map",
    "neighbour_strips",
    "small_multiples",
    "training_curves",
]
