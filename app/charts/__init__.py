"""Plotly figures from records and arrays, independent of Streamlit."""

from .calibration import subgroup_errors, value_calibration, width_calibration
from .data_curve import data_curves
from .groups import Effects, Path, forest, group_distributions, path_chart
from .reconstruction import filled_in_lead, lead_strip
from .runs import run_curves
from .strain import GroupCurve, strain_by_group
from .timing import error_by_phase
from .training import comparison_panels, training_curves

__all__ = [
    "Effects",
    "GroupCurve",
    "Path",
    "comparison_panels",
    "data_curves",
    "error_by_phase",
    "filled_in_lead",
    "forest",
    "group_distributions",
    "lead_strip",
    "path_chart",
    "run_curves",
    "strain_by_group",
    "subgroup_errors",
    "training_curves",
    "value_calibration",
    "width_calibration",
]
