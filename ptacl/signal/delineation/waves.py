"""Delineation of P, QRS and T on the mean beat of an ECG.

QRS: global onset and offset (`qrs`). T: start and end by the tangent (Lepeschkin and Surawicz,
1952), each in the second outermost lead, since a global QT ends with the latest lead (AHA/ACCF/HRS,
2009) but one lead may be wrong; or the end by the slope (`t_end`), which is the reported one. P:
`p_wave`. The thresholds were chosen on normal and bundle branch block records of PTB-XL;
`tests/benchmarks/bench_intervals.py` prints the errors there.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.delineation.flutter import atria_flutter
from ptacl.signal.delineation.p_wave import long_p_samples, p_samples
from ptacl.signal.delineation.qrs import (
    BEFORE_S,
    INDEPENDENT,
    LevelBeat,
    cut_beats,
    following_s,
    level_beat,
    measured_peaks,
    preceding_s,
)
from ptacl.signal.delineation.t_end import t_end as t_end_by_slope
from ptacl.signal.filters import lowpass
from ptacl.signal.gaps import fill_gaps
from ptacl.types import Waves

NAN = float("nan")
LEAST_T_MV = 0.08
BEFORE_NEXT_S = 0.10
"""Minimum time from the end of T to the next R peak."""


def find_waves(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Waves:
    """Delineate the waves of the mean beat, the end of T by its slope (`t_end`).

    Args:
        signal_mv: canonical leads in mV, raw or without its baseline; NaN allowed.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: 100 Hz or more.

    Returns:
        The waves, all NaN with fewer than two beats or without a QRS.
    """
    return find_beat_and_waves(signal_mv, r_peaks, sample_rate_hz, "slope")[1]


def find_beat_and_waves(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    t_ends_by: Literal["tangent", "slope"] = "tangent",
) -> tuple[LevelBeat | None, Waves]:
    """Compute the mean beat and delineate its waves.

    Args:
        signal_mv: canonical leads in mV, raw or without its baseline; NaN allowed.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: 100 Hz or more.
        t_ends_by: definition of the end of T; the heads of galleries use the tangent.

    Returns:
        The mean beat, None without a QRS, and its waves.
    """
    if r_peaks.size < 2:
        return None, Waves(*[NAN] * 6)
    filled = fill_gaps(signal_mv).astype(np.float64)
    measured = measured_peaks(filled, r_peaks, sample_rate_hz)
    level = level_beat(cut_beats(filled, measured, sample_rate_hz), sample_rate_hz)
    if level is None:
        return None, Waves(*[NAN] * 6)
    ecg = _Beats(filled, r_peaks, measured, sample_rate_hz)
    samples = _edges(ecg, level, t_ends_by)
    r_peak = round(BEFORE_S * sample_rate_hz)
    return level, Waves(*(1e3 * (sample - r_peak) / sample_rate_hz for sample in samples))


@dataclass(frozen=True, slots=True)
class _Beats:
    """ECG with its R peaks."""

    signal_mv: Float64[np.ndarray, "leads=12 samples"]
    r_peaks: Int[np.ndarray, " beats"]
    measured: Int[np.ndarray, " measured"]
    """R peaks of the beats in the mean beat."""
    sample_rate_hz: float


def _edges(
    ecg: _Beats, level: LevelBeat, t_ends_by: Literal["tangent", "slope"]
) -> tuple[float, ...]:
    """Return start and end of P, QRS and T as samples of the window of the mean beat."""
    rate, onset = ecg.sample_rate_hz, level.qrs_onset
    usual_s = float(np.median(np.diff(ecg.r_peaks))) / rate
    next_s = min(usual_s, float(following_s(ecg.measured, ecg.r_peaks, rate).min()))
    t_start, t_end = t_samples(level.beat, level.qrs_offset, usual_s, next_s, rate)
    p_start, p_end = _p_edges(ecg, onset, t_end)
    flutters = _flutters(ecg, onset, t_end) if np.isfinite(p_start) else False
    if flutters:
        p_start, p_end = NAN, NAN
    if t_ends_by == "slope":
        following = p_start if np.isfinite(p_start) else onset
        latest = int(following + next_s * rate)
        t_end = t_end_by_slope(level.beat, t_end, level.qrs_offset, latest, rate)
        t_end = NAN if flutters else t_end  # among flutter waves the end of T is undefined
    return p_start, p_end, onset, level.qrs_offset, t_start, t_end


def _p_edges(ecg: _Beats, onset: int, t_end: float) -> tuple[float, float]:
    rate = ecg.sample_rate_hz
    rr_s = np.diff(ecg.r_peaks) / rate
    former_s = preceding_s(ecg.measured, ecg.r_peaks, rate)
    beats = cut_beats(ecg.signal_mv, ecg.measured, rate)
    edges = p_samples(beats, onset, t_end, former_s, rr_s, rate)
    if np.isfinite(edges[0]):
        return edges
    return long_p_samples(ecg.signal_mv, ecg.measured, onset, t_end, former_s, rr_s, rate)


def _flutters(ecg: _Beats, onset: int, t_end: float) -> bool:
    if not np.isfinite(t_end):
        return False
    rate, r_peak = ecg.sample_rate_hz, round(BEFORE_S * ecg.sample_rate_hz)
    t_end_s, onset_s = (t_end - r_peak) / rate, (r_peak - onset) / rate
    return atria_flutter(ecg.signal_mv, ecg.r_peaks, t_end_s, onset_s, rate)


def t_samples(
    beat: Float64[np.ndarray, "leads=12 window"],
    qrs_offset: int,
    rr_s: float,
    next_s: float,
    sample_rate_hz: float,
) -> tuple[float, float]:
    """Find start and end of T: where the tangents of its limbs meet the level before the QRS.

    The second outermost of the leads with a T wave above 0.08 mV determines both.

    Args:
        beat: the mean beat.
        qrs_offset: sample of the window.
        rr_s: median R–R interval.
        next_s: shortest time to the next R peak.
        sample_rate_hz: of the beat.

    Returns:
        Start and end as samples of the window, NaN without a T wave.
    """
    start = qrs_offset + round(0.06 * sample_rate_hz)
    r_peak = round(BEFORE_S * sample_rate_hz)
    # in a fast rhythm the next P wave follows close: T ends before 0.7 of the beat
    end = min(beat.shape[1], r_peak + round(max(0.7 * rr_s, 0.3) * sample_rate_hz))
    end = min(end, r_peak + round((next_s - BEFORE_NEXT_S) * sample_rate_hz))
    smooth = lowpass(beat[INDEPENDENT], sample_rate_hz, 20.0)[:, start:end]
    limbs = smooth if smooth.shape[1] > 4 else smooth[:0]
    first = smooth.shape[1] - 1 - _outermost([_tangent_end(lead[::-1]) for lead in limbs])
    return start + max(first, 0.0), start + _outermost([_tangent_end(lead) for lead in limbs])


def _outermost(ends: list[float]) -> float:
    """Return the second last of the finite ends, the last if there is only one; NaN without any."""
    clear = sorted(at for at in ends if np.isfinite(at))
    return clear[-2 if len(clear) > 1 else -1] if clear else NAN


def _tangent_end(wave: Float64[np.ndarray, " window"]) -> float:
    """Find where the tangent of the largest wave's final limb reaches zero; NaN if unclear."""
    peak = int(np.abs(wave).argmax())
    height = wave[peak]
    limb = np.sign(height) * wave[peak:]
    slope = np.gradient(limb) if limb.size > 1 else np.zeros(1)
    steepest = int(slope.argmin())
    if abs(height) < LEAST_T_MV or slope[steepest] >= 0:
        return NAN
    crossing = peak + steepest - limb[steepest] / slope[steepest]
    return float(crossing) if crossing < wave.size + 0.1 * wave.size else NAN
