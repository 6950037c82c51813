"""Which beats of an ECG are of one kind, told by the shape of their QRS.

Where the heart beats from one place all beats are alike but for noise and breathing. In bigeminy
half of them are ectopic: a mean over all would be the shape of none.
"""

import numpy as np
from jaxtyping import Float, Float64, Int

HALF_S = 0.1
"""Of the window about the R peak that is compared: a broad QRS fits."""
COMPARED_HZ = 250.0
ALIKE = 0.8
"""Least correlation of two beats of one kind over the eight leads; of 353 records of PTB-XL, the
beats of one kind correlate with their mean by 0.95 in the median."""
ALL_ALIKE = 0.9
"""Where every beat correlates with their mean as much, there is one kind and no more to ask."""
SHIFT_S = 0.02
"""R peaks of one kind may lie on its R in one beat and on its S in another: beats are laid on each
other within this."""
PREVAILS = 0.6
"""A kind with this share of the beats is the ECG's own; below, the sharpest frequent kind is."""
FREQUENT = 0.25
FEWEST = 4
"""Beats, and changes from one kind to the other, of which one may say that they alternate."""
ALTERNATING = 0.8
"""Share of neighbouring beats that are of two kinds."""


def beat_kinds(
    leads_mv: Float[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Int[np.ndarray, " beats"]:
    """The kind of each beat; 0 is the kind that the ECG is to be measured by.

    Args:
        leads_mv: any leads, no NaN.
        r_peaks: as from `beats.find_r_peaks`. A beat that the recording cuts off is compared by
            what there is of it.
    """
    if r_peaks.size < 2:
        return np.zeros(r_peaks.size, dtype=np.int64)
    shapes = _shapes(leads_mv, r_peaks, sample_rate_hz)
    mean = shapes.mean(axis=0)
    if (shapes @ mean >= ALL_ALIKE * np.linalg.norm(mean)).all():
        return np.zeros(r_peaks.size, dtype=np.int64)
    shift = round(SHIFT_S * sample_rate_hz)
    shifted = [
        _shapes(leads_mv, r_peaks + lag, sample_rate_hz)
        for lag in range(-shift, shift + 1, max(1, shift // 3))
    ]
    correlation = np.max([each @ shapes.T for each in shifted], axis=0)
    alike = np.maximum(correlation, correlation.T) >= ALIKE
    kinds = np.full(r_peaks.size, -1, dtype=np.int64)
    while (kinds < 0).any():
        free = kinds < 0
        # the beat with the most fellows leads each kind
        leader = int(np.where(free, (alike & free).sum(axis=1), -1).argmax())
        kinds[free & alike[leader]] = kinds[leader] = kinds.max() + 1
    return _own_first(kinds, leads_mv, r_peaks, sample_rate_hz)


def alternates(kinds: Int[np.ndarray, " beats"]) -> bool:
    """Whether two kinds of beats take turns, as in bigeminy."""
    if kinds.size < FEWEST:
        return False
    return float(np.mean(kinds[1:] != kinds[:-1])) >= ALTERNATING


def _shapes(
    leads_mv: Float[np.ndarray, "leads samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, "beats values"]:
    """Each beat from its baseline, of length one."""
    half = round(HALF_S * sample_rate_hz)
    step = max(1, round(sample_rate_hz / COMPARED_HZ))
    at = r_peaks[:, None] + np.arange(-half, half, step)
    at = np.clip(at, 0, leads_mv.shape[1] - 1)
    windows = leads_mv[:, at].swapaxes(0, 1).astype(np.float64)
    # without the line through both ends, so that the baseline's wander is no shape
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
    """Number the kinds anew: first the one that prevails, or of frequent ones the sharpest.

    The narrow beat comes down the conduction system; a broad one beside it is ectopic.
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
    """Mean slope of some beats, whatever their height."""
    mean = _shapes(leads_mv, r_peaks, sample_rate_hz).mean(axis=0).reshape(len(leads_mv), -1)
    return float(np.linalg.norm(np.diff(mean, axis=1)) / np.linalg.norm(mean))
