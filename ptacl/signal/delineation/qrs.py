"""Mean beat of an ECG, and onset and offset of its QRS.

Global onset and offset are where the spatial velocity (the length of the slope vector of the eight
independent leads) rises above its quiet level and returns to it.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.delineation.beats import typical_peaks
from ptacl.signal.filters import lowpass
from ptacl.signal.gaps import fill_gaps
from ptacl.types import INDEPENDENT_LEADS, LEADS

QRS_BAND_HZ = 100.0
BEFORE_S, AFTER_S = 0.36, 0.60
"""Window of the mean beat around the R peak, for a PR of 0.3 s and a QT of 0.5 s."""
QRS_BEFORE_S, QRS_AFTER_S = 0.13, 0.18
"""Largest extent of a QRS around its R peak, which may be the first maximum of a broad QRS."""
SWIFT_SHARE = 0.25
"""Share of the maximum spatial velocity before which the QRS does not end. At the nadir of a broad
S the velocity is briefly zero; that of a T wave is below this share."""
CALM_S = 0.05
"""Longer than any interval of low velocity within a QRS."""
ONSET_SHARE, ONSET_QUIET = 0.025, 2.0
OFFSET_SHARE, OFFSET_QUIET = 0.03, 1.7
"""The ventricles are at rest below this share of the maximum spatial velocity, or below this factor
of the minimum before (after) the QRS, whichever is larger, since ST segments slope."""
LEFT_ALONE, LEFT_ALONE_S, FEWEST_ALONE = 0.85, 0.65, 3
"""Minimum time to the next beat of a measured one: this share of the median R–R interval, or this
time; and the minimum number of such beats."""
WIDENED_S = 0.002
"""The low-pass and the mean over 10 ms extend the QRS by 2 ms at both ends, measured on Gaussian
waves of known velocity (`tests/signal/delineation/test_qrs.py`)."""
INDEPENDENT = [LEADS.index(lead) for lead in INDEPENDENT_LEADS]


@dataclass(frozen=True, slots=True)
class LevelBeat:
    """Mean beat with QRS onset and offset, relative to the level before the QRS."""

    beat: Float64[np.ndarray, "leads=12 window"]
    """In mV, low-passed at 100 Hz; the R peak is `BEFORE_S` after its start."""
    qrs_onset: int
    """Sample of the window, as ``qrs_offset``."""
    qrs_offset: int

    @property
    def qrs(self) -> Float64[np.ndarray, "leads=12 qrs"]:
        """The samples from onset to offset."""
        return self.beat[:, self.qrs_onset : self.qrs_offset + 1]


def whole_beats(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats leads=12 window"]:
    """Extract the measured beats, from before the P wave to after the T wave; gaps are filled."""
    filled = fill_gaps(signal_mv).astype(np.float64)
    return cut_beats(filled, measured_peaks(filled, r_peaks, sample_rate_hz), sample_rate_hz)


def cut_beats(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats leads=12 window"]:
    """Extract the windows around R peaks, which must not reach beyond the recording."""
    before, after = round(BEFORE_S * sample_rate_hz), round(AFTER_S * sample_rate_hz)
    return signal_mv[:, peaks[:, None] + np.arange(-before, after)].swapaxes(0, 1)


def measured_peaks(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " measured"]:
    """Return the R peaks of the typical beats that have a complete T wave.

    In fibrillation, and before an ectopic beat, the next QRS can begin during T, and the mean of
    such beats would have a QRS in its T wave. They are excluded, unless most beats are like that.

    Args:
        signal_mv: no NaN.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: of the signal.
    """
    typical = typical_peaks(signal_mv, r_peaks, sample_rate_hz, BEFORE_S, AFTER_S)
    if r_peaks.size < 2:
        return typical
    following = following_s(typical, r_peaks, sample_rate_hz)
    median_s = float(np.median(np.diff(r_peaks))) / sample_rate_hz
    alone = typical[following >= min(LEFT_ALONE * median_s, LEFT_ALONE_S)]
    return alone if alone.size >= max(FEWEST_ALONE, typical.size // 3) else typical


def following_s(
    peaks: Int[np.ndarray, " some"], r_peaks: Int[np.ndarray, " peaks"], sample_rate_hz: float
) -> Float64[np.ndarray, " some"]:
    """Return the time from given R peaks to the next one in seconds; infinite after the last."""
    after = np.searchsorted(r_peaks, peaks, side="right")
    known = np.append(r_peaks.astype(np.float64), np.inf)
    return (known[after] - peaks) / sample_rate_hz


def preceding_s(
    peaks: Int[np.ndarray, " some"], r_peaks: Int[np.ndarray, " peaks"], sample_rate_hz: float
) -> float:
    """Return the median time from the previous R peak to given ones; at least two R peaks."""
    index = np.searchsorted(r_peaks, peaks)
    index = index[index > 0]
    if not index.size:
        return float(np.median(np.diff(r_peaks))) / sample_rate_hz
    return float(np.median(r_peaks[index] - r_peaks[index - 1])) / sample_rate_hz


def level_beat(
    beats: Float64[np.ndarray, "beats leads=12 window"], sample_rate_hz: float
) -> LevelBeat | None:
    """Average beats relative to the level before the QRS; None without a beat or a QRS."""
    if not len(beats):
        return None
    # only the mean is filtered, and only by a low-pass: a high-pass would distort ST and T
    beat = lowpass(beats.mean(axis=0), sample_rate_hz, QRS_BAND_HZ)
    bounds = qrs_bounds(beat, sample_rate_hz)
    if bounds is None:
        return None
    before_qrs = slice(max(bounds[0] - round(0.02 * sample_rate_hz), 0), bounds[0] + 1)
    return LevelBeat(beat - beat[:, before_qrs].mean(axis=1, keepdims=True), *bounds)


def qrs_bounds(
    beat: Float64[np.ndarray, "leads=12 window"], sample_rate_hz: float
) -> tuple[int, int] | None:
    """Find the global QRS onset and offset as samples of the window; None without a QRS."""
    velocity = spatial_velocity(beat[INDEPENDENT], sample_rate_hz)
    r_peak = round(BEFORE_S * sample_rate_hz)
    first = r_peak - round(QRS_BEFORE_S * sample_rate_hz)
    last = r_peak + round(QRS_AFTER_S * sample_rate_hz)
    peak = velocity[first:last].max()
    if not peak > 0:
        return None
    settled = r_peak + _settled(velocity[r_peak:last] / peak, sample_rate_hz)
    if settled >= last:
        return None
    # quiet level of the PR segment: the tenth percentile, since P may end in it
    quiet = np.percentile(velocity[first : r_peak - round(0.03 * sample_rate_hz)], 10)
    resting_before = velocity[first:r_peak] < max(ONSET_SHARE * peak, ONSET_QUIET * quiet)
    quiet = velocity[settled:last].min()
    resting_after = velocity[settled:last] < max(OFFSET_SHARE * peak, OFFSET_QUIET * quiet)
    if not resting_before.any():
        return None
    widened = round(WIDENED_S * sample_rate_hz)
    onset = first + int(np.flatnonzero(resting_before)[-1]) + widened
    return onset, settled + int(resting_after.argmax()) - widened


def _settled(share: Float64[np.ndarray, " window"], sample_rate_hz: float) -> int:
    """Return the earliest end of the QRS in samples after R; the window's size if there is none.

    The QRS ends after its last sample of high velocity. A tented T, with a high velocity as well,
    starts within the window at high heart rates: high velocity after an interval of low velocity
    that is longer than any in a QRS belongs to T.
    """
    swift = np.flatnonzero(share > SWIFT_SHARE)
    if not swift.size:
        return share.size
    calm = np.flatnonzero(np.diff(swift) > CALM_S * sample_rate_hz)
    last = int(swift[calm[0]] if calm.size else swift[-1]) + 1
    return max(round(0.02 * sample_rate_hz), last)


def spatial_velocity(
    beat: Float64[np.ndarray, "leads window"], sample_rate_hz: float
) -> Float64[np.ndarray, " window"]:
    """Compute the length of the slope vector of all leads in mV/s, averaged over 10 ms."""
    length = np.sqrt((np.gradient(beat, axis=1) ** 2).sum(axis=0)) * sample_rate_hz
    width = max(1, round(0.01 * sample_rate_hz))
    return np.convolve(length, np.ones(width) / width, "same")
