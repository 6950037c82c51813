"""Calibration of probabilities: reliability bins, expected calibration error, Brier score."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

BINS = 10
Present = Bool[np.ndarray, " subjects"]
Probability = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Subjects with about the same probability of an event."""

    predicted: float
    """Mean probability."""
    measured: float
    """Share of the subjects that have the event."""
    n: int


def reliability(present: Present, probability: Probability) -> tuple[ReliabilityBin, ...]:
    """Return the bins of width 0.1 that hold a subject, the lowest probabilities first."""
    bins = np.clip((probability * BINS).astype(np.int64), 0, BINS - 1)
    return tuple(
        ReliabilityBin(
            float(probability[bins == each].mean()),
            float(present[bins == each].mean()),
            int((bins == each).sum()),
        )
        for each in np.unique(bins)
    )


def calibration_error(present: Present, probability: Probability) -> float:
    """Return the expected calibration error: the mean distance in the bins, weighted by subjects.

    Of a rare event it is small for any probabilities with the right mean: the bins and the Brier
    score belong to it.

    Source: Naeini, Cooper and Hauskrecht, AAAI 2015.

    Example:
        >>> round(calibration_error(np.array([True, False]), np.array([0.9, 0.3])), 3)
        0.2
    """
    bins = reliability(present, probability)
    return sum(abs(each.predicted - each.measured) * each.n for each in bins) / len(present)


def brier_score(present: Present, probability: Probability) -> float:
    """Return the mean squared error of a probability; that of the mean alone is p (1 − p).

    Source: Brier, Mon Weather Rev 1950.
    """
    return float(((probability - present) ** 2).mean())
