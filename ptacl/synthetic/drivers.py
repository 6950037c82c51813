"""Physiological parameters that determine the simulated ECG."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drivers:
    """Parameters of the ECG of one subject (see ``physiology.Heart``)."""

    male: float
    old_years: float
    """Age − 64."""
    adiposity: float
    rvl: float
    mass_log: float
    lv_size_log: float
    rv_size_log: float
    ef_score: float
    lbbb: float
    rbbb: float
    af: float
    ectopy: float
    scar_size: float
    scar_territory: float
    qrs_width: float
    qt_s: float
    pr_s: float
    rr_s: float
