"""Leads of an ECG in the QRS band, and their vector magnitude.

The magnitude has no polarity and is robust to flat leads and to one noisy lead.
"""

import numpy as np
from jaxtyping import Bool, Float, Float64, Int

from ptacl.signal.filters import bandpass
from ptacl.signal.gaps import fill_gaps
from ptacl.types import INDEPENDENT_LEADS, LEADS, LIMB

QRS_BAND_HZ = (5.0, 30.0)
VISIBLE_SHARE, VISIBLE_LEADS = 0.1, 3
"""A QRS is visible in at least three leads with a tenth of their typical QRS, an electrode artefact
in one or two. Of 4,100 beats of PTB-XL the faintest reaches a sixth in seven of eight leads."""
_INDEPENDENT = [LEADS.index(lead) for lead in INDEPENDENT_LEADS]


def independent_leads(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
) -> Float64[np.ndarray, "leads=8 samples"]:
    """Return the eight independent leads, gaps filled."""
    return fill_gaps(signal_mv)[_INDEPENDENT].astype(np.float64)


def with_lone_limb_lead(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
) -> Float[np.ndarray, "leads=12 samples"]:
    """Return an ECG with its only limb lead in the place of II as well, if I and II are zero.

    Waves are found in the independent leads. With III, aVR, aVL or aVF alone there is none of the
    limbs; their timing is found in the one that there is.
    """
    limbs = [row for row in range(len(LIMB)) if signal_mv[row].any()]
    if len(limbs) != 1 or limbs[0] in _INDEPENDENT:
        return signal_mv
    shown = signal_mv.copy()
    shown[LEADS.index("II")] = signal_mv[limbs[0]]
    return shown


def qrs_magnitude(
    signal_mv: Float[np.ndarray, "leads=12 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " samples"]:
    """Compute the vector magnitude of the independent leads in the QRS band.

    It is robust to noisy leads: each lead is limited to three times its typical QRS and weighted by
    the ratio of its peaks to its median (noise: about 4). At each sample the largest lead is
    excluded: a QRS is visible in several leads, the artefact of a loose electrode in one. With one
    or two active leads none is.

    Args:
        signal_mv: canonical leads; NaN allowed.
        sample_rate_hz: above 60 Hz.
    """
    leads = independent_leads(signal_mv)
    return common_length(in_qrs_band(leads, sample_rate_hz), sample_rate_hz)


def in_qrs_band(
    leads_mv: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, "leads=8 samples"]:
    """Filter the leads to 5–30 Hz; zero if there are too few samples to filter."""
    if leads_mv.shape[1] < 3:
        return np.zeros_like(leads_mv)
    return bandpass(leads_mv, sample_rate_hz, QRS_BAND_HZ)


def common_length(
    banded: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " samples"]:
    """Compute the robust length of the vector of all leads (see `qrs_magnitude`)."""
    if banded.shape[1] < 3:
        return np.zeros(banded.shape[1])
    sharp = np.abs(banded)
    typical = typical_heights(sharp, sample_rate_hz)
    middle = np.median(sharp[:, ::3], axis=1)  # a third of the samples is enough
    with np.errstate(divide="ignore", invalid="ignore"):
        prominence = np.where(middle > 0, typical / middle, 0.0)
    weight = np.clip(prominence / 4.0 - 1.0, 0.05, 1.0)[:, None]
    limited = np.minimum(sharp, 3.0 * typical[:, None]) * weight
    energy = limited**2
    if (typical > 0).sum() < VISIBLE_LEADS:
        return np.sqrt(energy.sum(axis=0))
    return np.sqrt(np.maximum(energy.sum(axis=0) - energy.max(axis=0), 0.0))


def visible_in_many(
    peaks: Int[np.ndarray, " peaks"],
    banded: Float64[np.ndarray, "leads=8 samples"],
    reach: int,
    sample_rate_hz: float,
) -> Bool[np.ndarray, " peaks"]:
    """Return which peaks are visible in enough of the active leads, within ``reach`` samples."""
    sharp = np.abs(banded)
    typical = typical_heights(sharp, sample_rate_hz)
    padded = np.pad(sharp, ((0, 0), (reach, reach)))
    windows = padded[:, peaks[:, None] + np.arange(2 * reach + 1)]
    visible = windows.max(axis=2) > VISIBLE_SHARE * typical[:, None]
    return visible[typical > 0].sum(axis=0) >= min(VISIBLE_LEADS, int((typical > 0).sum()))


def typical_heights(
    sharp: Float64[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " leads"]:
    """Return the median over two-second windows (a beat in each at 30/min) of their maximum."""
    window = min(round(2.0 * sample_rate_hz), sharp.shape[1])
    count = sharp.shape[1] // window
    windows = sharp[:, : count * window].reshape(len(sharp), count, window)
    return np.median(windows.max(axis=2), axis=1)
