"""Calibration of predictions and of their intervals against measurements, in bins.

`metrics.calibration_slope` is the same in one number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ptacl.metrics.phenotype_errors import FEWEST, Readings
from ptacl.stats.bootstrap import mean_interval
from ptacl.stats.interval import Interval

VALUE_BINS = 8
DRAWS = 500
WIDTH_BINS = 4


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Subjects with about the same prediction, or with intervals of about the same width."""

    predicted: float
    """Mean prediction, or mean width of the interval."""
    low: float
    """``low`` … ``high``: range of the predictions, or of the widths."""
    high: float
    measured: Interval
    """Mean measurement, or share of measurements inside, with its 95 % interval."""
    n: int


def measured_by_predicted(readings: Readings) -> tuple[CalibrationBin, ...]:
    """Return measured values in up to eight equally full bins of the prediction, lowest first.

    A prediction is calibrated where both are equal: subjects predicted 55 % measure 55 % on
    average. Binned by the measurement, regression to the mean would bend even a perfect model.

    Args:
        readings: of one phenotype.
    """
    return tuple(_bins(readings.predicted, readings.truth, VALUE_BINS))


def coverage_by_width(readings: Readings) -> tuple[CalibrationBin, ...]:
    """Return the coverage by quarters of the interval's width, the narrowest first.

    Intervals of the right coverage overall may have too little where they are narrow.

    Args:
        readings: of one phenotype.
    """
    return tuple(_bins(readings.high - readings.low, readings.inside, WIDTH_BINS))


def _bins(
    predicted: Float[np.ndarray, " subjects"], measured: Float[np.ndarray, " subjects"], most: int
) -> Iterator[CalibrationBin]:
    bins = min(most, max(1, len(predicted) // FEWEST))
    for rows in _equally_full(predicted, bins):
        chosen = predicted[rows]
        yield CalibrationBin(
            predicted=float(chosen.mean()),
            low=float(chosen.min()),
            high=float(chosen.max()),
            measured=mean_interval(measured[rows], draws=DRAWS),
            n=len(rows),
        )


def _equally_full(
    values: Float[np.ndarray, " subjects"], bins: int
) -> list[Int[np.ndarray, " rows"]]:
    return np.array_split(np.argsort(values, kind="stable"), bins)
