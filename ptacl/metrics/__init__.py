"""How far predicted phenotypes may be trusted: scores, calibration, subgroups, worst cases."""

from ptacl.metrics.calibration import CalibrationBin, coverage_by_width, measured_by_predicted
from ptacl.metrics.phenotype_errors import (
    FEWEST,
    Readings,
    cases,
    held_out,
    read_phenotype,
    readable,
    scores,
    worst_cases,
)
from ptacl.metrics.subgroups import error_by_subgroup, subgroups

__all__ = [
    "FEWEST",
    "CalibrationBin",
    "Readings",
    "cases",
    "coverage_by_width",
    "error_by_subgroup",
    "held_out",
    "measured_by_predicted",
    "read_phenotype",
    "readable",
    "scores",
    "subgroups",
    "worst_cases",
]
