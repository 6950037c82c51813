"""Detection of atrial flutter: continuous waves between T and the next QRS, 200 to 350 per minute.

In sinus rhythm that segment has a level baseline and one P wave; in flutter it repeats with the
atrial period. Flutter can be detected with a conduction of 4:1 or less. With 2:1 or 3:1, QRS and T
cover the other waves: see `hidden_flutter`.
"""

import numpy as np
from jaxtyping import Float64, Int
from scipy.ndimage import uniform_filter1d

from ptacl.signal.delineation.qrs import INDEPENDENT

SHORTEST_S, LONGEST_S, STEP_S = 0.17, 0.30, 0.01
"""Period of the atria; a slower atrial rhythm has a pause."""
LEAST_STRETCH_S, LEAST_OVERLAP_S, COMPARED_S = 0.27, 0.09, 0.30
"""Minimum time from T to QRS, minimum time of the repetition, and maximum time compared."""
REPEATS, SAME_HEIGHT = 0.92, 1.6
"""Correlation over eight leads, and how much larger one wave may be. The highest of 353 records of
PTB-XL without flutter is 0.83 at about the same height, that of made flutter 0.93 and more."""
T_END_S = 0.42
"""From R at 60/min, by the cube root of RR at other rates: a T that seems to end later may have an
atrial wave behind it. What is T in truth repeats nothing."""
SMOOTHING_S, EDGE_S = 0.016, 0.01
SLOWEST_S = 0.29
"""Longest period of a measured repetition, 207 a minute."""
FEWEST = 3


def atria_flutter(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    t_end_s: float,
    qrs_onset_s: float,
    sample_rate_hz: float,
) -> bool:
    """Return whether the segment between T and QRS repeats itself.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `beats.find_r_peaks`.
        t_end_s: end of T after its R peak.
        qrs_onset_s: start of the QRS before its R peak, from 0 up.
        sample_rate_hz: of the signal.
    """
    rr_s = np.diff(r_peaks) / sample_rate_hz
    stretches = rr_s - min(t_end_s, T_END_S * float(np.cbrt(np.median(rr_s)))) - qrs_onset_s
    long = stretches >= LEAST_STRETCH_S
    if long.sum() < FEWEST:
        return False
    length = round(min(float(stretches[long].min()), COMPARED_S + LONGEST_S) * sample_rate_hz)
    ends = r_peaks[1:][long] - round(qrs_onset_s * sample_rate_hz)
    around = ends[:, None] + np.arange(-length, 0)
    windows = np.stack([signal_mv[lead, around] for lead in INDEPENDENT])
    mean = uniform_filter1d(windows.mean(axis=1), max(1, round(SMOOTHING_S * sample_rate_hz)))
    return any(
        _repeats(mean, round(period * sample_rate_hz), sample_rate_hz)
        for period in np.arange(SHORTEST_S, LONGEST_S, STEP_S)
    )


def repetition(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    t_end_s: float,
    qrs_onset_s: float,
    sample_rate_hz: float,
) -> float:
    """Return how well the stretch between T and QRS repeats itself, as flutter waves do.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `beats.find_r_peaks`, at least two.
        t_end_s: end of T after its R peak; infinite if unknown.
        qrs_onset_s: start of the QRS before its R peak, from 0 up.
        sample_rate_hz: of the signal.

    Returns:
        The highest correlation over the eight leads with the stretch one flutter period earlier, up
        to 1, times the ratio of the smaller to the larger of the two; NaN where fewer than three
        stretches are long enough.
    """
    rr_s = np.diff(r_peaks) / sample_rate_hz
    onset_s = qrs_onset_s + EDGE_S
    room_s = rr_s - min(t_end_s, T_END_S * float(np.cbrt(np.median(rr_s)))) - onset_s
    long = room_s >= SHORTEST_S + LEAST_OVERLAP_S
    if long.sum() < FEWEST:
        return float("nan")
    length_s = min(float(np.median(room_s[long])), 2 * SLOWEST_S)
    ends = r_peaks[1:][room_s >= length_s] - round(onset_s * sample_rate_hz)
    length = round(length_s * sample_rate_hz)
    windows = signal_mv[:, ends[:, None] + np.arange(-length, 0)][INDEPENDENT].mean(axis=1)
    mean = uniform_filter1d(windows, max(1, round(SMOOTHING_S * sample_rate_hz)))
    best = 0.0
    for period_s in np.arange(SHORTEST_S, SLOWEST_S, STEP_S):
        period = round(period_s * sample_rate_hz)
        size = min(length - period, period)
        if size < LEAST_OVERLAP_S * sample_rate_hz:
            continue
        late, early = mean[:, length - size :], mean[:, length - size - period : length - period]
        late = late - late.mean(axis=1, keepdims=True)
        early = early - early.mean(axis=1, keepdims=True)
        sizes = sorted((float(np.linalg.norm(late)), float(np.linalg.norm(early))))
        if sizes[0] > 0:
            best = max(best, float((late * early).sum()) / sizes[1] ** 2)
    return best


def _repeats(
    stretch: Float64[np.ndarray, "leads window"], period: int, sample_rate_hz: float
) -> bool:
    """Return whether the end of the segment correlates with the signal one period before."""
    size = stretch.shape[1]
    compared = min(size - period, round(COMPARED_S * sample_rate_hz))
    if compared < LEAST_OVERLAP_S * sample_rate_hz:
        return False
    late = stretch[:, size - compared :]
    early = stretch[:, size - compared - period : size - period]
    late = late - late.mean(axis=1, keepdims=True)
    early = early - early.mean(axis=1, keepdims=True)
    sizes = float(np.linalg.norm(late)), float(np.linalg.norm(early))
    correlated = float((late * early).sum()) >= REPEATS * sizes[0] * sizes[1] > 0
    return correlated and max(sizes) <= SAME_HEIGHT * min(sizes)
