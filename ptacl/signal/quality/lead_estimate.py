"""Estimation of unusable leads from the usable ones, as a conditional expectation.

Twelve leads are linear in eight (`types.FROM_INDEPENDENT`), with the covariance of
`lead_statistics`. The expectation given the usable leads is linear in them (Gaussian conditioning).
With two good limb leads it is Einthoven's law, and exact; for a lost electrode it is an estimate.
The covariance of the recording itself has a weight of nine tenths if all leads are good for long
enough.
"""

import numpy as np
from jaxtyping import Bool, Float, Float64

from ptacl.signal.filters import highpass
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.quality.lead_statistics import INDEPENDENT, lead_statistics
from ptacl.types import FROM_INDEPENDENT, INDEPENDENT_LEADS, LEADS

NOISE_MV = 0.005
"""Noise of a good lead: one resolution step of most devices."""
OWN_SHARE = 0.9
"""Weight of the covariance of the recording itself."""
OWN_S = 2.0
"""Time with all leads good that is needed to use it."""
FEWEST_KNOWN = 4
"""Minimum rank of the usable leads for an estimate."""
EDGE_S = 0.05
_EXACT = 1e-3
"""Largest residual coefficient of a lead that the others determine (rounding)."""


def estimate_samples(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    good: Bool[np.ndarray, "leads=12 samples"],
    replaced: Bool[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "leads=12 samples"]:
    """Replace samples of an ECG by their estimate from the good ones.

    Args:
        signal_mv: canonical leads in mV; NaN where samples are missing.
        good: samples that were recorded and are reliable.
        replaced: samples to estimate; NaN in the result where too few leads are good.
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
    """Compute the weights of the good leads in the estimate of all twelve; None for too few leads.

    Args:
        good: usable leads.
        covariance: of the independent leads in mV².
    """
    matrix = FROM_INDEPENDENT[good]
    if not good.any() or np.linalg.matrix_rank(matrix) < FEWEST_KNOWN:
        return None
    among = matrix @ covariance @ matrix.T + NOISE_MV**2 * np.eye(len(matrix))
    return FROM_INDEPENDENT @ covariance @ matrix.T @ np.linalg.inv(among)


def determined(good: Bool[np.ndarray, " leads=12"]) -> Bool[np.ndarray, " leads=12"]:
    """Return which leads follow from the good ones exactly, by Einthoven's law.

    >>> determined(np.array([lead not in ("I", "V1") for lead in LEADS]))[[0, 6]]
    array([ True, False])
    """
    matrix = FROM_INDEPENDENT[good]
    if not good.any():
        return np.zeros(len(LEADS), dtype=bool)
    residual = FROM_INDEPENDENT - FROM_INDEPENDENT @ np.linalg.pinv(matrix) @ matrix
    return (np.abs(residual) < _EXACT).all(axis=1)


def guessed(good: Bool[np.ndarray, " leads=12"]) -> tuple[str, ...]:
    """Return the independent leads that must be estimated from the good ones."""
    follows = determined(good)
    return tuple(lead for lead in INDEPENDENT_LEADS if not follows[LEADS.index(lead)])


def _covariance(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    good: Bool[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "leads=8 leads=8"]:
    """Return the covariance of the independent leads: scaled reference mixed with their own."""
    moving = highpass(fill_gaps(signal_mv[INDEPENDENT]).astype(np.float64), sample_rate_hz)
    usable = good[INDEPENDENT]
    reference = lead_statistics().lead_covariance
    power = np.array([(row[there] ** 2).mean() if there.any() else np.nan for row, there
                      in zip(moving, usable, strict=True)])  # fmt: skip
    known = np.isfinite(power)
    if not known.any():
        return reference
    reference = reference * (power[known].sum() / np.trace(reference[np.ix_(known, known)]))
    together = usable.all(axis=0)
    if together.sum() < OWN_S * sample_rate_hz:
        return reference
    own = np.cov(moving[:, together])
    return OWN_SHARE * own + (1 - OWN_SHARE) * reference


def _fill_stretches(
    lead: Float64[np.ndarray, " samples"],
    estimate: Float64[np.ndarray, " samples"],
    replaced: Bool[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> None:
    """Insert the estimate into each segment, shifted to be continuous at both ends."""
    edge = max(round(EDGE_S * sample_rate_hz), 1)
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], replaced, [False]]).astype(int)))
    for start, end in bounds.reshape(-1, 2):
        inside = estimate[start:end]
        before, after = lead[max(start - edge, 0) : start], lead[end : end + edge]
        head, tail = np.median(inside[:edge]), np.median(inside[-edge:])
        sides = ((before, head), (after, tail))
        shifts = [np.nanmedian(side) - level for side, level in sides if np.isfinite(side).any()]
        if shifts:
            inside = inside + np.linspace(shifts[0], shifts[-1], end - start)
        lead[start:end] = inside
