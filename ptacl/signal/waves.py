"""Where P, QRS and T begin and end on the mean beat of an ECG.

QRS: its global onset and offset (`qrs`). T: from the first rise to the end by the tangent
(Lepeschkin and Surawicz, 1952), each in the outermost lead but one, for a global QT ends with the
latest lead (AHA/ACCF/HRS, 2009) and one lead may err. P: from where its velocity rises to where it
has fallen; not given where the beats have no P wave in common (atrial fibrillation). The
thresholds were set on normal and bundle branch block records of PTB-XL;
`tests/benchmarks/bench_intervals.py` prints what they give there.
"""

import numpy as np
from jaxtyping import Float, Float64, Int
from scipy.ndimage import uniform_filter1d

from ptacl.signal.filters import lowpass
from ptacl.signal.qrs import (
    BEFORE_S,
    INDEPENDENT,
    LevelBeat,
    level_beat,
    spatial_velocity,
    whole_beats,
)
from ptacl.types import Waves

NAN = float("nan")
P_SMOOTHING_S = 0.016
"""Moving mean over this long: as good as a 30 Hz low-pass, and faster on every beat."""
LEAST_T_MV, LEAST_P_MV = 0.08, 0.03
LONGEST_P_TO_QRS_S = 0.28
P_ONSET_SHARE, P_ONSET_QUIET = 0.2, 1.7
"""As for the QRS, of the velocity of the P wave's rise and of the quiet before it."""
P_RISE_S = 0.1
"""From its start to its peak no P wave takes longer."""
LEAST_COMMON, LEAST_COMMON_IRREGULAR = 0.15, 0.40
"""Share of the energy before the QRS that all beats have in common, below which there is no P
wave; more is asked of an irregular rhythm."""
IRREGULAR = 0.08
"""Median change from one R–R interval to the next, as a share of the median interval."""


def find_waves(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Waves:
    """Find the waves of the mean beat; all NaN with fewer than two beats or without a QRS.

    Args as of `intervals.measure`.
    """
    return find_beat_and_waves(signal_mv, r_peaks, sample_rate_hz)[1]


def find_beat_and_waves(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> tuple[LevelBeat | None, Waves]:
    """The mean beat and its waves."""
    if r_peaks.size < 2:
        return None, Waves(*[NAN] * 6)
    rr_s = np.diff(r_peaks) / sample_rate_hz
    beats = whole_beats(signal_mv, r_peaks, sample_rate_hz)
    level = level_beat(beats, sample_rate_hz)
    if level is None:
        return None, Waves(*[NAN] * 6)
    t_start, t_end = t_samples(level.beat, level.qrs_offset, float(np.median(rr_s)), sample_rate_hz)
    p_start, p_end = p_samples(beats, level.qrs_onset, t_end, rr_s, sample_rate_hz)
    samples = (p_start, p_end, level.qrs_onset, level.qrs_offset, t_start, t_end)
    r_peak = round(BEFORE_S * sample_rate_hz)
    return level, Waves(*(1e3 * (sample - r_peak) / sample_rate_hz for sample in samples))


def t_samples(
    beat: Float64[np.ndarray, "leads=12 window"],
    qrs_offset: int,
    rr_s: float,
    sample_rate_hz: float,
) -> tuple[float, float]:
    """Start and end of T: where the steepest tangents of its limbs meet the level before the QRS.

    The outermost but one of the leads whose T wave is taller than 0.08 mV; NaN where none is.
    """
    start = qrs_offset + round(0.06 * sample_rate_hz)
    r_peak = round(BEFORE_S * sample_rate_hz)
    # in a fast rhythm the next P wave follows close: T ends before 0.7 of the beat
    end = min(beat.shape[1], r_peak + round(max(0.7 * rr_s, 0.3) * sample_rate_hz))
    smooth = lowpass(beat[INDEPENDENT], sample_rate_hz, 20.0)[:, start:end]
    limbs = smooth if smooth.shape[1] > 4 else smooth[:0]
    first = smooth.shape[1] - 1 - _outermost([_tangent_end(lead[::-1]) for lead in limbs])
    return start + max(first, 0.0), start + _outermost([_tangent_end(lead) for lead in limbs])


def p_samples(
    beats: Float64[np.ndarray, "beats leads=12 window"],
    qrs_onset: int,
    t_end: float,
    rr_s: Float64[np.ndarray, " intervals"],
    sample_rate_hz: float,
) -> tuple[float, float]:
    """Start and end of the P wave that the beats have in common; NaN where they have none.

    It is sought between the end of the previous T and the QRS, at most 0.28 s before it. A P wave
    that has not fallen before the QRS ends there.
    """
    earliest = qrs_onset - round(LONGEST_P_TO_QRS_S * sample_rate_hz)
    if np.isfinite(t_end):
        earliest = max(earliest, round(t_end - float(np.median(rr_s)) * sample_rate_hz))
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
    start = first + _p_rise(wave, sample_rate_hz)
    fall = _p_rise(wave[:, ::-1], sample_rate_hz)
    end = last - 1 - fall if np.isfinite(fall) else last
    return start, end if np.isfinite(start) else NAN


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


def _outermost(ends: list[float]) -> float:
    """The last but one of the finite ends, the last where there is one only; NaN without any."""
    clear = sorted(at for at in ends if np.isfinite(at))
    return clear[-2 if len(clear) > 1 else -1] if clear else NAN


def _tangent_end(wave: Float64[np.ndarray, " window"]) -> float:
    """Sample where the steepest return of the greatest wave reaches zero; NaN where unclear."""
    peak = int(np.abs(wave).argmax())
    height = wave[peak]
    limb = np.sign(height) * wave[peak:]
    slope = np.gradient(limb) if limb.size > 1 else np.zeros(1)
    steepest = int(slope.argmin())
    if abs(height) < LEAST_T_MV or slope[steepest] >= 0:
        return NAN
    crossing = peak + steepest - limb[steepest] / slope[steepest]
    return float(crossing) if crossing < wave.size + 0.1 * wave.size else NAN


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
    return float(np.flatnonzero(resting)[-1]) if resting.any() else NAN


def _without_line(
    waves: Float64[np.ndarray, "beats leads window"],
) -> Float64[np.ndarray, "beats leads window"]:
    """Subtract from each wave the straight line through its first and last sample."""
    share = np.linspace(0.0, 1.0, waves.shape[2])
    return waves - waves[:, :, :1] * (1 - share) - waves[:, :, -1:] * share
