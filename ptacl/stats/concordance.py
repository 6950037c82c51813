"""Harrell's C: how well a risk score orders the times of an outcome, some of them censored."""

import numpy as np
from jaxtyping import Bool, Float

from ptacl.stats.bootstrap import Counts, Draws
from ptacl.stats.interval import Interval, percentile_interval

CHUNK_SUBJECTS = 512
Vector = Float[np.ndarray, " subjects"]


def concordance_of_draws(
    time: Vector, event: Bool[np.ndarray, " subjects"], risk: Vector, counts: Counts
) -> Draws:
    """Return Harrell's C in each draw.

    A pair is comparable if the subject with the shorter time had the event, at equal times if the
    other had none; it is concordant if that subject has the higher risk, and half so at equal
    risks (Harrell, Lee and Mark, Stat Med 1996;15:361).

    Args:
        time: to the event or to the end of the follow-up.
        event: whether it happened.
        risk: higher for an earlier event.
        counts: how often each subject is in each draw.

    Returns:
        C from 0 to 1; 0.5 for a score that does not order the times, NaN without comparable pairs.
    """
    concordant, comparable = np.zeros((2, len(counts)))
    with_event = np.flatnonzero(event)
    for start in range(0, len(with_event), CHUNK_SUBJECTS):
        rows = with_event[start : start + CHUNK_SUBJECTS]
        earlier, score = time[rows, None], risk[rows, None]
        pairs = (earlier < time) | ((earlier == time) & ~event)
        better = np.where(pairs, (score > risk) + 0.5 * (score == risk), 0.0)
        # Of each draw: how often the earlier subject is in it, times how often the later ones are.
        concordant += (counts[:, rows] * (counts @ better.T)).sum(axis=1)
        comparable += (counts[:, rows] * (counts @ pairs.T)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return concordant / comparable


def concordance_interval(
    time: Vector, event: Bool[np.ndarray, " subjects"], risk: Vector, counts: Counts
) -> Interval:
    """Return Harrell's C of all subjects with its percentile interval over the draws."""
    value = concordance_of_draws(time, event, risk, np.ones((1, len(time))))
    return percentile_interval(float(value[0]), concordance_of_draws(time, event, risk, counts))
