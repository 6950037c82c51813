"""Classification of the beats of an ECG by the shape of their QRS.

Beats with the same origin have the same shape, apart from noise and respiration. In bigeminy half
of the beats are ectopic, and a mean over all would be the shape of none.
"""

import numpy as np
from jaxtyping import Float, Float64, Int

HALF_S = 0.1
"""Half the window around the R peak that is compared, for a broad QRS."""
COMPARED_HZ = 250.0
MIN_CORRELATION = 0.8
"""Minimum correlation of two beats of one kind over the eight leads. In 353 records of PTB-XL, the
median correlation of beats of one kind with their mean is 0.95."""
UNIFORM_CORRELATION = 0.9
"""Correlation of every beat with their mean, above which there is a single kind."""
SHIFT_S = 0.02
"""Maximum shift in the alignment of two beats: R peaks of one kind can be detected on R in one beat
and on S in another."""
PREVAILS = 0.6
"""Share of the beats from which a kind is the prevailing one; otherwise the sharpest frequent one
is."""
FREQUENT = 0.25
FEWEST = 4
"""Minimum number of beats for alternation."""
ALTERNATING = 0.8
"""Minimum share of consecutive beats that are of different kinds."""


def beat_kinds(
    leads_mv: Float[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " beats"]:
    """Classify beats by shape.

    Args:
        leads_mv: any leads, no NaN.
        r_peaks: from `beats.find_r_peaks`. A beat that is cut off by the recording is compared by
            its recorded part.
        sample_rate_hz: of the leads.

    Returns:
        The kind of each beat; 0 is the kind by which the ECG is measured.
    """
    if r_peaks.size < 2:
        return np.zeros(r_peaks.size, dtype=np.int64)
    shapes = _shapes(leads_mv, r_peaks, sample_rate_hz)
    mean = shapes.mean(axis=0)
    if (shapes @ mean >= UNIFORM_CORRELATION * np.linalg.norm(mean)).all():
        return np.zeros(r_peaks.size, dtype=np.int64)
    shift = round(SHIFT_S * sample_rate_hz)
    shifted = [
        _shapes(leads_mv, r_peaks + lag, sample_rate_hz)
        for lag in range(-shift, shift + 1, max(1, shift // 3))
    ]
    correlation = np.max([each @ shapes.T for each in shifted], axis=0)
    similar = np.maximum(correlation, correlation.T) >= MIN_CORRELATION
    kinds = np.full(r_peaks.size, -1, dtype=np.int64)
    while (kinds < 0).any():
        free = kinds < 0
        # the beat that is similar to most others defines a kind
        leader = int(np.where(free, (similar & free).sum(axis=1), -1).argmax())
        kinds[free & similar[leader]] = kinds[leader] = kinds.max() + 1
    return _own_first(kinds, leads_mv, r_peaks, sample_rate_hz)


def alternates(kinds: Int[np.ndarray, " beats"]) -> bool:
    """Return whether kinds of beats alternate, as in bigeminy."""
    if kinds.size < FEWEST:
        return False
    return float(np.mean(kinds[1:] != kinds[:-1])) >= ALTERNATING


def _shapes(
    leads_mv: Float[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats values"]:
    """Return the beats relative to their baseline, normalised to unit length."""
    half = round(HALF_S * sample_rate_hz)
    step = max(1, round(sample_rate_hz / COMPARED_HZ))
    at = r_peaks[:, None] + np.arange(-half, half, step)
    at = np.clip(at, 0, leads_mv.shape[1] - 1)
    windows = leads_mv[:, at].swapaxes(0, 1).astype(np.float64)
    # the line through both ends is subtracted, so that baseline wander does not affect the shape
    tenth = max(1, at.shape[1] // 10)
    first = windows[:, :, :tenth].mean(axis=2, keepdims=True)
    last = windows[:, :, -tenth:].mean(axis=2, keepdims=True)
    flat = (windows - first - (last - first) * np.linspace(0, 1, at.shape[1])).reshape(
        at.shape[0], -1
    )
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return flat / np.maximum(length, np.finfo(np.float64).tiny)


def _own_first(
    kinds: Int[np.ndarray, " beats"],
    leads_mv: Float[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " beats"]:
    """Renumber the kinds: first the prevailing one, or the sharpest of the frequent ones.

    A narrow beat is conducted by the conduction system; a broader one of another kind is ectopic.
    """
    numbers, counts = np.unique(kinds, return_counts=True)
    own = int(numbers[counts.argmax()])
    if counts.max() < PREVAILS * kinds.size:
        frequent = numbers[counts >= FREQUENT * kinds.size]
        if frequent.size:
            sharp = [_sharpness(leads_mv, r_peaks[kinds == k], sample_rate_hz) for k in frequent]
            own = int(frequent[int(np.argmax(sharp))])
    return np.where(kinds == own, 0, np.where(kinds < own, kinds + 1, kinds))


def _sharpness(
    leads_mv: Float[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> float:
    """Return the slope of the mean of some beats, independent of their height."""
    mean = _shapes(leads_mv, r_peaks, sample_rate_hz).mean(axis=0).reshape(len(leads_mv), -1)
    return float(np.linalg.norm(np.diff(mean, axis=1)) / np.linalg.norm(mean))
