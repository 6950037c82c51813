"""Electrodes exchanged, leads upside down or of another scale, in spite of lawful limb leads.

Exchanged arms obey Einthoven's law, and nothing checks the chest leads but the heart itself. So
the shape of the mean beat in all eight leads is held against that of human hearts
(`lead_statistics`): by how much would it become more usual, were the leads exchanged back?
`python -m tests.benchmarks.wrong_inputs` prints how many of each kind are found. Of 20 real ECGs:

    arms exchanged, right arm and left leg, V1 to V6 reversed          20 each
    V1 and V2, V2 and V3, V1 and V3 exchanged                          20 each
    V3 and V4, V4 and V5, V5 and V6 exchanged                          17, 15, 17
    a chest lead upside down, ten times too high or at a tenth         20 each
    left arm and left leg exchanged                                     3
    a single lead at twice its height                                   1

The last two cannot be told: hearts differ by more. Dextrocardia looks like exchanged arms and
reversed chest leads.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float64

from ptacl.signal.quality.lead_statistics import Beat, LeadStatistics, lead_statistics, normalised
from ptacl.types import INDEPENDENT_LEADS

MORE_USUAL = 0.25
"""Logarithm of how many times nearer to the mean (squared Mahalanobis distance) the leads must come
by being exchanged. One in a hundred of the normal records to develop on and of simulated hearts
gains more as it is; it is a ratio, so that an unusual heart is not called exchanged."""
BESIDE_OTHERS = 30.0
"""Squared distance of a lead, over its 21 numbers, from what the other seven say. A lead ten times
too high is always beyond; of 158 normal records none is (the highest has 6.7)."""
BEATS_ALONE, MOVES_MV = 0.4, 0.05
"""Correlation of a lead's complexes about the R peaks of all with each other, in a lead that moves
by more than the second. Real and simulated leads: 0.88 at the hundredth part; a lead with the beats
of another time: 0.33 in the middle."""
LOW = 0.1
"""Scale of a lead that is looked for; one too high is found by what the others say of it."""
_CHEST = 6
_PER_LEAD = 21


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that may have happened to the leads, as what undoes it."""

    text: str
    """What happened, as a clause: ``the arm electrodes are exchanged``."""
    undo: Float64[np.ndarray, "leads=8 leads=8"]
    """What makes the right independent leads of those that were read."""
    leads: frozenset[str]
    """Which independent leads it concerns."""


@lru_cache(maxsize=1)
def exchanges() -> tuple[Exchange, ...]:
    """Everything that is looked for."""
    return (*_limb_exchanges(), *_chest_exchanges(), *_single_leads())


def find_exchange(beat: Beat, estimated: frozenset[str] = frozenset()) -> Exchange | None:
    """What most probably happened to the leads; None where they are usual enough as they are.

    Args:
        beat: of the ECG.
        estimated: leads that were not read but estimated; they say nothing of their electrodes.
    """
    table = lead_statistics()
    as_read = table.distance(beat.shape)
    best, gain = None, MORE_USUAL
    for exchange in exchanges():
        if exchange.leads & estimated:
            continue
        undone = table.distance(normalised(exchange.undo @ beat.level_mv))
        if (more := math.log(as_read / undone)) > gain:
            best, gain = exchange, more
    return best


def odd_lead(beat: Beat, estimated: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """A lead that cannot be what it is called, and why; the others are usual without it.

    Args as of `find_exchange`.
    """
    for row, chest in enumerate(INDEPENDENT_LEADS[2:], start=2):  # limb leads have their law
        alone = beat.alike[row] < BEATS_ALONE and beat.moves_mv[row] > MOVES_MV
        if chest not in estimated and alone:
            return chest, "not beating with the other leads"
    if lead := _contradicted(beat, estimated):
        return lead, "unlike what the other leads say"
    exchange = find_exchange(beat, estimated)
    if exchange and len(exchange.leads) == 1:
        return next(iter(exchange.leads)), exchange.text.split(" is ", 1)[1]
    return None


def _contradicted(beat: Beat, estimated: frozenset[str]) -> str | None:
    """The lead that the other seven contradict most, if any does beyond the limit."""
    table, shape = lead_statistics(), beat.shape.ravel() - lead_statistics().shape_mean
    found = {
        lead: _beside_others(table, shape, row)
        for row, lead in enumerate(INDEPENDENT_LEADS)
        if lead not in estimated
    }
    worst = max(found, key=found.__getitem__, default=None)
    return worst if worst is not None and found[worst] > BESIDE_OTHERS else None


def _beside_others(table: LeadStatistics, beside: Float64[np.ndarray, " shape"], row: int) -> float:
    """Squared distance of a lead's numbers from their expectation given the other leads'.

    The block of the precision matrix is the inverse of the conditional covariance, and the product
    with the whole deviation is that block times the residual.
    """
    own = slice(row * _PER_LEAD, (row + 1) * _PER_LEAD)
    pull = table.shape_precision[own] @ beside
    residual = np.linalg.solve(table.shape_precision[own, own], pull)
    return float(residual @ pull) / _PER_LEAD


def _limb_exchanges() -> list[Exchange]:
    """Electrodes of the arms and the left leg, each as what it does to I and II."""
    found = {
        "the arm electrodes are exchanged (right and left)": [[-1, 0], [-1, 1]],
        "the electrodes of left arm and left leg are exchanged": [[0, 1], [1, 0]],
        "the electrodes of right arm and left leg are exchanged": [[1, -1], [0, -1]],
        "the electrodes of the limbs are turned around by one place": [[-1, 1], [-1, 0]],
        "the electrodes of the limbs are turned around by one place the other way": [
            [0, -1], [1, -1],
        ],
    }  # fmt: skip
    undone = []
    for text, limb in found.items():
        undo = np.eye(2 + _CHEST)
        undo[:2, :2] = limb
        undone.append(Exchange(text, undo, frozenset(("I", "II"))))
    return undone


def _chest_exchanges() -> list[Exchange]:
    orders = {"V1 to V6 stand in the reverse order": [5, 4, 3, 2, 1, 0]}
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
    """Chest leads upside down, or at a tenth of their scale; limb leads have their own law."""
    undone = []
    for row, lead in enumerate(INDEPENDENT_LEADS[2:], start=2):
        for factor in (-1.0, LOW):
            undo = np.eye(2 + _CHEST)
            undo[row, row] = 1 / factor
            what = "upside down" if factor < 0 else f"scaled × {factor:g}"
            undone.append(Exchange(f"{lead} is {what}", undo, frozenset((lead,))))
    return undone
