"""A lead that cannot be used, from those that can: its expected value given theirs.

Twelve leads hang on eight (`types.FROM_INDEPENDENT`), and these go together as
`lead_statistics` says. The expectation given the leads that can be used is linear in them
(Gaussian conditioning): where two good limb leads are left it is Einthoven's law, exact; where an
electrode is lost it is an estimate. Where a lead was good for part of the recording, what its own
good part says counts nine tenths.
"""

import numpy as np
from jaxtyping import Bool, Float, Float64

from ptacl.signal.filters import highpass
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_statistics import INDEPENDENT, lead_statistics
from ptacl.types import FROM_INDEPENDENT, INDEPENDENT_LEADS, LEADS

NOISE_MV = 0.005
"""Of a good lead: one resolution step of most devices."""
OWN_SHARE = 0.9
OWN_S = 2.0
"""So much with all leads good tells how this person's leads go together."""
FEWEST_KNOWN = 4
"""Independent directions below which nothing is estimated."""
EDGE_S = 0.05
_EXACT = 1e-3
"""Share of a lead's variance that is left open where the others determine it: their rounding."""


def repair(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    good: Bool[np.ndarray, "leads=12 samples"],
    replaced: Bool[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "leads=12 samples"]:
    """The ECG with some samples replaced by what the good ones say.

    Args:
        signal_mv: canonical leads in mV; NaN where samples are missing.
        good: recorded and to be trusted, there and then.
        replaced: what is to be estimated; a lead that no good one is left for becomes NaN there.
        sample_rate_hz: of the signal.
    """
    exact = np.where(good, signal_mv.astype(np.float64), np.nan)
    counted = good.any(axis=1)
    level = np.zeros(len(LEADS))
    level[counted] = np.nanmedian(exact[counted], axis=1)
    centred = np.where(good, exact - level[:, None], 0.0)
    estimate = np.full(signal_mv.shape, np.nan)
    covariance = _covariance(signal_mv, good, sample_rate_hz)
    wanted = replaced.any(axis=0)
    patterns, of_pattern = np.unique(good[:, wanted], axis=1, return_inverse=True)
    moments = np.flatnonzero(wanted)
    for number, pattern in enumerate(patterns.T):
        there = moments[np.asarray(of_pattern).ravel() == number]
        weights = weights_given(pattern, covariance)
        if weights is not None:
            estimate[:, there] = weights @ centred[pattern][:, there]
    whole = np.asarray(replaced.all(axis=1))
    out = signal_mv.astype(np.float64)
    for row in np.flatnonzero(replaced.any(axis=1)):
        if whole[row]:
            out[row] = estimate[row]
        else:
            _fill_stretches(out[row], estimate[row], replaced[row], sample_rate_hz)
    return out


def weights_given(
    good: Bool[np.ndarray, " leads=12"], covariance: Float64[np.ndarray, "leads=8 leads=8"]
) -> Float64[np.ndarray, "leads=12 good"] | None:
    """All twelve leads as multiples of the good ones; None where these say too little.

    Args:
        good: leads that can be used.
        covariance: of the independent leads in mV².
    """
    seen = FROM_INDEPENDENT[good]
    if not good.any() or np.linalg.matrix_rank(seen) < FEWEST_KNOWN:
        return None
    among = seen @ covariance @ seen.T + NOISE_MV**2 * np.eye(len(seen))
    return FROM_INDEPENDENT @ covariance @ seen.T @ np.linalg.inv(among)


def determined(good: Bool[np.ndarray, " leads=12"]) -> Bool[np.ndarray, " leads=12"]:
    """Whether each lead follows from the good ones by Einthoven's law, so that nothing is guessed.

    >>> determined(np.array([lead not in ("I", "V1") for lead in LEADS]))[[0, 6]]
    array([ True, False])
    """
    seen = FROM_INDEPENDENT[good]
    if not good.any():
        return np.zeros(len(LEADS), dtype=bool)
    beside = FROM_INDEPENDENT - FROM_INDEPENDENT @ np.linalg.pinv(seen) @ seen
    return (np.abs(beside) < _EXACT).all(axis=1)


def guessed(good: Bool[np.ndarray, " leads=12"]) -> tuple[str, ...]:
    """The independent leads that must be estimated where these leads are good."""
    follows = determined(good)
    return tuple(lead for lead in INDEPENDENT_LEADS if not follows[LEADS.index(lead)])


def _covariance(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    good: Bool[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "leads=8 leads=8"]:
    """Of the independent leads: everybody's at this ECG's power, and its own where it is whole."""
    moving = highpass(fill_gaps(signal_mv[INDEPENDENT]).astype(np.float64), sample_rate_hz)
    held = good[INDEPENDENT]
    usual = lead_statistics().lead_covariance
    power = np.array([(row[there] ** 2).mean() if there.any() else np.nan for row, there
                      in zip(moving, held, strict=True)])  # fmt: skip
    known = np.isfinite(power)
    if not known.any():
        return usual
    usual = usual * (power[known].sum() / np.trace(usual[np.ix_(known, known)]))
    together = held.all(axis=0)
    if together.sum() < OWN_S * sample_rate_hz:
        return usual
    own = np.cov(moving[:, together])
    return OWN_SHARE * own + (1 - OWN_SHARE) * usual


def _fill_stretches(
    lead: Float64[np.ndarray, " samples"],
    estimate: Float64[np.ndarray, " samples"],
    replaced: Bool[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> None:
    """Put the estimate into each stretch, moved so that it joins the lead at both ends."""
    edge = max(round(EDGE_S * sample_rate_hz), 1)
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], replaced, [False]]).astype(int)))
    for start, end in bounds.reshape(-1, 2):
        inside = estimate[start:end]
        before, after = lead[max(start - edge, 0) : start], lead[end : end + edge]
        head, tail = np.median(inside[:edge]), np.median(inside[-edge:])
        shifts = [np.nanmedian(beside) - level for beside, level in ((before, head), (after, tail))
                  if bool(np.isfinite(beside).any())]  # fmt: skip
        if shifts:
            inside = inside + np.linspace(shifts[0], shifts[-1], end - start)
        lead[start:end] = inside
