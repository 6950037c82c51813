"""Alignment of the beats of one ECG to the R peaks of another, for comparison beat by beat."""

import numpy as np
from jaxtyping import Float, Float32, Float64, Int

from ptacl.signal.delineation.qrs import AFTER_S, BEFORE_S
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.resampling import resample

P_SHARE = 0.4
"""Maximum share of the R–R interval by which a beat starts before its R peak."""


def align_beats(
    beats: Float[np.ndarray, "beats leads=12 window"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    length: int,
) -> Float32[np.ndarray, "leads=12 length"]:
    """Place the first beat at the first R peak and so on; NaN where there is no beat.

    Beats are not stretched: each is cut off where the next one starts.

    Args:
        beats: with the R peak `qrs.BEFORE_S` after the start of the window.
        r_peaks: sample numbers of the other ECG.
        sample_rate_hz: of both.
        length: of the other ECG, in samples.
    """
    aligned = np.full((12, length), np.nan, np.float32)
    before = round(BEFORE_S * sample_rate_hz)
    rr = np.diff(r_peaks)
    former = np.concatenate([np.median(rr, keepdims=True), rr]) if rr.size else [2 * before]
    for beat, r_peak, gap in zip(beats, r_peaks, former, strict=False):
        reach = min(before, int(P_SHARE * gap))
        first = int(r_peak) - before
        start, stop = max(int(r_peak) - reach, 0), min(first + beat.shape[1], length)
        aligned[:, start:stop] = beat[:, start - first : stop - first]
    return aligned


def align_ecg(
    other_mv: Float32[np.ndarray, "leads=12 other_samples"],
    other_peaks: Int[np.ndarray, " other_peaks"],
    other_rate_hz: float,
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    length: int,
) -> Float32[np.ndarray, "leads=12 length"]:
    """Align another ECG to this one beat by beat, its first whole beat to the first of this one.

    Args:
        other_mv: canonical leads; their median over the recording is subtracted.
        other_peaks: its R peaks.
        other_rate_hz: its sample rate; it is resampled to this one's.
        r_peaks: of this ECG.
        sample_rate_hz: of this ECG.
        length: of this ECG, in samples.
    """
    filled = fill_gaps(other_mv)
    centred = filled - np.median(filled, axis=1, keepdims=True)
    moved = resample(centred, other_rate_hz, sample_rate_hz)
    peaks = np.rint(other_peaks * (sample_rate_hz / other_rate_hz)).astype(np.int64)
    return align_beats(_cut(moved, peaks, sample_rate_hz), r_peaks, sample_rate_hz, length)


def _cut(
    signal: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats leads=12 window"]:
    """Extract the beats around R peaks; NaN beyond the ends of the recording."""
    before, after = round(BEFORE_S * sample_rate_hz), round(AFTER_S * sample_rate_hz)
    padded = np.pad(signal.astype(np.float64), ((0, 0), (before, after)), constant_values=np.nan)
    return padded[:, r_peaks[:, None] + np.arange(before + after)].swapaxes(0, 1)
