"""Detection of exchanged electrodes, and of leads with inverted polarity or another scale.

Exchanged arm electrodes comply with Einthoven's law, and no law constrains the chest leads. The
shape of the mean beat in all eight leads is therefore compared with that of human hearts
(`lead_statistics`): how much more typical would it be if the exchange were reversed?
`python -m tests.benchmarks.wrong_inputs` prints how many of each kind are detected. Of 20 real
ECGs:

    arms exchanged, right arm and left leg, V1 to V6 reversed          20 each
    V1 and V2, V2 and V3, V1 and V3 exchanged                          20 each
    V3 and V4, V4 and V5, V5 and V6 exchanged                          17, 15, 17
    a chest lead upside down, ten times too high or at a tenth         20 each
    left arm and left leg exchanged                                     6
    a single lead at twice its height                                   1

Most of the last two cannot be detected, since hearts differ by more. Dextrocardia looks like
exchanged arm electrodes and reversed chest leads.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float64

from ptacl.signal.quality.lead_statistics import Beat, LeadStatistics, lead_statistics, normalised
from ptacl.types import INDEPENDENT_LEADS

MIN_GAIN = 0.25
"""Log ratio of the squared Mahalanobis distances to the mean before and after reversal of an
exchange. One in a hundred of the normal development records and simulated hearts exceeds it
unexchanged; it is a ratio, so that an atypical heart is not reported as exchanged."""
MIN_LEG_GAIN = 0.18
"""The same for the electrodes of left arm and left leg, whose exchange changes least. In tenfold
cross-validation over 213 development records none exceeds it unexchanged and 26 % do exchanged;
15 % exceed `MIN_GAIN`. Of 123 simulated hearts outside of the fit, one exceeds it."""
MAX_CONDITIONAL_DISTANCE = 30.0
"""Squared conditional Mahalanobis distance of a lead given the other seven, divided by its 21
values. A lead ten times too high always exceeds it, and none of 158 normal records does (the
maximum is 6.7)."""
MIN_BEAT_CORRELATION, MIN_RMS_MV = 0.4, 0.05
"""Correlation of a lead's complexes at the common R peaks with each other, and the least RMS of a
lead for this test. Real and simulated leads: 0.88 at the first percentile; a lead with beats at
other times: 0.33 in the median."""
LOW = 0.1
"""Scale of an attenuated lead; amplified leads are detected by `MAX_CONDITIONAL_DISTANCE`."""
_LEFT_ARM_AND_LEG = "the electrodes of left arm and left leg are exchanged"
_CHEST = 6
_PER_LEAD = 21


@dataclass(frozen=True, slots=True)
class Exchange:
    """A possible fault of the leads and the matrix that corrects it."""

    text: str
    """The fault as a clause: ``the arm electrodes are exchanged``."""
    undo: Float64[np.ndarray, "leads=8 leads=8"]
    """Matrix from the independent leads as read to the correct ones."""
    leads: frozenset[str]
    """Independent leads that it affects."""
    min_gain: float = MIN_GAIN
    """Log ratio of distances from which it is reported."""


@lru_cache(maxsize=1)
def exchanges() -> tuple[Exchange, ...]:
    """Return all faults that are tested."""
    return (*_limb_exchanges(), *_chest_exchanges(), *_single_leads())


def find_exchange(beat: Beat, estimated: frozenset[str] = frozenset()) -> Exchange | None:
    """Find the most probable exchange of leads; None if the leads are typical as they are.

    Args:
        beat: mean beat of the ECG.
        estimated: estimated leads, which contain no information about their electrodes.
    """
    table = lead_statistics()
    as_read = table.distance(beat.shape)
    best, gain = None, 0.0
    for exchange in exchanges():
        if exchange.leads & estimated:
            continue
        undone = table.distance(normalised(exchange.undo @ beat.level_mv))
        if (more := math.log(as_read / undone)) > max(gain, exchange.min_gain):
            best, gain = exchange, more
    return best


def odd_lead(beat: Beat, estimated: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """Find a lead that does not fit the others, and the reason; None if there is none.

    Args:
        beat: mean beat of the ECG.
        estimated: estimated leads, which are not tested.
    """
    for row, chest in enumerate(INDEPENDENT_LEADS[2:], start=2):  # limb leads: `limb_leads`
        alone = beat.correlation[row] < MIN_BEAT_CORRELATION and beat.rms_mv[row] > MIN_RMS_MV
        if chest not in estimated and alone:
            return chest, "not beating with the other leads"
    if lead := _contradicted(beat, estimated):
        return lead, "inconsistent with the other leads"
    exchange = find_exchange(beat, estimated)
    if exchange and len(exchange.leads) == 1:
        return next(iter(exchange.leads)), exchange.text.split(" is ", 1)[1]
    return None


def _contradicted(beat: Beat, estimated: frozenset[str]) -> str | None:
    """Return the lead with the largest conditional distance, if it exceeds the limit."""
    table, shape = lead_statistics(), beat.shape.ravel() - lead_statistics().shape_mean
    distances = {
        lead: _conditional_distance(table, shape, row)
        for row, lead in enumerate(INDEPENDENT_LEADS)
        if lead not in estimated
    }
    worst = max(distances, key=distances.__getitem__, default=None)
    return worst if worst is not None and distances[worst] > MAX_CONDITIONAL_DISTANCE else None


def _conditional_distance(
    table: LeadStatistics, deviation: Float64[np.ndarray, " shape"], row: int
) -> float:
    """Compute the squared Mahalanobis distance of a lead given the other leads.

    The block of the precision matrix is the inverse of the conditional covariance, and the product
    with the whole deviation is that block times the residual.
    """
    own = slice(row * _PER_LEAD, (row + 1) * _PER_LEAD)
    pull = table.shape_precision[own] @ deviation
    residual = np.linalg.solve(table.shape_precision[own, own], pull)
    return float(residual @ pull) / _PER_LEAD


def _limb_exchanges() -> list[Exchange]:
    """Return the exchanges of arm and left leg electrodes, by their effect on I and II."""
    effects = {
        "the arm electrodes are exchanged (right and left)": [[-1, 0], [-1, 1]],
        _LEFT_ARM_AND_LEG: [[0, 1], [1, 0]],
        "the electrodes of right arm and left leg are exchanged": [[1, -1], [0, -1]],
        "the electrodes of the limbs are turned around by one place": [[-1, 1], [-1, 0]],
        "the electrodes of the limbs are turned around by one place the other way": [
            [0, -1], [1, -1],
        ],
    }  # fmt: skip
    undone = []
    for text, limb in effects.items():
        undo = np.eye(2 + _CHEST)
        undo[:2, :2] = limb
        least = MIN_LEG_GAIN if text == _LEFT_ARM_AND_LEG else MIN_GAIN
        undone.append(Exchange(text, undo, frozenset(("I", "II")), least))
    return undone


def _chest_exchanges() -> list[Exchange]:
    orders = {"V1 to V6 are in reverse order": [5, 4, 3, 2, 1, 0]}
    for first in range(_CHEST):
        for second in range(first + 1, _CHEST):
            order = list(range(_CHEST))
            order[first], order[second] = second, first
            orders[f"V{first + 1} and V{second + 1} are exchanged"] = order
    undone = []
    for text, order in orders.items():
        undo = np.eye(2 + _CHEST)
        undo[2:, 2:] = np.eye(_CHEST)[order]
        moved = frozenset(f"V{n + 1}" for n in range(_CHEST) if order[n] != n)
        undone.append(Exchange(text, undo, moved))
    return undone


def _single_leads() -> list[Exchange]:
    """Return inverted and attenuated chest leads; limb leads are checked by `limb_leads`."""
    undone = []
    for row, lead in enumerate(INDEPENDENT_LEADS[2:], start=2):
        for factor in (-1.0, LOW):
            undo = np.eye(2 + _CHEST)
            undo[row, row] = 1 / factor
            what = "upside down" if factor < 0 else f"scaled × {factor:g}"
            undone.append(Exchange(f"{lead} is {what}", undo, frozenset((lead,))))
    return undone
