"""The QRS band of an ECG: what is left of its leads there, and the length of all together.

The vector magnitude has no polarity, no flat lead silences it, and one noisy lead cannot rule it.
"""

import numpy as np
from jaxtyping import Bool, Float, Float64, Int

from ptacl.signal.filters import bandpass
from ptacl.signal.gaps import fill_gaps
from ptacl.types import INDEPENDENT_LEADS, LEADS

QRS_BAND_HZ = (5.0, 30.0)
SEEN_SHARE, SEEN_LEADS = 0.1, 3
"""A QRS shows in at least three leads with a tenth of their typical QRS; the jump of an electrode
in one or two. Of 4,100 beats of PTB-XL the faintest shows in seven of eight with a sixth."""
_INDEPENDENT = [LEADS.index(lead) for lead in INDEPENDENT_LEADS]


def independent_leads(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
) -> Float64[np.ndarray, "leads=8 samples"]:
    """The eight independent leads, gaps filled."""
    return fill_gaps(signal_mv)[_INDEPENDENT].astype(np.float64)


def qrs_magnitude(
    signal_mv: Float[np.ndarray, "leads=12 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " samples"]:
    """Vector magnitude of the QRS band over the independent leads, noisy leads held down.

    Each lead is limited to three times its own typical QRS and weighted by how far its peaks
    stand out of its median (noise: about 4). At each moment the strongest lead is left out: a
    QRS is seen by several leads, a loose electrode by one.
    """
    leads = independent_leads(signal_mv)
    return common_length(in_qrs_band(leads, sample_rate_hz), sample_rate_hz)


def in_qrs_band(
    leads_mv: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, "leads=8 samples"]:
    """The leads between 5 and 30 Hz; zero where there are too few samples to filter."""
    if leads_mv.shape[1] < 3:
        return np.zeros_like(leads_mv)
    return bandpass(leads_mv, sample_rate_hz, QRS_BAND_HZ)


def common_length(
    banded: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " samples"]:
    """Length of the vector of all leads, noisy ones held down; see `qrs_magnitude`."""
    if banded.shape[1] < 3:
        return np.zeros(banded.shape[1])
    sharp = np.abs(banded)
    typical = typical_heights(sharp, sample_rate_hz)
    middle = np.median(sharp[:, ::3], axis=1)  # a third of the samples tells it as well
    with np.errstate(divide="ignore", invalid="ignore"):
        prominence = np.where(middle > 0, typical / middle, 0.0)
    weight = np.clip(prominence / 4.0 - 1.0, 0.05, 1.0)[:, None]
    limited = np.minimum(sharp, 3.0 * typical[:, None]) * weight
    energy = limited**2
    return np.sqrt(np.maximum(energy.sum(axis=0) - energy.max(axis=0), 0.0))


def seen_by_many(
    peaks: Int[np.ndarray, " peaks"],
    banded: Float64[np.ndarray, "leads=8 samples"],
    reach: int,
    sample_rate_hz: float,
) -> Bool[np.ndarray, " peaks"]:
    """Whether each peak shows in enough of the leads that beat at all, within ``reach`` samples."""
    sharp = np.abs(banded)
    typical = typical_heights(sharp, sample_rate_hz)
    padded = np.pad(sharp, ((0, 0), (reach, reach)))
    windows = padded[:, peaks[:, None] + np.arange(2 * reach + 1)]
    seen = windows.max(axis=2) > SEEN_SHARE * typical[:, None]
    return seen[typical > 0].sum(axis=0) >= min(SEEN_LEADS, int((typical > 0).sum()))


def typical_heights(
    sharp: Float64[np.ndarray, "leads samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " leads"]:
    """Median over two-second windows (a beat in each at 30/min) of the greatest value."""
    window = min(round(2.0 * sample_rate_hz), sharp.shape[1])
    count = sharp.shape[1] // window
    windows = sharp[:, : count * window].reshape(len(sharp), count, window)
    return np.median(windows.max(axis=2), axis=1)
