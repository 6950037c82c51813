"""Where the P wave begins and ends, and whether the beats have one.

P begins where its velocity rises out of the quiet before it, and where what lies before is low: in
a P wave of two humps the velocity is nought between them too. It is not given where the beats have
none in common (atrial fibrillation), nor where it comes again and again (flutter).
"""

import numpy as np
from jaxtyping import Float64, Int
from scipy.ndimage import uniform_filter1d

from ptacl.signal.delineation.qrs import BEFORE_S, INDEPENDENT, spatial_velocity

NAN = float("nan")
P_SMOOTHING_S = 0.016
"""Moving mean over this long: as good as a 30 Hz low-pass, and faster on every beat."""
LEAST_P_MV = 0.03
LONGEST_P_TO_QRS_S = 0.28
LONGEST_LATE_P_S, LONG_BEFORE_S = 0.42, 0.56
"""Where nothing is found within the usual window, P is sought so long before the QRS, in beats that
are cut out from so long before R."""
P_ONSET_SHARE, P_ONSET_QUIET = 0.2, 1.7
"""As for the QRS, of the velocity of the P wave's rise and of the quiet before it."""
P_LOW = 0.3
"""Share of its height below which P has not begun: the notch of two humps is higher."""
P_RISE_S = 0.1
"""From its start to its peak no P wave takes longer."""
P_HUMPS_S, HUMP_SHARE = 0.09, 0.35
"""A hump so shortly before the start, of that share of P and in its direction, is P's first."""
AT_THE_EDGE_S = 0.008
"""A P wave that starts within this of the window had started before it."""
LONGEST_QT_S = 0.45
"""From R to the end of T where that is not known: no P wave is sought before."""
LEAST_COMMON, LEAST_COMMON_IRREGULAR = 0.15, 0.40
"""Share of the energy before the QRS that all beats have in common, below which there is no P
wave; more is asked of an irregular rhythm."""
IRREGULAR = 0.08
"""Median change from one R–R interval to the next, as a share of the median interval."""


def p_samples(
    beats: Float64[np.ndarray, "beats leads=12 window"],
    qrs_onset: int,
    t_end: float,
    former_s: float,
    rr_s: Float64[np.ndarray, " intervals"],
    sample_rate_hz: float,
    longest_s: float = LONGEST_P_TO_QRS_S,
) -> tuple[float, float]:
    """Start and end of the P wave that the beats have in common; NaN where they have none.

    It is sought between the end of the previous T and the QRS, at most ``longest_s`` before it. A P
    wave that has not fallen before the QRS ends there; one that had begun before that window does
    has no start that could be told.

    Args:
        beats: in mV, from `qrs.cut_beats`.
        qrs_onset, t_end: samples of their mean; NaN where T is unclear.
        former_s: from the R peak before to theirs.
        rr_s: all intervals of the ECG.
        sample_rate_hz: of the beats.
        longest_s: from the start of P to that of the QRS.
    """
    after_t = (BEFORE_S + LONGEST_QT_S - former_s) * sample_rate_hz
    if np.isfinite(t_end):
        after_t = t_end - former_s * sample_rate_hz
    earliest = max(qrs_onset - round(longest_s * sample_rate_hz), round(after_t))
    first, last = max(earliest, 0), qrs_onset - round(0.01 * sample_rate_hz)
    if last - first < 0.06 * sample_rate_hz:
        return NAN, NAN
    smooth = uniform_filter1d(
        beats[:, INDEPENDENT, first:last], max(1, round(P_SMOOTHING_S * sample_rate_hz))
    )
    waves = _without_line(smooth)
    irregular = rr_s.size > 2 and np.median(np.abs(np.diff(rr_s))) > IRREGULAR * np.median(rr_s)
    if common_energy(waves) < (LEAST_COMMON_IRREGULAR if irregular else LEAST_COMMON):
        return NAN, NAN
    wave = waves.mean(axis=0)
    start = _p_start(wave, sample_rate_hz)
    if not start >= AT_THE_EDGE_S * sample_rate_hz:
        return NAN, NAN
    fall = _p_rise(wave[:, ::-1], sample_rate_hz)
    return first + start, last - 1 - fall if np.isfinite(fall) else last


def long_p_samples(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    measured: Int[np.ndarray, " beats"],
    qrs_onset: int,
    t_end: float,
    former_s: float,
    rr_s: Float64[np.ndarray, " intervals"],
    sample_rate_hz: float,
) -> tuple[float, float]:
    """The same for a P wave that lies before the window of the mean beat: a long PR interval.

    Args as of `p_samples`, samples of that window in and out; the beats are cut anew from the
    signal about their R peaks. NaN where the heart beats too fast to have room for one.
    """
    earlier = round((LONG_BEFORE_S - BEFORE_S) * sample_rate_hz)
    before, after = round(LONG_BEFORE_S * sample_rate_hz), round(0.1 * sample_rate_hz)
    whole = measured[measured >= before]
    room_s = former_s - (t_end - qrs_onset) / sample_rate_hz
    if whole.size < 2 or not room_s > LONGEST_P_TO_QRS_S:
        return NAN, NAN
    beats = signal_mv[:, whole[:, None] + np.arange(-before, after)].swapaxes(0, 1)
    start, end = p_samples(
        beats,
        qrs_onset + earlier,
        t_end + earlier,
        former_s,
        rr_s,
        sample_rate_hz,
        LONGEST_LATE_P_S,
    )
    return start - earlier, end - earlier


def common_energy(waves: Float64[np.ndarray, "beats leads window"]) -> float:
    """Share of the beats' energy that lies in their mean, without the 1/n that chance gives it.

    About 1 for one repeated wave, about 0 for independent ones (it may fall below).
    """
    count = len(waves)
    each = (waves**2).sum(axis=(1, 2)).mean()
    if count < 2 or each == 0:
        return 1.0 if each > 0 else 0.0
    mean = (waves.mean(axis=0) ** 2).sum()
    return float((count * mean - each) / ((count - 1) * each))


def _p_start(wave: Float64[np.ndarray, "leads window"], sample_rate_hz: float) -> float:
    """Where P starts to rise, at the first of its humps; NaN where there is no P."""
    start = _p_rise(wave, sample_rate_hz)
    if not np.isfinite(start):
        return NAN
    magnitude = np.sqrt((wave**2).sum(axis=0))
    peak = int(magnitude.argmax())
    first = max(0, int(start) - round(P_HUMPS_S * sample_rate_hz))
    before = wave[:, first : int(start) + 1]
    likeness = (wave[:, peak] @ before) / magnitude[peak] ** 2
    if likeness.max() < HUMP_SHARE:
        return start
    earlier = _p_rise(wave[:, : int(start) + 1], sample_rate_hz)
    return earlier if np.isfinite(earlier) else start


def _p_rise(wave: Float64[np.ndarray, "leads window"], sample_rate_hz: float) -> float:
    """Sample where the greatest wave of the window starts to rise; NaN where it is no wave."""
    magnitude = np.sqrt((wave**2).sum(axis=0))
    peak = int(magnitude.argmax())
    if magnitude[peak] < LEAST_P_MV:
        return NAN
    velocity = spatial_velocity(wave, sample_rate_hz)
    first = max(0, peak - round(P_RISE_S * sample_rate_hz))
    steepest = first + int(velocity[first : peak + 1].argmax())
    quiet = np.percentile(velocity[: steepest + 1], 20)
    resting = velocity[:steepest] < max(P_ONSET_SHARE * velocity[steepest], P_ONSET_QUIET * quiet)
    if not resting.any():
        return NAN
    low = resting & (magnitude[:steepest] < P_LOW * magnitude[peak])
    return float(np.flatnonzero(low if low.any() else resting)[-1])


def _without_line(
    waves: Float64[np.ndarray, "beats leads window"],
) -> Float64[np.ndarray, "beats leads window"]:
    """Subtract from each wave the straight line through its first and last sample."""
    share = np.linspace(0.0, 1.0, waves.shape[2])
    return waves - waves[:, :, :1] * (1 - share) - waves[:, :, -1:] * share
