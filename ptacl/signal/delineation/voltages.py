"""Voltage criteria of left ventricular hypertrophy, measured on the mean beat.

An R wave is the maximum of the QRS above the level before it, an S wave its largest depth; a QS
complex counts as an S wave.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ptacl.signal.delineation.qrs import level_beat, whole_beats
from ptacl.types import LEADS


@dataclass(frozen=True, slots=True)
class QrsVoltages:
    """Voltages in mV; NaN where the ECG shows no QRS."""

    sokolow_lyon_mv: float
    """S in V1 plus the taller R of V5 and V6; 3.5 mV or more indicates hypertrophy.

    Source: Sokolow and Lyon, Am Heart J 1949;37:161.
    """
    cornell_mv: float
    """R in aVL plus S in V3; above 2.8 mV in men, 2.0 mV in women.

    Source: Casale et al., Circulation 1987;75:565.
    """
    peguero_lo_presti_mv: float
    """Deepest S of any lead plus S in V4; 2.8 mV or more in men, 2.3 mV in women.

    Source: Peguero et al., J Am Coll Cardiol 2017;69:1694.
    """


def qrs_voltages(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> QrsVoltages:
    """Measure the voltage sums of the hypertrophy criteria.

    Args:
        signal_mv: canonical leads in mV, raw or without its baseline; NaN allowed.
        r_peaks: as from `beats.find_r_peaks`.
        sample_rate_hz: 100 Hz or more.
    """
    level = level_beat(whole_beats(signal_mv, r_peaks, sample_rate_hz), sample_rate_hz)
    if level is None:
        return QrsVoltages(float("nan"), float("nan"), float("nan"))
    r = dict(zip(LEADS, level.qrs.max(axis=1).clip(min=0).tolist(), strict=True))
    s = dict(zip(LEADS, (-level.qrs.min(axis=1)).clip(min=0).tolist(), strict=True))
    return QrsVoltages(
        sokolow_lyon_mv=s["V1"] + max(r["V5"], r["V6"]),
        cornell_mv=r["aVL"] + s["V3"],
        peguero_lo_presti_mv=max(s.values()) + s["V4"],
    )
