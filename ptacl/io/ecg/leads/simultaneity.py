"""Detection of simultaneous recording of groups of leads, from their signals.

One heart beats in all leads at once: the six limb leads follow Einthoven's law sample by sample,
and the QRS complexes of all leads coincide.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64

from ptacl.io.ecg.leads.einthoven import limb_disagreement
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.recording import Channel
from ptacl.types import LIMB

SAME_TIME = 0.05
"""Largest share of the limb leads' energy that violates Einthoven's law in simultaneous leads. On
213 records of PTB-XL it is at most .00003 over 2.5 s; with aVR, aVL and aVF taken from the 2.5 s
after I, II and III it is at least .117, .51 in the median
(``tests/io/ecg/leads/test_simultaneity.py``)."""
SAME_BEATS = 0.6
"""Smallest correlation of the steepness of two simultaneous groups. On the same records it is at
least .82 between limb and chest leads of the same 5 s, and above .6 in 5.6 % if the chest leads are
those of the next 5 s: the beats of a steady rhythm may coincide by chance."""
QRS_S = 0.08
"""Window over which steepness is summed, in seconds."""


def recorded_together(groups: Sequence[Sequence[Channel]], rate_hz: float) -> bool | None:
    """Return whether groups of different leads were recorded at one time; None if unknown.

    Args:
        groups: the channels of each.
        rate_hz: of all.
    """
    limb = _limb_leads(groups)
    if limb is not None:
        return limb_disagreement(limb) <= SAME_TIME
    steep = [_steepness(group, rate_hz) for group in groups]
    if any(slope is None for slope in steep):
        return None
    first, *others = (slope for slope in steep if slope is not None)
    return all(_correlation(first, other) >= SAME_BEATS for other in others)


def _limb_leads(
    groups: Sequence[Sequence[Channel]],
) -> Float64[np.ndarray, "limb_leads=6 samples"] | None:
    """Return all six limb leads if they come from several groups; else None."""
    named = {canonical_lead(channel.name): channel for group in groups for channel in group}
    sources = [{canonical_lead(channel.name) for channel in group} & set(LIMB) for group in groups]
    if sum(map(bool, sources)) < 2 or not set(LIMB) <= set(named):
        return None
    limb = [named[lead] for lead in LIMB]
    size = min(len(channel.samples) for channel in limb)
    if size < 2 or len({channel.unit for channel in limb}) > 1:
        return None
    stacked = np.stack([channel.samples[:size] for channel in limb])
    return stacked if np.isfinite(stacked).all(axis=0).sum() > 1 else None


def _steepness(group: Sequence[Channel], rate_hz: float) -> Float64[np.ndarray, " steps"] | None:
    """Return the normalised slope of a group's leads; None if fewer than two vary.

    A single lead may have such a small QRS that its T wave is as steep.
    """
    sums = []
    for channel in group:
        samples = channel.samples[np.isfinite(channel.samples)]
        spread = float(np.std(samples)) if samples.size else 0.0
        if canonical_lead(channel.name) and spread > 0:
            steps = np.abs(np.diff(channel.samples)) / spread
            sums.append(np.where(np.isfinite(steps), steps, 0.0))
    if len(sums) < 2 or min(map(len, sums)) < rate_hz:
        return None
    shortest = min(map(len, sums))
    total = np.sum([slope[:shortest] for slope in sums], axis=0)
    return np.convolve(total, np.ones(max(round(QRS_S * rate_hz), 1)), "same")


def _correlation(
    first: Float64[np.ndarray, " steps"], second: Float64[np.ndarray, " others"]
) -> float:
    size = min(len(first), len(second))
    both = np.stack([first[:size], second[:size]])
    return float(np.corrcoef(both)[0, 1]) if np.ptp(both, axis=1).all() else 0.0
