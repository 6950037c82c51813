"""Detection of samples that no electrode on a body gives: lead off, rails, clipping."""

import numpy as np
from jaxtyping import Bool, Float, Float64

BODY_MV = 20.0
"""Largest distance from the median of the lead. A QRS complex spans at most 5 mV and the baseline
wanders by a few mV; rails and sentinel values (−32768 steps) are far beyond at all common
resolutions."""
LONELY_MV = 2.0
"""Distance from an extreme value to the next one, above which it is a rail or a sentinel value. An
ECG changes by less from sample to sample."""
STILL_S = 0.5
"""Longest run of equal values; a connected electrode has noise."""
AROUND_S = 0.02
"""Margin around samples that are off, in which the amplifier recovers."""
TOP_S, TOPS = 0.008, 3
"""Length and number of runs of an extreme value in a clipped lead. Of the 213 PTB-XL development
records one has them unclipped; 97 % have them when clipped at 1 mV, all at 0.5 mV."""
CORNER_STEPS = 3
"""Resolution steps by which a clipped peak is entered; a rounded peak is entered by one step."""
CORNER_SHARE = 0.25
"""Share of the range of a lead that is a jump as well, for leads with few levels."""
TOP_ABOVE_MV = 0.1
"""Distance from the median, below which an extreme value is the baseline of a quiet lead."""


def off_samples(
    signal_mv: Float[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Bool[np.ndarray, "leads samples"]:
    """Find samples at which a lead has no signal: missing, impossible, or constant.

    Samples at which all leads are constant are not off: that is a quiet baseline, not a loose
    electrode.

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
    """Return the time in seconds for which a lead is clipped; 0 if it is not.

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
    """Return the first sample and the length of each run of equal values."""
    starts = np.flatnonzero(np.concatenate([[True], lead[1:] != lead[:-1]]))
    return starts, np.diff(np.append(starts, lead.size))


def _entered_by(lead: Float[np.ndarray, " samples"], start: int, length: int) -> float:
    """Return the larger of the jumps at both ends of a run."""
    before = abs(lead[start] - lead[start - 1]) if start else 0.0
    end = start + length
    after = abs(lead[end - 1] - lead[end]) if end < lead.size else 0.0
    return float(max(before, after))


def _impossible(known: Float[np.ndarray, " samples"]) -> Bool[np.ndarray, " samples"]:
    """Find samples beyond `BODY_MV`, and isolated extreme values that occur repeatedly."""
    deviation = np.abs(known - np.median(known))
    far = deviation > BODY_MV
    for turned in (known, -known):
        levels: Float64[np.ndarray, " held"] = np.unique(turned[~far])
        if levels.size > 2 and levels[-1] - levels[-2] > LONELY_MV:
            alone = turned == levels[-1]
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
