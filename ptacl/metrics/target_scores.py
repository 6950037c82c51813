"""How well scores predict a target: R² of numbers, AUROC of outcomes, Harrell's C with times."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Float

from ptacl.io.cohort.targets import Target
from ptacl.metrics.phenotype_errors import FEWEST
from ptacl.metrics.regression import auroc, r2
from ptacl.stats.bootstrap import DRAWS, bootstrap_interval, draw_counts, r2_of_draws
from ptacl.stats.concordance import concordance_interval
from ptacl.stats.interval import Interval, percentile_interval

Metric = Literal["R²", "AUROC", "C-index"]
Vector = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class TargetScore:
    """A figure with its 95 % bootstrap interval."""

    metric: Metric
    value: float
    low: float
    high: float
    n: int
    """Subjects."""
    events: int | None = None
    """Subjects with the outcome; None for a number."""


def score_target(table: pd.DataFrame, target: Target) -> TargetScore | None:
    """Return the figure of a target's stored predictions.

    Args:
        table: of held-out subjects, with the columns of the target.
        target: of the cohort.

    Returns:
        The figure; None where it was not predicted, or fewer than `FEWEST` subjects have both, or
        all or none of them have the outcome.
    """
    columns = [target.value_column, target.predicted_column]
    if target.time is not None:
        columns.append(target.time_column)
    if not set(columns) <= set(table.columns):
        return None
    truth, score, *times = table[columns].astype(np.float64).dropna().to_numpy().T
    if len(truth) < FEWEST:
        return None
    if target.kind == "continuous":
        return score_number(truth, score)
    is_decided = 0 < truth.sum() < len(truth)
    return score_outcome(truth, score, *times) if is_decided else None


def score_number(truth: Vector, predicted: Vector, seed: int = 0) -> TargetScore:
    """Return R² of predictions of a number.

    Args:
        truth: known values.
        predicted: of the same subjects, in the same unit.
        seed: of the bootstrap.
    """
    counts = draw_counts(len(truth), DRAWS, np.random.default_rng(seed))
    draws = r2_of_draws(truth, predicted, counts)
    return _scored("R²", percentile_interval(r2(truth, predicted), draws), len(truth))


def score_outcome(
    outcome: Vector, score: Vector, times: Vector | None = None, seed: int = 0
) -> TargetScore:
    """Return AUROC of an outcome, or Harrell's C where it has times.

    Args:
        outcome: 0 or 1; both occur, unless there are times.
        score: of the same subjects, higher where the outcome is likelier or earlier.
        times: to the event or to the end of the follow-up.
        seed: of the bootstrap.
    """
    present, rng = outcome == 1, np.random.default_rng(seed)
    events = int(present.sum())
    if times is None:
        interval = bootstrap_interval(auroc, (present, score), DRAWS, rng)
        return _scored("AUROC", interval, len(outcome), events)
    counts = draw_counts(len(outcome), DRAWS, rng)
    interval = concordance_interval(times, present, score, counts)
    return _scored("C-index", interval, len(outcome), events)


def _scored(metric: Metric, interval: Interval, n: int, events: int | None = None) -> TargetScore:
    return TargetScore(metric, interval.value, interval.low, interval.high, n, events)
