"""Records and arrays to Plotly figures; nothing here knows Streamlit."""

from charts.agreement import agreement, bland_altman, coverage_bars, small_multiples
from charts.distributions import Strip, neighbour_strips
from charts.reconstruction import filled_in_lead
from charts.timing import error_by_phase, heat_map
from charts.training import comparison_panels, training_curves

__all__ = [
    "Strip",
    "agreement",
    "bland_altman",
    "comparison_panels",
    "coverage_bars",
    "error_by_phase",
    "filled_in_lead",
    "heat_map",
    "neighbour_strips",
    "small_multiples",
    "training_curves",
]
