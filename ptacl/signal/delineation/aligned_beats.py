"""Heartbeats cut out of one ECG and laid on the R peaks of another, to be compared beat by beat."""

import numpy as np
from jaxtyping import Float, Float32, Float64, Int

from ptacl.signal.delineation.qrs import AFTER_S, BEFORE_S
from ptacl.signal.gaps import fill_gaps
from ptacl.signal.resampling import resample

P_SHARE = 0.4
"""A beat begins at most this share of the R–R interval before its R peak."""


def lay_beats(
    beats: Float[np.ndarray, "beats leads=12 window"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    length: int,
) -> Float32[np.ndarray, "leads=12 length"]:
    """Lay the first beat on the first R peak and so on; NaN where none reaches, or none is left.

    No beat is stretched: where the next one begins, it takes the place of the former.

    Args:
        beats: with the R peak `qrs.BEFORE_S` after the start of the window.
        r_peaks: sample numbers of the ECG that they are laid on.
        sample_rate_hz: of both.
        length: of that ECG, in samples.
    """
    laid = np.full((12, length), np.nan, np.float32)
    before = round(BEFORE_S * sample_rate_hz)
    rr = np.diff(r_peaks)
    former = np.concatenate([np.median(rr, keepdims=True), rr]) if rr.size else [2 * before]
    for beat, r_peak, gap in zip(beats, r_peaks, former, strict=False):
        reach = min(before, int(P_SHARE * gap))
        first = int(r_peak) - before
        start, stop = max(int(r_peak) - reach, 0), min(first + beat.shape[1], length)
        laid[:, start:stop] = beat[:, start - first : stop - first]
    return laid


def lay_over(
    other_mv: Float32[np.ndarray, "leads=12 other_samples"],
    other_peaks: Int[np.ndarray, " other_peaks"],
    other_rate_hz: float,
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    length: int,
) -> Float32[np.ndarray, "leads=12 length"]:
    """Another ECG beat by beat on this one: its first whole beat on this one's first, and so on.

    Args:
        other_mv: canonical leads; each beat is drawn about the recording's own median.
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
    return lay_beats(_cut(moved, peaks, sample_rate_hz), r_peaks, sample_rate_hz, length)


def _cut(
    signal: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats leads=12 window"]:
    """The beats about these R peaks, NaN beyond the recording's ends."""
    before, after = round(BEFORE_S * sample_rate_hz), round(AFTER_S * sample_rate_hz)
    padded = np.pad(signal.astype(np.float64), ((0, 0), (before, after)), constant_values=np.nan)
    return padded[:, r_peaks[:, None] + np.arange(before + after)].swapaxes(0, 1)
