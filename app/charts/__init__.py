"""Records and arrays to Plotly figures; nothing here knows Streamlit."""

from charts.agreement import agreement, bland_altman, coverage_bars, small_multiples
from charts.distributions import Strip, neighbour_strips, selection_histogram
from charts.embedding import cohort_map, place_on_map
from charts.timing import error_by_phase, heat_map
from charts.training import comparison_bars, training_curves
from charts.volumes import volume_panel

__all__ = [
    "Strip",
    "agreement",
    "bland_altman",
    "cohort_map",
    "comparison_bars",
    "coverage_bars",
    "error_by_phase",
    "heat_map",
    "neighbour_strips",
    "place_on_map",
    "selection_histogram",
    "small_multiples",
    "training_curves",
    "volume_panel",
]
