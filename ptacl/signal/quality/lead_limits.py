"""What no electrode on a body gives: stretches where a lead is off, and cut-off tops."""

import numpy as np
from jaxtyping import Bool, Float, Float64

BODY_MV = 20.0
"""About the lead's own median. A QRS complex spans 5 mV at the most, a baseline wanders by some
mV; rails and sentinels (−32768 steps) lie far outside at every usual resolution."""
LONELY_MV = 2.0
"""An extreme value that the next lower value is so far from was never passed through on the way:
a rail, or a number that stands for none. The ECG moves by less from sample to sample."""
STILL_S = 0.5
"""A connected electrode has noise: no longer run of one and the same value."""
AROUND_S = 0.02
"""The amplifier needs a moment to come back: so much is left out about a stretch that is off."""
TOP_S, TOPS = 0.008, 3
"""Clipped: so many runs of one extreme value, each so long. Among the 213 PTB-XL records to develop
on one has such tops unclipped; 97 % have them when clipped at 1 mV, all at .5 mV."""
CORNER_STEPS = 3
"""A cut-off top is entered by a jump of so many resolution steps; a rounded one by a single step,
however coarse the steps are."""
CORNER_SHARE = 0.25
"""Of the lead's whole range: enough of a jump in a lead that knows a few levels alone."""
TOP_ABOVE_MV = 0.1
"""Nearer to the middle of its lead an extreme is the resting line of a quiet lead."""


def off_samples(
    signal_mv: Float[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Bool[np.ndarray, "leads samples"]:
    """Whether a lead gives no signal there: missing, impossible, or standing still.

    Where all leads stand still together nothing is off: the line is at rest, not an electrode.

    Args:
        signal_mv: in mV; NaN where samples are missing.
        sample_rate_hz: of the signal.
    """
    missing = ~np.isfinite(signal_mv)
    impossible = np.zeros_like(missing)
    still = np.zeros_like(missing)
    for row, lead in enumerate(signal_mv):
        known = ~missing[row]
        if known.any():
            impossible[row, known] = _impossible(lead[known])
            still[row] = _still(lead, sample_rate_hz) & known
    still &= ~still.all(axis=0)
    return missing | _widened(impossible, sample_rate_hz) | still


def clipped_s(lead: Float[np.ndarray, " samples"], sample_rate_hz: float) -> float:
    """Time that a lead spends on cut-off tops in seconds; 0 where it is not clipped.

    Args:
        lead: in mV, without NaN.
        sample_rate_hz: of the lead.
    """
    starts, lengths = runs(lead)
    values = lead[starts]
    steps = np.abs(np.diff(lead))
    moving = steps > 0
    if not moving.any():
        return 0.0
    corner = min(CORNER_STEPS * float(steps[moving].min()), CORNER_SHARE * float(np.ptp(lead)))
    long_enough = (lengths >= TOP_S * sample_rate_hz) & (lengths >= 3)
    middle, cut = float(np.median(lead)), 0.0
    for extreme in (lead.max(), lead.min()):
        tops = np.flatnonzero((values == extreme) & long_enough)
        sharp = [
            top for top in tops if _entered_by(lead, int(starts[top]), int(lengths[top])) >= corner
        ]
        if len(sharp) >= TOPS and abs(extreme - middle) > TOP_ABOVE_MV:
            cut += float(lengths[sharp].sum()) / sample_rate_hz
    return cut


def runs(lead: Float[np.ndarray, " samples"]) -> tuple[np.ndarray, np.ndarray]:
    """First sample and length of each run of one value."""
    starts = np.flatnonzero(np.concatenate([[True], lead[1:] != lead[:-1]]))
    return starts, np.diff(np.append(starts, lead.size))


def _entered_by(lead: Float[np.ndarray, " samples"], start: int, length: int) -> float:
    """The greater of the jumps into a run and out of it."""
    before = abs(lead[start] - lead[start - 1]) if start else 0.0
    end = start + length
    after = abs(lead[end - 1] - lead[end]) if end < lead.size else 0.0
    return float(max(before, after))


def _impossible(known: Float[np.ndarray, " samples"]) -> Bool[np.ndarray, " samples"]:
    """Beyond what a body gives, or an extreme value that stands alone and comes back."""
    beside = np.abs(known - np.median(known))
    far = beside > BODY_MV
    for turned in (known, -known):
        held: Float64[np.ndarray, " held"] = np.unique(turned[~far])
        if held.size > 2 and held[-1] - held[-2] > LONELY_MV:
            alone = turned == held[-1]
            far |= alone & (alone.sum() > 1)
    return far


def _still(
    lead: Float[np.ndarray, " samples"], sample_rate_hz: float
) -> Bool[np.ndarray, " samples"]:
    _, lengths = runs(lead)
    long_runs = lengths > STILL_S * sample_rate_hz
    return np.repeat(long_runs, lengths)


def _widened(
    off: Bool[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Bool[np.ndarray, "leads samples"]:
    if not off.any():
        return off
    reach = round(AROUND_S * sample_rate_hz)
    kernel = np.ones(2 * reach + 1)
    return np.stack([np.convolve(row, kernel, "same") > 0.5 if row.any() else row for row in off])
