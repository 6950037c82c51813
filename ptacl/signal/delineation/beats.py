"""R peaks, cardiac phase, and the mean beat of an ECG.

R peaks are detected on one combined lead, the vector magnitude of the eight independent leads in
the QRS band (`qrs_band`). The detector is a modified Pan–Tompkins (1985) from `sleepecg`; each peak
is then moved to the maximum of that magnitude, so that the fiducial point does not depend on the
detector. Excluded are T and P waves (`false_peaks`), and peaks that are visible in two leads only.
"""

import numpy as np
import sleepecg
from jaxtyping import Float, Float64, Int
from scipy import signal as dsp

from ptacl.signal.delineation.beat_types import PREVAILS, beat_kinds
from ptacl.signal.delineation.false_peaks import Peaks, beats_among
from ptacl.signal.delineation.qrs_band import (
    common_length,
    in_qrs_band,
    independent_leads,
    typical_heights,
    visible_in_many,
)

REFINEMENT_S = 0.08
"""Maximum shift of a peak to the maximum of the magnitude: half of a very broad QRS."""
AS_HIGH = 0.6
"""Share of a beat's own maximum that another maximum must reach to replace it."""
REFRACTORY_S = 0.2
"""Minimum interval of two ventricular depolarisations (Pan and Tompkins, 1985)."""
FAINTEST, CERTAIN = 0.2, 0.4
"""Height relative to the tall beats (80th percentile): below the first there is no beat, above the
second there always is."""
SHARPNESS_HZ = 250.0
SHARP, APART_S = 0.5, 0.12
"""A peak of half the typical sharpness, at least this far from all detected ones, is added."""
UNEVEN = 0.15
"""Range of the R–R intervals, as a share of their median, below which no beat is early."""
SHORTEST_S = 1.0
"""Minimum length of a signal with two beats; no peaks are detected in a shorter one."""


def find_r_peaks(
    signal_mv: Float[np.ndarray, "leads=12 samples"], sample_rate_hz: float
) -> Int[np.ndarray, " beats"]:
    """Detect the R peaks of an ECG.

    Args:
        signal_mv: canonical leads; NaN allowed; any unit, since only proportions matter.
        sample_rate_hz: above 60 Hz.

    Returns:
        Sample numbers, ascending; empty if there is no heartbeat.
    """
    leads = independent_leads(signal_mv)
    banded = in_qrs_band(leads, sample_rate_hz)
    magnitude = common_length(banded, sample_rate_hz)
    if magnitude.size < SHORTEST_S * sample_rate_hz or not magnitude.any():
        return np.empty(0, dtype=np.int64)
    detected = sleepecg.detect_heartbeats(magnitude, sample_rate_hz)
    if not detected.size:
        return detected
    sharpness = _sharpness(banded, sample_rate_hz)
    peaks = _by_height(detected, magnitude, sample_rate_hz)
    peaks = _add_sharp_peaks(peaks, sharpness, sample_rate_hz)
    reach = round(REFINEMENT_S * sample_rate_hz)
    peaks = peaks[visible_in_many(peaks, banded, reach, sample_rate_hz)]
    if not peaks.size:
        return peaks
    beats = beats_among(_described(peaks, magnitude, sharpness, sample_rate_hz), leads)
    return peaks if beats.all() else refine(peaks[beats], magnitude, sample_rate_hz)


def refine(
    peaks: Int[np.ndarray, " found"],
    magnitude: Float64[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " beats"]:
    """Move each peak to the maximum magnitude within 80 ms; of two that are too close keep one.

    This works for the peaks of any detector, so that detectors can be compared. If a broad QRS has
    two maxima of similar height, all beats use the one that is usually the larger.

    Args:
        peaks: sample numbers of detected peaks.
        magnitude: from `qrs_band.qrs_magnitude`.
        sample_rate_hz: of the magnitude.
    """
    if peaks.size == 0:
        return peaks.astype(np.int64)
    reach = round(REFINEMENT_S * sample_rate_hz)
    moved = peaks.astype(np.int64)
    for _ in range(2):  # twice: after the first move a larger value may be within reach
        moved = _highest_near(moved, magnitude, reach)
    moved = _same_maximum(moved, magnitude, sample_rate_hz)
    strongest_first = moved[np.argsort(-magnitude[moved], kind="stable")]
    accepted: list[int] = []
    for peak in strongest_first:
        if all(abs(peak - other) >= REFRACTORY_S * sample_rate_hz for other in accepted):
            accepted.append(int(peak))
    return np.sort(np.asarray(accepted, dtype=np.int64))


def cardiac_phase(
    r_peaks: Int[np.ndarray, " beats"], samples: Int[np.ndarray, " n"] | Float[np.ndarray, " n"]
) -> Float64[np.ndarray, " n"]:
    """Return the phase in [0, 1) of sample positions within their beat; 0 at the R peak.

    Before the first and after the last R peak the nearest R–R interval is extrapolated. All phases
    are NaN with fewer than two peaks.

    Example:
        >>> cardiac_phase(np.array([100, 200, 400]), np.array([50, 100, 150, 300, 500]))
        array([0.5, 0. , 0.5, 0.5, 0.5])
    """
    positions = np.asarray(samples, dtype=np.float64)
    if r_peaks.size < 2:
        return np.full(positions.shape, np.nan)
    beat = beat_numbers(r_peaks, positions)
    start, end = r_peaks[beat], r_peaks[beat + 1]
    phase = (positions - start) / (end - start) % 1.0
    return np.where(phase < 1.0, phase, 0.0)  # −1e-17 % 1.0 is 1.0 in floating point


def beat_numbers(
    r_peaks: Int[np.ndarray, " beats"], samples: Int[np.ndarray, " n"] | Float[np.ndarray, " n"]
) -> Int[np.ndarray, " n"]:
    """Return the index of the R–R interval of each sample position, the nearest one outside of all.

    Args:
        r_peaks: two or more, ascending.
        samples: positions at the same rate.
    """
    return np.clip(np.searchsorted(r_peaks, samples, side="right") - 1, 0, r_peaks.size - 2)


def mean_beat(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    before_s: float = 0.25,
    after_s: float = 0.45,
) -> Float[np.ndarray, "leads=12 window"]:
    """Average the typical beats; NaN without a complete beat.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `find_r_peaks`.
        sample_rate_hz: of the signal.
        before_s: start of the window before the R peak.
        after_s: end of the window after the R peak.

    Returns:
        The mean beat in the unit of the signal, the R peak at round(before_s · rate).
    """
    beats = typical_beats(signal_mv, r_peaks, sample_rate_hz, before_s, after_s)
    if len(beats) == 0:
        return np.full(beats.shape[1:], np.nan, dtype=signal_mv.dtype)
    return beats.mean(axis=0).astype(signal_mv.dtype, copy=False)


def typical_beats(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    before_s: float = 0.25,
    after_s: float = 0.45,
) -> Float[np.ndarray, "beats leads=12 window"]:
    """Return the beats that correlate with the median beat by 0.8 or more, without ectopic ones.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `find_r_peaks`; beats that are cut off by the recording are not used.
        sample_rate_hz: of the signal.
        before_s: start of the window before the R peak.
        after_s: end of the window after the R peak.
    """
    typical = typical_peaks(signal_mv, r_peaks, sample_rate_hz, before_s, after_s)
    return _beats_about(signal_mv, typical, sample_rate_hz, before_s, after_s)


def typical_peaks(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    before_s: float = 0.25,
    after_s: float = 0.45,
) -> Int[np.ndarray, " typical"]:
    """Return the R peaks of the typical beats.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `find_r_peaks`.
        sample_rate_hz: of the signal.
        before_s: start of the window before the R peak.
        after_s: end of the window after the R peak.
    """
    before, after = round(before_s * sample_rate_hz), round(after_s * sample_rate_hz)
    own = _of_one_kind(signal_mv, r_peaks, sample_rate_hz)
    whole = own[(own >= before) & (own + after <= signal_mv.shape[1])]
    if len(whole) < 3:  # of two beats none is the odd one
        return whole
    beats = _beats_about(signal_mv, whole, sample_rate_hz, before_s, after_s)
    centred = (beats - beats.mean(axis=2, keepdims=True)).reshape(len(beats), -1)
    middle = np.median(centred, axis=0)
    scale = np.linalg.norm(centred, axis=1) * np.linalg.norm(middle)
    typical_rows = centred @ middle >= 0.8 * scale
    return whole[typical_rows] if typical_rows.any() else whole


def _of_one_kind(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " own"]:
    """Return the beats of the first kind if no kind prevails (bigeminy); else all beats."""
    rr = np.diff(r_peaks)
    if rr.size < 3 or np.ptp(rr) < UNEVEN * np.median(rr):
        return r_peaks
    own = beat_kinds(signal_mv, r_peaks, sample_rate_hz) == 0
    return r_peaks if own.mean() >= PREVAILS else r_peaks[own]


def _beats_about(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " peaks"],
    sample_rate_hz: float,
    before_s: float,
    after_s: float,
) -> Float[np.ndarray, "peaks leads=12 window"]:
    before, after = round(before_s * sample_rate_hz), round(after_s * sample_rate_hz)
    return signal_mv[:, r_peaks[:, None] + np.arange(-before, after)].swapaxes(0, 1)


def _same_maximum(
    peaks: Int[np.ndarray, " peaks"],
    magnitude: Float64[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " peaks"]:
    """Move each peak to the maximum of the median beat, if the beat is nearly as high there.

    Beats are aligned by the centre of their energy, which does not jump between two maxima as the
    largest value does.
    """
    reach = round(REFINEMENT_S * sample_rate_hz)
    middles = peaks
    for _ in range(3):  # the window follows the centre of mass of what it holds
        energy = np.maximum(_windows(magnitude, middles, reach), 0.0) ** 2
        total = np.maximum(energy.sum(axis=1), np.finfo(np.float64).tiny)
        mass = energy @ np.arange(-reach, reach + 1) / total
        middles = np.clip(middles + np.rint(mass).astype(np.int64), 0, magnitude.size - 1)
    typical = np.median(_windows(magnitude, middles, reach), axis=0)
    aligned = np.clip(middles + int(typical.argmax()) - reach, 0, magnitude.size - 1)
    others = _highest_near(aligned, magnitude, round(0.012 * sample_rate_hz))
    return np.where(magnitude[others] >= AS_HIGH * magnitude[peaks], others, peaks)


def _highest_near(
    peaks: Int[np.ndarray, " peaks"], height: Float64[np.ndarray, " samples"], reach: int
) -> Int[np.ndarray, " peaks"]:
    return peaks + _windows(height, peaks, reach).argmax(axis=1) - reach


def _windows(
    height: Float64[np.ndarray, " samples"], peaks: Int[np.ndarray, " peaks"], reach: int
) -> Float64[np.ndarray, "peaks window"]:
    padded = np.pad(height, reach, constant_values=-1.0)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)[peaks]


def _by_height(
    detected: Int[np.ndarray, " found"],
    magnitude: Float64[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " beats"]:
    """Correct two errors of the detector by the height of the magnitude.

    In a long pause its search-back detects T waves as beats; after tall beats its threshold misses
    a broad ectopic one.
    """
    peaks = refine(detected, magnitude, sample_rate_hz)
    tall = np.percentile(magnitude[peaks], 80)
    width = round(REFRACTORY_S * sample_rate_hz)
    certain, _ = dsp.find_peaks(magnitude, height=CERTAIN * tall, distance=width)
    peaks = refine(np.concatenate([peaks, certain]), magnitude, sample_rate_hz)
    return peaks[magnitude[peaks] >= FAINTEST * tall]


def _add_sharp_peaks(
    peaks: Int[np.ndarray, " peaks"],
    sharpness: Float64[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " all_peaks"]:
    """Add the sharp peaks that the detector missed because of a taller T wave close by."""
    aligned = float(typical_heights(sharpness[None], sample_rate_hz)[0])
    width = round(REFRACTORY_S * sample_rate_hz)
    sharp, _ = dsp.find_peaks(sharpness, height=SHARP * aligned, distance=width)
    separate = np.abs(sharp[:, None] - peaks).min(axis=1) > APART_S * sample_rate_hz
    return np.sort(np.concatenate([peaks, sharp[separate]])) if separate.any() else peaks


def _sharpness(
    banded: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> Float64[np.ndarray, " samples"]:
    """Return the curvature of all leads at each sample, computed at 250 Hz."""
    step = max(1, round(sample_rate_hz / SHARPNESS_HZ))
    bends = np.pad(np.diff(banded[:, ::step], n=2), ((0, 0), (1, 1)))
    return np.repeat(common_length(bends, sample_rate_hz / step), step)[: banded.shape[1]]


def _described(
    at: Int[np.ndarray, " peaks"],
    magnitude: Float64[np.ndarray, " samples"],
    sharpness: Float64[np.ndarray, " samples"],
    sample_rate_hz: float,
) -> Peaks:
    reach = round(REFINEMENT_S * sample_rate_hz)
    nearby = _windows(sharpness, at, reach).max(axis=1)
    return Peaks(at, magnitude[at], nearby, sample_rate_hz)
