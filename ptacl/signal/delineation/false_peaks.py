"""Which peaks of an ECG are no beats but T or P waves.

A tented T wave is as tall as its QRS, also in the QRS band, but never as sharp: it takes a tenth
of a second where a QRS takes a twentieth. A broad ectopic beat may be as blunt as that. What tells
them apart is what else the ECG holds: a T wave follows every beat at the same distance, and after
it the leads rest; an ectopic beat comes after some beats only, or brings a T wave of its own.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int
from scipy.ndimage import uniform_filter1d

BLUNT = 0.6
"""Share of the former beat's sharpness below which a peak may be its T wave. Of the 353 records of
PTB-XL here, broad ectopic beats have 0.34 and more, beats of one kind 0.75 and more."""
EARLIEST_T_S, LATEST_T_S = 0.16, 0.60
"""From R to the peak of T: short QT in a fast rhythm, long QT in a slow one."""
SAME_DELAY_S, SAME_DELAY = 0.06, 0.2
"""T waves of one ECG lie within this, or this share, of their usual distance."""
NEAR_S = 0.08
"""Half of what is compared of a wave."""
ALIKE, ALIKE_HEIGHT = 0.8, 2.5
"""Least correlation of two T waves of one ECG, and how many times larger one may be."""
EVERY, FEWEST = 0.8, 3
"""Share of the beats that carry the wave, and their number, for it to be a T wave."""
FALLEN, RISES_AGAIN = 0.20, 0.20
"""Of a wave's height: it is over where the leads fall below the first; a wave that comes after and
exceeds the second is the T wave of an ectopic beat. A U wave is 5 to 25 % of its T (AHA, 2009)."""
AFTER_S, BEFORE_NEXT_S = 0.45, 0.25
"""Such a wave is sought so long, and not where the P wave of the next beat lies."""
AFTER_QRS_S = 0.12
"""From R: a hump between this and the wave is the T wave, and the wave a beat."""
FAINT, FAINT_AND_BLUNT, FAINT_SIZE = 0.30, 0.40, 0.40
"""Of the ECG's tall beats, in height, in sharpness and in the range of the leads: a peak below all
three is a P wave or noise."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks of an ECG with what is needed to judge them."""

    at: Int[np.ndarray, " peaks"]
    height: Float64[np.ndarray, " peaks"]
    sharpness: Float64[np.ndarray, " peaks"]
    sample_rate_hz: float


def beats_among(
    peaks: Peaks, leads_mv: Float64[np.ndarray, "leads=8 samples"]
) -> Bool[np.ndarray, " peaks"]:
    """Which peaks are beats.

    Args:
        peaks: ascending, any QRS among them.
        leads_mv: the independent leads, unfiltered, no NaN.
    """
    sharp = float(np.percentile(peaks.sharpness, 80))
    faint = _faint(peaks, leads_mv, sharp)
    beats = ~faint
    delays = _after_sharper(peaks, beats, sharp)
    if not np.isfinite(delays).any():
        return beats
    smooth = uniform_filter1d(leads_mv, max(1, round(0.02 * peaks.sample_rate_hz)), axis=1)
    sharp_ones = beats & ~np.isfinite(delays)
    for waves in _alike_at_one_delay(peaks, delays, smooth):
        usual_s = float(np.median(delays[waves]))
        if _everywhere(peaks, sharp_ones, waves, usual_s, smooth) and not _has_own_t(
            peaks, beats, waves, usual_s, smooth
        ):
            beats = beats & ~waves
    return beats


def _alike_at_one_delay(
    peaks: Peaks,
    delays: Float64[np.ndarray, " peaks"],
    smooth: Float64[np.ndarray, "leads=8 samples"],
) -> list[Bool[np.ndarray, " peaks"]]:
    """The doubtful peaks in groups of one shape and about one distance from the beat before.

    A peak that the recording cuts off is judged by its distance alone.
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
        group &= cut | np.array([_is_alike(shape, shapes[first]) for shape in shapes])
        groups.append(group)
        left &= ~group
    return groups


def _faint(
    peaks: Peaks, leads_mv: Float64[np.ndarray, "leads=8 samples"], sharp: float
) -> Bool[np.ndarray, " peaks"]:
    """Peaks that are neither tall nor sharp nor, unfiltered, large: P waves and noise."""
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
    """Seconds from the last sharp beat to each peak that is blunter and close; NaN elsewhere."""
    delays = np.full(peaks.at.size, np.nan)
    former = -1
    for index in np.flatnonzero(real):
        if former >= 0 and peaks.sharpness[index] < BLUNT * peaks.sharpness[former]:
            delay = (peaks.at[index] - peaks.at[former]) / peaks.sample_rate_hz
            delays[index] = delay if EARLIEST_T_S <= delay <= LATEST_T_S else np.nan
        if peaks.sharpness[index] >= BLUNT * sharp:
            former = int(index)
    return delays


def _everywhere(
    peaks: Peaks,
    sharp_ones: Bool[np.ndarray, " peaks"],
    waves: Bool[np.ndarray, " peaks"],
    usual_s: float,
    smooth: Float64[np.ndarray, "leads=8 samples"],
) -> bool:
    """Whether beats like those before the waves all carry one, also where it was no peak."""
    rate = peaks.sample_rate_hz
    near, slack = round(NEAR_S * rate), round(SAME_DELAY_S * rate)
    delay = round(usual_s * rate)
    last = smooth.shape[1] - near
    carriers = [peaks.at[sharp_ones & (peaks.at < at)].max() for at in peaks.at[waves]]
    usual_wave = _mean_shape(peaks.at[waves], smooth, near)
    usual_beat = _mean_shape(np.array(carriers), smooth, near)
    if usual_wave is None or usual_beat is None:
        return False
    carried, asked = len(carriers), len(carriers)
    starts = peaks.at[sharp_ones]
    following = np.append(starts[1:], smooth.shape[1] + near)
    for start, next_start in zip(starts, following, strict=True):
        about = start + delay
        inside = start >= near and about + slack < last
        if not inside or next_start < about + 2 * near or start in carriers:
            continue
        if not _is_alike(_centred(smooth[:, start - near : start + near]), usual_beat):
            continue  # another kind of beat has another T wave
        asked += 1
        carried += any(
            _is_alike(_centred(smooth[:, at - near : at + near]), usual_wave)
            for at in range(about - slack, about + slack + 1, max(1, slack // 6))
        )
    return carried >= FEWEST and carried >= EVERY * asked


def _mean_shape(
    at: Int[np.ndarray, " peaks"], smooth: Float64[np.ndarray, "leads=8 samples"], near: int
) -> Float64[np.ndarray, "leads=8 window"] | None:
    """The mean of the waves about these samples; None where the recording cuts them all off."""
    whole = at[(at >= near) & (at + near <= smooth.shape[1])]
    if not whole.size:
        return None
    return _centred(np.mean([smooth[:, peak - near : peak + near] for peak in whole], axis=0))


def _is_alike(
    wave: Float64[np.ndarray, "leads=8 window"], typical: Float64[np.ndarray, "leads=8 window"]
) -> bool:
    size, usual = np.linalg.norm(wave), np.linalg.norm(typical)
    correlated = float((wave * typical).sum()) >= ALIKE * size * usual
    return bool(correlated and usual / ALIKE_HEIGHT <= size <= usual * ALIKE_HEIGHT)


def _centred(
    wave: Float64[np.ndarray, "leads=8 window"],
) -> Float64[np.ndarray, "leads=8 window"]:
    return wave - wave.mean(axis=1, keepdims=True)


def _has_own_t(
    peaks: Peaks,
    beats: Bool[np.ndarray, " peaks"],
    waves: Bool[np.ndarray, " peaks"],
    usual_s: float,
    smooth: Float64[np.ndarray, "leads=8 samples"],
) -> bool:
    """Whether the waves bring a T wave after them, or let one of the beat before pass first."""
    rate = peaks.sample_rate_hz
    before, after = round(usual_s * rate), round(AFTER_S * rate)
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
    """Whether anything comes once the wave, whose top comes first, has fallen."""
    if not height.size:
        return False
    fallen = np.flatnonzero(height < FALLEN * height[0])
    return bool(fallen.size and height[fallen[0] :].max() > RISES_AGAIN * height[0])


def _has_hump(height: Float64[np.ndarray, " window"], top: float) -> bool:
    """Whether the height rises and falls before it rises to the wave."""
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
    """The usual level of each lead 80 ms before the beats."""
    before = np.maximum(starts - round(0.08 * sample_rate_hz), 0)
    return np.median(smooth[:, before], axis=1, keepdims=True)
