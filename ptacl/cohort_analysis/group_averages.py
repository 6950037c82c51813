"""Averages of a group: median beat with a band, mean cine, most typical members."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int

from ptacl.stats.matching import Rows
from ptacl.types import PreparedCine, PreparedEcg

BAND = (0.1, 0.9)
"""The band holds the middle 80 % of the subjects at each sample."""
BEFORE_S, AFTER_S = 0.25, 0.45


@dataclass(frozen=True, slots=True, eq=False)
class GroupBeat:
    """The mean beats of a group's members, sample by sample; the R wave at `BEFORE_S`."""

    median: Float32[np.ndarray, "leads=12 window"]
    low: Float32[np.ndarray, "leads=12 window"]
    high: Float32[np.ndarray, "leads=12 window"]
    subjects: int
    """Number of those with a complete beat in their ECG."""


def sample(rows: Rows, most: int, seed: int = 0) -> Rows:
    """Return a group's rows, or a random sample in their order where there are more than `most`."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def group_beat(ecgs: Iterable[PreparedEcg], sample_rate_hz: float) -> GroupBeat | None:
    """Return the median over subjects of their mean beats, with a band; None without any.

    Each subject counts once at any heart rate; the median of each lead is subtracted from a
    mean beat, so that electrode offsets do not widen the band.
    """
    # Imported here: the detector of beats below it takes a second to load.
    from ptacl.signal.delineation.beats import mean_beat

    beats = [
        mean_beat(ecg.signal_mv, ecg.r_peaks, sample_rate_hz, BEFORE_S, AFTER_S) for ecg in ecgs
    ]
    complete = [beat for beat in beats if np.isfinite(beat).all()]
    if not complete:
        return None
    stacked = np.stack(complete)
    stacked = stacked - np.median(stacked, axis=2, keepdims=True)
    low, median, high = np.quantile(stacked, (BAND[0], 0.5, BAND[1]), axis=0).astype(np.float32)
    return GroupBeat(median, low, high, len(complete))


def mean_cine(cines: Iterable[PreparedCine]) -> PreparedCine:
    """Return the mean of cines at equal phases of the beat.

    Frame k of the mean shows phase k/frames of every heart. Hearts are not registered: where they
    differ in size, position or shape the mean is blurred.

    Args:
        cines: one or more, on one grid.
    """
    total, rr_ms = np.zeros(()), []
    for cine in cines:  # one at a time: a group's cines may not fit in memory
        total = total + _at_equal_phases(cine)
        rr_ms.append(cine.rr_ms)
    phases = (np.arange(len(total)) / len(total)).astype(np.float32)
    mean = np.rint(total / len(rr_ms)).astype(np.uint8)
    return PreparedCine(mean, phases, float(np.mean(rr_ms)))


def _at_equal_phases(cine: PreparedCine) -> Float32[np.ndarray, "frames rows columns"]:
    # Imported here: the filters in the same module are slow to import.
    from ptacl.signal.cine_grid import to_phases

    return to_phases(cine.frames, cine.phases.astype(np.float64), len(cine.frames))


def most_typical(
    vectors: Float32[np.ndarray, "subjects embedding"],
    rows: Rows,
    centre: Float32[np.ndarray, " embedding"],
    count: int,
) -> Int[np.ndarray, " found"]:
    """Return the rows of the members nearest to their group's centre, the nearest first."""
    return rows[np.argsort(-(vectors[rows] @ centre), kind="stable")[:count]]
