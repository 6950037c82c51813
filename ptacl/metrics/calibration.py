"""Does a prediction mean what it says? Values and intervals against what was measured, in bins.

`metrics.calibration_slope` is the same in one number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ptacl.metrics.mean_intervals import mean_interval
from ptacl.metrics.phenotype_errors import FEWEST, Readings
from ptacl.stats.bootstrap import Interval

VALUE_BINS = 8
WIDTH_BINS = 4


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Subjects to whom the model says about the same."""

    said: float
    """Mean of what it says of them: the prediction, or the width of its interval."""
    low: float
    """``low`` … ``high``: from the least to the most that it says."""
    high: float
    found: Interval
    """Mean of what is so: the measurement, or the share inside; with its 95 % interval."""
    n: int


def measured_by_predicted(readings: Readings) -> tuple[CalibrationBin, ...]:
    """Measured values in up to eight equally full bins of the prediction, the lowest first.

    Calibrated where ``found`` is ``said``: of the subjects predicted 55 %, the mean is 55 %. The
    other way round, predicted by measured, regression to the mean bends even a perfect model.
    """
    return tuple(_bins(readings.predicted, readings.truth, VALUE_BINS))


def coverage_by_width(readings: Readings) -> tuple[CalibrationBin, ...]:
    """Share of measurements inside, by quarters of the interval's width, the narrowest first.

    Intervals that keep their promise on the whole may break it where they are narrow.
    """
    return tuple(_bins(readings.high - readings.low, readings.inside, WIDTH_BINS))


def _bins(
    said: Float[np.ndarray, " subjects"], found: Float[np.ndarray, " subjects"], most: int
) -> Iterator[CalibrationBin]:
    bins = min(most, max(1, len(said) // FEWEST))
    for rows in _equally_full(said, bins):
        chosen = said[rows]
        yield CalibrationBin(
            said=float(chosen.mean()),
            low=float(chosen.min()),
            high=float(chosen.max()),
            found=mean_interval(found[rows]),
            n=len(rows),
        )


def _equally_full(
    values: Float[np.ndarray, " subjects"], bins: int
) -> list[Int[np.ndarray, " rows"]]:
    return np.array_split(np.argsort(values, kind="stable"), bins)
