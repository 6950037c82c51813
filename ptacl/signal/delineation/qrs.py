"""The mean beat of an ECG, and where its QRS begins and ends.

Global onset and offset: where the spatial velocity (the slopes of the eight independent leads
together) rises out of its quiet level and falls back.
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
"""Window of the mean beat about the R peak: a PR of 0.3 s and a QT of 0.5 s fit."""
QRS_BEFORE_S, QRS_AFTER_S = 0.13, 0.18
"""No QRS reaches further from its R peak, which in a broad one may be the first of two maxima."""
SWIFT_SHARE = 0.25
"""Of the greatest spatial velocity: the QRS is not over before the last moment so swift. At the
bottom of a broad S the heart vector stands still for a moment; a T wave is slower than this."""
CALM_S = 0.05
"""Longer than the heart vector stands still within a QRS."""
ONSET_SHARE, ONSET_QUIET = 0.025, 2.0
OFFSET_SHARE, OFFSET_QUIET = 0.03, 1.7
"""The ventricles rest below this share of the greatest spatial velocity, or below so many times
the quietest moment before (after) the QRS, whichever is more: ST segments slope."""
LEFT_ALONE, LEFT_ALONE_S, FEWEST_ALONE = 0.85, 0.65, 3
"""A beat is measured where the next one comes no sooner than this share of the median R–R interval,
or this long; if at least three are."""
WIDENED_S = 0.002
"""The low-pass and the mean over 10 ms let the QRS begin and end 2 ms beyond its bounds, measured
on Gaussian waves, whose velocity is known (`tests/signal/test_qrs.py`)."""
INDEPENDENT = [LEADS.index(lead) for lead in INDEPENDENT_LEADS]


@dataclass(frozen=True, slots=True)
class LevelBeat:
    """The mean beat with its QRS found and the level before it taken as zero."""

    beat: Float64[np.ndarray, "leads=12 window"]
    """In mV, low-passed at 100 Hz; the R peak lies `BEFORE_S` after its start."""
    qrs_onset: int
    """Sample of the window, as is ``qrs_offset``."""
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
    """The measured beats, each from before its P wave to after its T wave; gaps are filled."""
    filled = fill_gaps(signal_mv).astype(np.float64)
    return cut_beats(filled, measured_peaks(filled, r_peaks, sample_rate_hz), sample_rate_hz)


def cut_beats(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats leads=12 window"]:
    """The windows about R peaks that lie far enough from the ends of the recording."""
    before, after = round(BEFORE_S * sample_rate_hz), round(AFTER_S * sample_rate_hz)
    return signal_mv[:, peaks[:, None] + np.arange(-before, after)].swapaxes(0, 1)


def measured_peaks(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " measured"]:
    """The R peaks of the typical beats whose T wave the next beat leaves alone.

    In fibrillation, and before an ectopic beat, the next QRS comes while T still falls: a mean
    over such beats would have a QRS in its T wave. They are left out, unless most are so.

    Args:
        signal_mv: no NaN.
        r_peaks: as from `beats.find_r_peaks`.
        sample_rate_hz: of both.
    """
    typical = typical_peaks(signal_mv, r_peaks, sample_rate_hz, BEFORE_S, AFTER_S)
    if r_peaks.size < 2:
        return typical
    following = following_s(typical, r_peaks, sample_rate_hz)
    usual = float(np.median(np.diff(r_peaks))) / sample_rate_hz
    alone = typical[following >= min(LEFT_ALONE * usual, LEFT_ALONE_S)]
    return alone if alone.size >= max(FEWEST_ALONE, typical.size // 3) else typical


def following_s(
    peaks: Int[np.ndarray, " some"], r_peaks: Int[np.ndarray, " peaks"], sample_rate_hz: float
) -> Float64[np.ndarray, " some"]:
    """Seconds from each of some R peaks to the next of all; infinite after the last."""
    after = np.searchsorted(r_peaks, peaks, side="right")
    known = np.append(r_peaks.astype(np.float64), np.inf)
    return (known[after] - peaks) / sample_rate_hz


def preceding_s(
    peaks: Int[np.ndarray, " some"], r_peaks: Int[np.ndarray, " peaks"], sample_rate_hz: float
) -> float:
    """Seconds from the R peak before to some of them, in the median; two peaks at the least."""
    index = np.searchsorted(r_peaks, peaks)
    index = index[index > 0]
    if not index.size:
        return float(np.median(np.diff(r_peaks))) / sample_rate_hz
    return float(np.median(r_peaks[index] - r_peaks[index - 1])) / sample_rate_hz


def level_beat(
    beats: Float64[np.ndarray, "beats leads=12 window"], sample_rate_hz: float
) -> LevelBeat | None:
    """The mean of the beats above the level before its QRS; None without a beat or a QRS."""
    if not len(beats):
        return None
    # the mean alone is filtered, and only above: a high-pass would bend ST and T
    beat = lowpass(beats.mean(axis=0), sample_rate_hz, QRS_BAND_HZ)
    bounds = qrs_bounds(beat, sample_rate_hz)
    if bounds is None:
        return None
    before_qrs = slice(max(bounds[0] - round(0.02 * sample_rate_hz), 0), bounds[0] + 1)
    return LevelBeat(beat - beat[:, before_qrs].mean(axis=1, keepdims=True), *bounds)


def qrs_bounds(
    beat: Float64[np.ndarray, "leads=12 window"], sample_rate_hz: float
) -> tuple[int, int] | None:
    """Global onset and offset of the QRS as samples of the window; None without a QRS."""
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
    # the onset's quiet is the PR segment's; its tenth percentile, for P may end in it
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
    """Samples after R where the QRS is over at the earliest; the window's size where it never is.

    It is over after its last swift moment; but a tented T, swift as well, begins in the window
    where the heart beats fast. So what is swift after a calm longer than any in a QRS is T.
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
    """Length of the slope vector of all leads in mV/s, its mean over 10 ms."""
    length = np.sqrt((np.gradient(beat, axis=1) ** 2).sum(axis=0)) * sample_rate_hz
    width = max(1, round(0.01 * sample_rate_hz))
    return np.convolve(length, np.ones(width) / width, "same")
