"""Leads that are copies of each other: a recording of one lead, or a mistake of an export."""

import numpy as np
from jaxtyping import Float

from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_statistics import INDEPENDENT
from ptacl.types import INDEPENDENT_LEADS, Caveat

ONE_SIGNAL = 0.9995
"""Share of the leads' power in one course: twelve copies of one lead. Hearts: up to 0.93."""
SAME_LEAD = 0.01
"""Difference of two leads over their size, at which they are one; hearts: from 0.05."""
MOVES_MV = 0.01
"""A lead that moves by less is flat, and no copy of another flat one."""


def equal_leads(signal_mv: Float[np.ndarray, "leads=12 samples"]) -> tuple[Caveat, ...]:
    """The caveat that withholds predictions where independent leads are copies; none else.

    Args:
        signal_mv: as read, in mV; NaN where samples are missing.
    """
    leads = fill_gaps(signal_mv[INDEPENDENT]).astype(np.float64)
    moving = leads - leads.mean(axis=1, keepdims=True)
    there = np.flatnonzero(moving.std(axis=1) > MOVES_MV)
    products = moving[there] @ moving[there].T
    if len(there) < 3:
        return ()
    powers = np.linalg.eigvalsh(products)
    if powers[-1] > ONE_SIGNAL * powers.sum():
        text = "All leads carry one and the same signal: this is no 12-lead ECG."
        return (Caveat("equal_leads", text, "withhold"),)
    sizes = np.diag(products)
    apart = sizes[:, None] + sizes[None, :] - 2 * products
    equal = apart < SAME_LEAD**2 * np.maximum(sizes[:, None], sizes[None, :])
    pairs = np.argwhere(np.triu(equal, 1))
    if not len(pairs):
        return ()
    first, second = (INDEPENDENT_LEADS[there[place]] for place in pairs[0])
    text = f"{first} and {second} carry the same signal: one of them is a copy."
    if (first, second) == ("I", "II"):
        text = (
            "I and II carry the same signal: the electrodes of left arm and right leg are "
            "exchanged, or one of the leads is a copy."
        )
    return (Caveat("equal_leads", text, "withhold"),)
