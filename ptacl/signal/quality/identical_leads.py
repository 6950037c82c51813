"""Detection of leads that are copies of each other: single-lead recordings, export errors."""

import numpy as np
from jaxtyping import Float

from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_statistics import INDEPENDENT
from ptacl.types import INDEPENDENT_LEADS, Caveat

ONE_SIGNAL = 0.9995
"""Share of the power of all leads in their first principal component; in hearts at most 0.93."""
SAME_LEAD = 0.01
"""Relative difference below which two leads are equal; in hearts at least 0.05."""
MOVES_MV = 0.01
"""Standard deviation below which a lead is flat; flat leads are not compared."""


def equal_leads(signal_mv: Float[np.ndarray, "leads=12 samples"]) -> tuple[Caveat, ...]:
    """Return the caveat that withholds predictions if independent leads are copies; else nothing.

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
        text = "All leads have the same signal: this is not a 12-lead ECG."
        return (Caveat("equal_leads", text, "withhold"),)
    sizes = np.diag(products)
    difference = sizes[:, None] + sizes[None, :] - 2 * products
    equal = difference < SAME_LEAD**2 * np.maximum(sizes[:, None], sizes[None, :])
    pairs = np.argwhere(np.triu(equal, 1))
    if not len(pairs):
        return ()
    first, second = (INDEPENDENT_LEADS[there[index]] for index in pairs[0])
    text = f"{first} and {second} have the same signal: one of them is a copy."
    if (first, second) == ("I", "II"):
        text = (
            "I and II have the same signal: the electrodes of left arm and right leg are "
            "exchanged, or one of the leads is a copy."
        )
    return (Caveat("equal_leads", text, "withhold"),)
