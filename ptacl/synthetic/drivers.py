"""Physiological parameters that determine the simulated ECG."""

from dataclasses import dataclass, fields

import numpy as np

from ptacl.synthetic.physiology import Heart


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


def drivers_of(heart: Heart) -> Drivers:
    """Return the ECG drivers of the first subject."""
    rr_s = 60 / heart.hr_bpm
    derived = {
        "old_years": heart.age_years - 64, "qt_s": heart.qtc_s * np.cbrt(rr_s), "rr_s": rr_s,
    }  # fmt: skip
    names = (field.name for field in fields(Drivers))
    return Drivers(
        **{n: float((derived[n] if n in derived else getattr(heart, n))[0]) for n in names}
    )
