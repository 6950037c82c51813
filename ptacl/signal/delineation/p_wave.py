"""Onset and end of the P wave, and whether the beats have one.

P starts where its velocity rises above the quiet level before it and its amplitude is low; the
second condition is needed since the velocity is also zero between the humps of a notched P wave. No
P wave is reported if the beats have none in common (atrial fibrillation), or if it repeats
(flutter).
"""

import numpy as np
from jaxtyping import Float64, Int
from scipy.ndimage import uniform_filter1d

from ptacl.signal.delineation.qrs import BEFORE_S, INDEPENDENT, spatial_velocity

NAN = float("nan")
P_SMOOTHING_S = 0.016
"""Length of the moving average: equivalent to a 30 Hz low-pass, but faster for all beats."""
LEAST_P_MV = 0.03
LONGEST_P_TO_QRS_S = 0.28
LONGEST_LATE_P_S, LONG_BEFORE_S = 0.42, 0.56
"""If no P wave is found in the default window: maximum time from P to the QRS, and start of the
window before R."""
P_ONSET_SHARE, P_ONSET_QUIET = 0.2, 1.7
"""As for the QRS: share of the velocity of the P upstroke, and factor of the quiet level."""
P_LOW = 0.3
"""Share of its height below which P has not started; the notch of a P wave is higher."""
P_RISE_S = 0.1
"""Maximum time from the start of a P wave to its peak."""
P_HUMPS_S, HUMP_SHARE = 0.09, 0.35
"""A hump this long before the start, with this share of P and its direction, is part of P."""
AT_THE_EDGE_S = 0.008
"""A P wave that starts within this time of the window's edge has started before it."""
LONGEST_QT_S = 0.45
"""Assumed time from R to the end of T if it is unknown; no P wave is searched for before."""
LEAST_COMMON, LEAST_COMMON_IRREGULAR = 0.15, 0.40
"""Minimum share of the energy before the QRS that is common to all beats, for a P wave to exist;
the second is for irregular rhythms."""
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
    """Find start and end of the P wave that the beats have in common; NaN if they have none.

    It is searched for between the end of the previous T and the QRS, at most ``longest_s`` before
    it. A P wave that has not ended before the QRS ends there; for one that starts before the
    window, no start is reported.

    Args:
        beats: in mV, from `qrs.cut_beats`.
        qrs_onset: sample of the window.
        t_end: sample of the window; NaN if unclear.
        former_s: time from the previous R peak.
        rr_s: all R–R intervals of the ECG.
        sample_rate_hz: of the beats.
        longest_s: maximum time from the start of P to that of the QRS.

    Returns:
        Start and end as samples of the window.
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
    """Find a P wave before the window of the mean beat, that is, with a long PR interval.

    The beats are extracted again in a longer window. NaN if the heart rate is too high for such a P
    wave.

    Args:
        signal_mv: canonical leads in mV, no NaN.
        measured: R peaks of the beats of the mean beat.
        qrs_onset: sample of the window of the mean beat.
        t_end: sample of that window; NaN if unclear.
        former_s: time from the previous R peak.
        rr_s: all R–R intervals of the ECG.
        sample_rate_hz: of the signal.

    Returns:
        Start and end as samples of the window of the mean beat, negative before it.
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
    """Return the share of the beats' energy that is in their mean, corrected for chance (1/n).

    About 1 for a repeated wave and about 0 for independent ones; it can be negative.
    """
    count = len(waves)
    each = (waves**2).sum(axis=(1, 2)).mean()
    if count < 2 or each == 0:
        return 1.0 if each > 0 else 0.0
    mean = (waves.mean(axis=0) ** 2).sum()
    return float((count * mean - each) / ((count - 1) * each))


def _p_start(wave: Float64[np.ndarray, "leads window"], sample_rate_hz: float) -> float:
    """Find the sample at which the first hump of P starts to rise; NaN if there is no P wave."""
    start = _p_rise(wave, sample_rate_hz)
    if not np.isfinite(start):
        return NAN
    magnitude = np.sqrt((wave**2).sum(axis=0))
    peak = int(magnitude.argmax())
    first = max(0, int(start) - round(P_HUMPS_S * sample_rate_hz))
    before = wave[:, first : int(start) + 1]
    projection = (wave[:, peak] @ before) / magnitude[peak] ** 2
    if projection.max() < HUMP_SHARE:
        return start
    earlier = _p_rise(wave[:, : int(start) + 1], sample_rate_hz)
    return earlier if np.isfinite(earlier) else start


def _p_rise(wave: Float64[np.ndarray, "leads window"], sample_rate_hz: float) -> float:
    """Find the sample at which the largest wave of the window starts to rise; NaN if none."""
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
