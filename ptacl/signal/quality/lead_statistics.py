"""Statistics of the eight independent leads of human hearts.

`lead_statistics.npz` holds the mean and covariance of the shape of the mean beat, and the
covariance of the leads over time. `python -m tests.benchmarks.fit_lead_statistics` fits it to 213
records of PTB-XL 1.0.3 (Wagner et al. 2020, CC BY 4.0) and to simulated hearts, with equal weights.
It holds only sums over records; no recording can be recovered from them.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.delineation.beats import typical_peaks
from ptacl.signal.filters import bandpass
from ptacl.types import INDEPENDENT_LEADS, LEADS

TABLE = "lead_statistics.npz"
INDEPENDENT = [LEADS.index(lead) for lead in INDEPENDENT_LEADS]
BEFORE_S, AFTER_S = 0.30, 0.50
"""Window of the mean beat around the R peak."""
_P_S = (-0.20, -0.16, -0.12, -0.08)
_QRS_S = (-0.045, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.045, 0.06)
_ST_T_S = (0.10, 0.14, 0.18, 0.22, 0.26, 0.30, 0.34)
TIMES_S = np.array([*_P_S, *_QRS_S, *_ST_T_S])
"""Times after R at which the shape is sampled: the P wave, the QRS complex, ST and T."""
_NARROW_S, _WIDE_S = 0.005, 0.010
"""Half the width of the average at each time, within the QRS complex and outside."""
QRS_SPAN_S = (-0.08, 0.10)
"""Bounds of the QRS complex, in which the amplitude of a lead is measured."""


@dataclass(frozen=True, slots=True)
class LeadStatistics:
    """Mean and covariance of the leads of human hearts."""

    shape_mean: Float64[np.ndarray, " shape"]
    """Mean of the flattened `Beat.shape`."""
    shape_precision: Float64[np.ndarray, "shape shape"]
    """Inverse of its covariance."""
    shape_covariance: Float64[np.ndarray, "shape shape"]
    lead_covariance: Float64[np.ndarray, "leads=8 leads=8"]
    """Covariance of the leads over time, each record scaled to the same total power."""

    def distance(self, shape: Float[np.ndarray, "leads=8 times"]) -> float:
        """Return the squared Mahalanobis distance of a shape from the mean."""
        deviation = shape.ravel() - self.shape_mean
        return float(deviation @ self.shape_precision @ deviation)


@lru_cache(maxsize=1)
def lead_statistics() -> LeadStatistics:
    """Load the fitted table."""
    table = resources.files("ptacl.signal.quality").joinpath(TABLE)
    with table.open("rb") as file, np.load(file) as stored:
        arrays = {name: stored[name].astype(np.float64) for name in stored.files}
    covariance = arrays["shape_covariance"]
    covariance = covariance + np.triu(covariance, 1).T  # only the upper triangle is stored
    return LeadStatistics(
        arrays["shape_mean"], np.linalg.inv(covariance), covariance, arrays["lead_covariance"]
    )


@dataclass(frozen=True, slots=True)
class Beat:
    """Mean beat of the independent leads, sampled at a few times, and its QRS amplitude."""

    level_mv: Float64[np.ndarray, "leads=8 times"]
    """At `TIMES_S`, in mV above the median of the beat."""
    height_mv: Float64[np.ndarray, " leads=8"]
    """Peak-to-peak amplitude of the QRS complex."""
    correlation: Float64[np.ndarray, " leads=8"]
    """Median correlation between the QRS complexes of each lead."""
    rms_mv: Float64[np.ndarray, " leads=8"]
    """Root mean square of these QRS complexes."""

    @property
    def shape(self) -> Float64[np.ndarray, "leads=8 times"]:
        """``level_mv`` divided by the median size of the leads, independent of the gain."""
        return normalised(self.level_mv)


def normalised(level_mv: Float64[np.ndarray, "leads=8 times"]) -> Float64[np.ndarray, "leads=8 t"]:
    """Divide by the median size of the leads, which is robust to one lead that is far too high."""
    size = float(np.median(np.sqrt((level_mv**2).mean(axis=1))))
    return level_mv / size if size > 0 else level_mv


def read_beat(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Beat | None:
    """Sample the mean beat of an ECG; None if the signal has no whole beat.

    Args:
        signal_mv: canonical leads without NaN.
        r_peaks: from `find_r_peaks`.
        sample_rate_hz: of the signal.
    """
    calm = bandpass(signal_mv, sample_rate_hz)
    typical = typical_peaks(calm, r_peaks, sample_rate_hz, BEFORE_S, AFTER_S)
    window = np.arange(-round(BEFORE_S * sample_rate_hz), round(AFTER_S * sample_rate_hz))
    beats = calm[INDEPENDENT][:, typical[:, None] + window].swapaxes(0, 1)
    if not len(beats):
        return None
    beat = beats.mean(axis=0).astype(np.float64)
    times = np.arange(beat.shape[1]) / sample_rate_hz - BEFORE_S
    above = beat - np.median(beat, axis=1, keepdims=True)
    columns = [above[:, _about(times, float(at), sample_rate_hz)].mean(axis=1) for at in TIMES_S]
    within = (times >= QRS_SPAN_S[0]) & (times <= QRS_SPAN_S[1])
    height_mv = np.ptp(beat[:, within], axis=1)
    return Beat(
        np.stack(columns, axis=1),
        height_mv,
        *_beat_correlation(calm[INDEPENDENT], typical, sample_rate_hz),
    )


def _beat_correlation(
    calm: Float[np.ndarray, "leads=8 samples"],
    whole: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> tuple[Float64[np.ndarray, " leads=8"], Float64[np.ndarray, " leads=8"]]:
    """Return the correlation between the typical QRS complexes of each lead, and their RMS."""
    start, end = (round(at * sample_rate_hz) for at in QRS_SPAN_S)
    beats = calm[:, whole[:, None] + np.arange(start, end)].astype(np.float64)
    beats = beats - beats.mean(axis=2, keepdims=True)
    sizes = np.sqrt((beats**2).sum(axis=2))
    products = beats @ beats.swapaxes(1, 2)
    products = products / np.maximum(sizes[:, :, None] * sizes[:, None, :], np.finfo(float).tiny)
    others = ~np.eye(whole.size, dtype=bool)
    correlation = [np.median(lead[others]) if others.any() else 1.0 for lead in products]
    return np.array(correlation, dtype=np.float64), np.sqrt((beats**2).mean(axis=(1, 2)))


def _about(
    times: Float64[np.ndarray, " window"], at: float, sample_rate_hz: float
) -> Int[np.ndarray, " near"]:
    """Return the samples near a time: at least one, at any rate."""
    half = _NARROW_S if _QRS_S[0] <= at <= _QRS_S[-1] else _WIDE_S
    half = max(half, 0.5 / sample_rate_hz) + 1e-9
    return np.flatnonzero(np.abs(times - at) <= half)
