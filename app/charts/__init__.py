"""Records and arrays to Plotly figures; nothing here knows Streamlit."""

from charts.calibration import subgroup_errors, value_calibration, width_calibration
from charts.groups import (
    Effects,
    Path,
    along_walk,
    forest,
    group_distributions,
)
from charts.reconstruction import filled_in_lead, lead_strip
from charts.style import signed
from charts.timing import error_by_phase
from charts.training import comparison_panels, training_curves

__all__ = [
    "Effects",
    "Path",
    "along_walk",
    "comparison_panels",
    "error_by_phase",
    "filled_in_lead",
    "forest",
    "group_distributions",
    "lead_strip",
    "signed",
    "subgroup_errors",
    "training_curves",
    "value_calibration",
    "width_calibration",
]
