"""Detection of T and P waves among the detected peaks.

A tented T wave can be as tall as its QRS, also in the QRS band, but is not as sharp: it lasts
0.1 s, a QRS 0.05 s. A broad ectopic beat can be as blunt. They are distinguished by their context:
a T wave follows every beat at the same interval and is followed by a quiet baseline; an ectopic
beat follows only some beats, or has a T wave of its own.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int
from scipy.ndimage import uniform_filter1d

BLUNT = 0.6
"""Sharpness relative to the previous beat, below which a peak may be its T wave. In 353 records of
PTB-XL broad ectopic beats have at least 0.34, beats of one kind at least 0.75."""
EARLIEST_T_S, LATEST_T_S = 0.16, 0.60
"""Range of the time from R to the peak of T: short QT at a high rate, long QT at a low one."""
SAME_DELAY_S, SAME_DELAY = 0.06, 0.2
"""Maximum deviation of T waves from their typical delay, absolute and relative."""
NEAR_S = 0.08
"""Half the window in which waves are compared."""
MIN_CORRELATION, MAX_HEIGHT_RATIO = 0.8, 2.5
"""Minimum correlation of two T waves of one ECG, and their maximum ratio of sizes."""
EVERY, FEWEST = 0.8, 3
"""Minimum share and number of beats that are followed by the wave, for it to be a T wave."""
FALLEN, RISES_AGAIN = 0.20, 0.20
"""Shares of the height of a wave: it ends below the first; a later wave above the second is the T
wave of an ectopic beat. A U wave is 5 to 25 % of its T (AHA, 2009)."""
AFTER_S, BEFORE_NEXT_S = 0.45, 0.25
"""Time in which that T wave is searched for, and time before the next beat, where P is."""
AFTER_QRS_S = 0.12
"""Time after R; a hump between it and the wave is T, and the wave is then a beat."""
FAINT, FAINT_AND_BLUNT, FAINT_SIZE = 0.30, 0.40, 0.40
"""Height, sharpness and range relative to the tall beats: a peak below all three is a P wave or
noise."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """Detected peaks of an ECG, with their height and sharpness."""

    at: Int[np.ndarray, " peaks"]
    height: Float64[np.ndarray, " peaks"]
    sharpness: Float64[np.ndarray, " peaks"]
    sample_rate_hz: float


def beats_among(
    peaks: Peaks, leads_mv: Float64[np.ndarray, "leads=8 samples"]
) -> Bool[np.ndarray, " peaks"]:
    """Return which peaks are beats.

    Args:
        peaks: in ascending order, including all QRS complexes.
        leads_mv: the independent leads, unfiltered, no NaN.
    """
    sharp = float(np.percentile(peaks.sharpness, 80))
    faint = _faint(peaks, leads_mv, sharp)
    beats = ~faint
    delays = _after_sharper(peaks, beats, sharp)
    if not np.isfinite(delays).any():
        return beats
    smooth = uniform_filter1d(leads_mv, max(1, round(0.02 * peaks.sample_rate_hz)), axis=1)
    sharp_beats = beats & ~np.isfinite(delays)
    for waves in _group_by_delay_and_shape(peaks, delays, smooth):
        delay_s = float(np.median(delays[waves]))
        if _follows_most_beats(peaks, sharp_beats, waves, delay_s, smooth) and not _has_own_t(
            peaks, beats, waves, delay_s, smooth
        ):
            beats = beats & ~waves
    return beats


def _group_by_delay_and_shape(
    peaks: Peaks,
    delays: Float64[np.ndarray, " peaks"],
    smooth: Float64[np.ndarray, "leads=8 samples"],
) -> list[Bool[np.ndarray, " peaks"]]:
    """Group the doubtful peaks by their shape and their delay from the previous beat.

    A peak that is cut off by the recording is grouped by its delay only.
    """
    near = round(NEAR_S * peaks.sample_rate_hz)
    padded = np.pad(smooth, ((0, 0), (near, near)), mode="edge")
    shapes = [_centred(padded[:, at : at + 2 * near]) for at in peaks.at]
    cut = (peaks.at < near) | (peaks.at + near > smooth.shape[1])
    left = np.isfinite(delays)
    groups = []
    while left.any():
        first = int(np.where(left & ~cut, peaks.height, -1.0).argmax())
        if not left[first]:
            break
        slack = max(SAME_DELAY_S, SAME_DELAY * delays[first])
        group = left & (np.abs(delays - delays[first]) <= slack)
        group &= cut | np.array([_is_similar(shape, shapes[first]) for shape in shapes])
        groups.append(group)
        left &= ~group
    return groups


def _faint(
    peaks: Peaks, leads_mv: Float64[np.ndarray, "leads=8 samples"], sharp: float
) -> Bool[np.ndarray, " peaks"]:
    """Return the peaks that are neither tall nor sharp nor large before filtering: P and noise."""
    faint = peaks.height < FAINT * np.percentile(peaks.height, 80)
    faint &= peaks.sharpness < FAINT_AND_BLUNT * sharp
    if not faint.any():
        return faint
    near = round(NEAR_S * peaks.sample_rate_hz)
    ends = np.clip(peaks.at + near, 2 * near, leads_mv.shape[1])
    ranges = np.array([np.ptp(leads_mv[:, end - 2 * near : end], axis=1) for end in ends])
    size = np.linalg.norm(ranges, axis=1)
    return faint & (size < FAINT_SIZE * np.percentile(size, 80))


def _after_sharper(
    peaks: Peaks, real: Bool[np.ndarray, " peaks"], sharp: float
) -> Float64[np.ndarray, " peaks"]:
    """Return the time from the last sharp beat to each blunter peak close to it; NaN for others."""
    delays = np.full(peaks.at.size, np.nan)
    former = -1
    for index in np.flatnonzero(real):
        if former >= 0 and peaks.sharpness[index] < BLUNT * peaks.sharpness[former]:
            delay = (peaks.at[index] - peaks.at[former]) / peaks.sample_rate_hz
            delays[index] = delay if EARLIEST_T_S <= delay <= LATEST_T_S else np.nan
        if peaks.sharpness[index] >= BLUNT * sharp:
            former = int(index)
    return delays


def _follows_most_beats(
    peaks: Peaks,
    sharp_beats: Bool[np.ndarray, " peaks"],
    waves: Bool[np.ndarray, " peaks"],
    delay_s: float,
    smooth: Float64[np.ndarray, "leads=8 samples"],
) -> bool:
    """Return whether most beats like those before the waves are followed by one."""
    rate = peaks.sample_rate_hz
    near, slack = round(NEAR_S * rate), round(SAME_DELAY_S * rate)
    delay = round(delay_s * rate)
    last = smooth.shape[1] - near
    carriers = [peaks.at[sharp_beats & (peaks.at < at)].max() for at in peaks.at[waves]]
    typical_wave = _mean_shape(peaks.at[waves], smooth, near)
    typical_beat = _mean_shape(np.array(carriers), smooth, near)
    if typical_wave is None or typical_beat is None:
        return False
    carried, expected = len(carriers), len(carriers)
    starts = peaks.at[sharp_beats]
    following = np.append(starts[1:], smooth.shape[1] + near)
    for start, next_start in zip(starts, following, strict=True):
        about = start + delay
        inside = start >= near and about + slack < last
        if not inside or next_start < about + 2 * near or start in carriers:
            continue
        if not _is_similar(_centred(smooth[:, start - near : start + near]), typical_beat):
            continue  # another kind of beat has another T wave
        expected += 1
        carried += any(
            _is_similar(_centred(smooth[:, at - near : at + near]), typical_wave)
            for at in range(about - slack, about + slack + 1, max(1, slack // 6))
        )
    return carried >= FEWEST and carried >= EVERY * expected


def _mean_shape(
    at: Int[np.ndarray, " peaks"], smooth: Float64[np.ndarray, "leads=8 samples"], near: int
) -> Float64[np.ndarray, "leads=8 window"] | None:
    """Average the waves around given samples; None if the recording cuts all of them off."""
    whole = at[(at >= near) & (at + near <= smooth.shape[1])]
    if not whole.size:
        return None
    return _centred(np.mean([smooth[:, peak - near : peak + near] for peak in whole], axis=0))


def _is_similar(
    wave: Float64[np.ndarray, "leads=8 window"], typical: Float64[np.ndarray, "leads=8 window"]
) -> bool:
    size, typical_size = np.linalg.norm(wave), np.linalg.norm(typical)
    correlated = float((wave * typical).sum()) >= MIN_CORRELATION * size * typical_size
    return bool(
        correlated and typical_size / MAX_HEIGHT_RATIO <= size <= typical_size * MAX_HEIGHT_RATIO
    )


def _centred(
    wave: Float64[np.ndarray, "leads=8 window"],
) -> Float64[np.ndarray, "leads=8 window"]:
    return wave - wave.mean(axis=1, keepdims=True)


def _has_own_t(
    peaks: Peaks,
    beats: Bool[np.ndarray, " peaks"],
    waves: Bool[np.ndarray, " peaks"],
    delay_s: float,
    smooth: Float64[np.ndarray, "leads=8 samples"],
) -> bool:
    """Return whether the waves are followed by a T wave, or preceded by that of the former beat."""
    rate = peaks.sample_rate_hz
    before, after = round(delay_s * rate), round(AFTER_S * rate)
    room = after
    for at in peaks.at[waves]:
        later = peaks.at[beats & (peaks.at > at)]
        if later.size:
            room = min(room, int(later[0] - at) - round(BEFORE_NEXT_S * rate))
    whole = [at for at in peaks.at[waves] if at >= before and at + after <= smooth.shape[1]]
    if not whole:
        return False
    mean = np.mean([smooth[:, at - before : at + after] for at in whole], axis=0)
    rest = _resting_level(peaks.at[beats & ~waves], smooth, rate)
    height = np.linalg.norm(mean - rest, axis=0)
    near = round(NEAR_S * rate)
    top = before - near + int(height[before - near : before + near].argmax())
    between = height[round(AFTER_QRS_S * rate) : top]
    return _rises_again(height[top : before + max(room, 0)]) or _has_hump(between, height[top])


def _rises_again(height: Float64[np.ndarray, " window"]) -> bool:
    """Return whether another wave follows after the first one, which starts at its peak."""
    if not height.size:
        return False
    fallen = np.flatnonzero(height < FALLEN * height[0])
    return bool(fallen.size and height[fallen[0] :].max() > RISES_AGAIN * height[0])


def _has_hump(height: Float64[np.ndarray, " window"], top: float) -> bool:
    """Return whether the height rises and falls before it rises to the wave."""
    if height.size < 3:
        return False
    risen = height - np.minimum.accumulate(height)
    falls = height - np.minimum.accumulate(height[::-1])[::-1]
    return bool(np.minimum(risen, falls).max() > RISES_AGAIN * top)


def _resting_level(
    starts: Int[np.ndarray, " beats"],
    smooth: Float64[np.ndarray, "leads=8 samples"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "leads=8 1"]:
    """Return the median level of each lead 80 ms before the beats."""
    before = np.maximum(starts - round(0.08 * sample_rate_hz), 0)
    return np.median(smooth[:, before], axis=1, keepdims=True)
