"""Detection of pacemaker stimuli, and their removal before measurements.

A stimulus lasts 0.2 to 2 ms and appears on the surface as a spike that the filters of the recorder
spread over up to 10 ms (AHA/ACC/HRS 2007, section on pacemaker stimulus outputs). Nothing else in
an ECG is as short: a QRS takes at least 20 ms. A spike is therefore a point at which the curvature
of all leads over 2 to 4 ms is similar to that over 8 to 16 ms, at which the leads return to their
former level in a quiet neighbourhood, and which recurs with the same proportions between the leads.

`tests/benchmarks/bench_pacing.py` prints the detections on records without a pacemaker and on the
same records with added spikes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int
from scipy.ndimage import maximum_filter1d

from ptacl.signal.gaps import fill_gaps
from ptacl.types import INDEPENDENT_LEADS, LEADS

SCALES = ((0.002, 0.40), (0.004, 0.25))
"""Lag in s, and minimum ratio of the curvature of a spike at this lag to that at four times the
lag. A Gaussian QRS of 20 ms at half height (standard deviation 8 ms) has 0.08 and 0.14; a spike
smoothed to 5 and 10 ms has 0.44 and 0.30."""
WIDER = 4
LEAST_MV, LEAST_REGULAR_MV = 0.30, 0.08
"""Minimum curvature over the eight independent leads, in general and for regular spikes. Bursts of
muscle noise give up to three similar curvatures of 0.17 mV in a record without a pacemaker."""
FEWEST, FEWEST_REGULAR = 3, 5
FEWEST_TALL, TALL_MV = 2, 0.5
"""Sufficient number of spikes of this height: a demand pacemaker may stimulate twice in 10 s."""
RETURN = 1.5
"""Maximum change of the leads from one wide lag before a spike to one after, relative to its
curvature. At a corner, such as the end of a steep S, the change is twice the curvature or more."""
AROUND_S, APART_S = 0.060, 0.012
STANDS_OUT = 6.0
"""Minimum ratio to the 80th percentile of the curvature 12 to 60 ms before, or after (a QRS may be
on one side), which noise does not reach."""
SEEN_SHARE, SEEN_LEADS = 0.2, 3
"""A stimulus is visible in at least three independent leads with a fifth of the tallest."""
MIN_COSINE = 0.90
"""Minimum cosine between the curvatures of two spikes of one electrode. Sign and height may differ,
since a pulse of 1 ms can be anywhere between two samples."""
LIKE_THE_REST = 0.35
"""Minimum height of further spikes relative to the median, for any proportions of the leads."""
REGULAR_S = 0.020
"""Maximum deviation of a regular spike from a multiple of the median interval."""
TAIL_S, DECAYS = 0.022, 2.0
"""The amplifier recovers from a spike within about 20 ms, before a paced QRS rises: the tail ends
at the minimum of the slope in this time, if the slope at its start is this many times larger."""
BEFORE_S, AFTER_S = 0.012, 0.016
"""Maximum extent of a spike before and after its peak."""
QUIET_SHARE = 0.10
"""Share of its maximum curvature below which a spike ends."""


@dataclass(frozen=True, slots=True)
class _Spike:
    at: int
    height_mv: float
    direction: Float64[np.ndarray, "leads=8"]
    """Unit vector of the curvature in each lead."""


def find_spikes(
    signal_mv: Float[np.ndarray, "leads=12 samples"], sample_rate_hz: float
) -> Int[np.ndarray, " spikes"]:
    """Detect the stimuli of a pacemaker.

    Args:
        signal_mv: canonical leads as recorded, before any filter or resampling; NaN allowed.
        sample_rate_hz: 250 Hz or more; below that spikes cannot be detected.

    Returns:
        Sample numbers, ascending; empty without a pacemaker.
    """
    if sample_rate_hz < 240 or signal_mv.shape[1] < sample_rate_hz:
        return np.empty(0, dtype=np.int64)
    leads = fill_gaps(signal_mv)[[LEADS.index(lead) for lead in INDEPENDENT_LEADS]]
    candidates = _candidates(leads.astype(np.float64), sample_rate_hz)
    seeds = [
        spike
        for group in _groups(candidates)
        if _is_pacemaker(group, sample_rate_hz)
        for spike in group
    ]
    if not seeds:
        return np.empty(0, dtype=np.int64)
    least = LIKE_THE_REST * float(np.median([spike.height_mv for spike in seeds]))
    known = {spike.at for spike in seeds}
    positions = [spike.at for spike in candidates if spike.at in known or spike.height_mv >= least]
    return np.sort(np.asarray(positions, dtype=np.int64))


def without_spikes(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    spikes: Int[np.ndarray, " spikes"],
    sample_rate_hz: float,
) -> Float[np.ndarray, "leads=12 samples"]:
    """Replace each spike by a straight line; return the signal itself if there is none.

    Args:
        signal_mv: as given to `find_spikes`; NaN allowed.
        spikes: from `find_spikes`.
        sample_rate_hz: of the signal.
    """
    if not spikes.size:
        return signal_mv
    cleaned = signal_mv.copy()
    leads = fill_gaps(signal_mv).astype(np.float64)
    bend = _length(_bend(leads, max(1, _in(0.002, sample_rate_hz))))
    for spike in spikes:
        first, last = _extent(bend, int(spike), sample_rate_hz)
        last = _tail_end(leads, last, int(spike), sample_rate_hz)
        share = np.linspace(0.0, 1.0, last - first + 1, dtype=signal_mv.dtype)
        ends = signal_mv[:, [first]], signal_mv[:, [last]]
        cleaned[:, first : last + 1] = ends[0] * (1 - share) + ends[1] * share
    return cleaned


def _candidates(
    leads: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> list[_Spike]:
    """Find all short deflections, from the narrow scale to the wide one, without duplicates."""
    positions: list[_Spike] = []
    taken = np.zeros(leads.shape[1], dtype=bool)
    separation = _in(APART_S, sample_rate_hz)
    for lag_s, least_share in SCALES:
        lag = max(1, _in(lag_s, sample_rate_hz))
        height = _length(_bend(leads, lag))
        tops = np.flatnonzero(_tops(height, 2 * separation + 1) & ~taken)
        tops = tops[_is_short(leads, tops, lag, least_share)]
        for top in _standing_out(tops, height, sample_rate_hz):
            each = _bend_at(leads, np.array([top]), lag)[:, 0]
            if (np.abs(each) > SEEN_SHARE * np.abs(each).max()).sum() >= SEEN_LEADS:
                positions.append(_Spike(int(top), float(height[top]), each / height[top]))
                taken[max(0, top - separation) : top + separation + 1] = True
    return sorted(positions, key=lambda spike: spike.at)


def _tops(height: Float64[np.ndarray, " samples"], width: int) -> Bool[np.ndarray, " samples"]:
    return (height == maximum_filter1d(height, width)) & (height > LEAST_REGULAR_MV)


def _standing_out(
    tops: Int[np.ndarray, " tops"], height: Float64[np.ndarray, " samples"], sample_rate_hz: float
) -> Iterator[int]:
    """Yield the candidates with a quiet signal before or after them."""
    near, far = _in(APART_S, sample_rate_hz), _in(AROUND_S, sample_rate_hz)
    for top in tops:
        sides = height[max(0, top - far) : max(0, top - near)], height[top + near + 1 : top + far]
        loud = [float(np.percentile(side, 80)) for side in sides if side.size]
        if loud and height[top] > STANDS_OUT * min(loud):
            yield int(top)


def _groups(candidates: list[_Spike]) -> list[list[_Spike]]:
    """Group the spikes of each electrode, tallest first; each group is in order of time."""
    groups: list[list[_Spike]] = []
    for spike in sorted(candidates, key=lambda spike: -spike.height_mv):
        matching = (g for g in groups if abs(g[0].direction @ spike.direction) >= MIN_COSINE)
        group = next(matching, None)
        if group is None:
            groups.append([spike])
        else:
            group.append(spike)
    return [sorted(group, key=lambda spike: spike.at) for group in groups]


def _is_pacemaker(group: list[_Spike], sample_rate_hz: float) -> bool:
    """Return whether the spikes of a group are too tall or too regular to be noise."""
    heights = np.array([spike.height_mv for spike in group])
    if (heights >= LEAST_MV).sum() >= FEWEST or (heights >= TALL_MV).sum() >= FEWEST_TALL:
        return True
    if len(group) < FEWEST_REGULAR:
        return False
    intervals = np.diff([spike.at for spike in group]) / sample_rate_hz
    median = float(np.median(intervals))
    missed = np.abs(intervals - median * np.maximum(1, np.rint(intervals / median)))
    return median > 0.25 and float(np.mean(missed <= REGULAR_S)) >= 0.75


def _extent(
    bend: Float64[np.ndarray, " samples"], spike: int, sample_rate_hz: float
) -> tuple[int, int]:
    """Return the samples before and after a spike between which the signal is replaced."""
    first = max(0, spike - max(2, _in(BEFORE_S, sample_rate_hz)))
    last = min(bend.size - 1, spike + max(2, _in(AFTER_S, sample_rate_hz)))
    loud = np.flatnonzero(bend[first : last + 1] > QUIET_SHARE * bend[spike])
    margin = max(1, _in(0.002, sample_rate_hz))
    return max(first, first + int(loud[0]) - margin), min(last, first + int(loud[-1]) + margin)


def _tail_end(
    leads: Float64[np.ndarray, "leads samples"], last: int, spike: int, sample_rate_hz: float
) -> int:
    """Return the sample at which the tail of a spike ends; ``last`` if it has none."""
    lag = max(1, _in(0.004, sample_rate_hz))
    window = leads[:, last : spike + _in(TAIL_S, sample_rate_hz) + 1]
    if window.shape[1] <= 2 * lag:
        return last
    speed = _length(window[:, lag:] - window[:, :-lag])
    quietest = int(speed.argmin())
    return last + quietest + lag if speed[0] > DECAYS * speed[quietest] else last


def _is_short(
    leads: Float64[np.ndarray, "leads samples"],
    tops: Int[np.ndarray, " tops"],
    lag: int,
    least_share: float,
) -> Bool[np.ndarray, " tops"]:
    """Return which deflections are short and followed by a return to the former level."""
    height = _length(_bend_at(leads, tops, lag))
    wide = WIDER * lag
    step = _length(_later(leads, tops, wide) - _later(leads, tops, -wide))
    return (height > least_share * _length(_bend_at(leads, tops, wide))) & (step < RETURN * height)


def _bend(
    leads: Float64[np.ndarray, "leads samples"], lag: int
) -> Float64[np.ndarray, "leads samples"]:
    """Return the difference of each sample from the mean of those one lag before and after it."""
    samples = leads.shape[1]
    padded = np.pad(leads, ((0, 0), (lag, lag)), mode="edge")
    return leads - 0.5 * (padded[:, :samples] + padded[:, 2 * lag :])


def _bend_at(
    leads: Float64[np.ndarray, "leads samples"], at: Int[np.ndarray, " at"], lag: int
) -> Float64[np.ndarray, "leads at"]:
    """Return the same at given samples."""
    return leads[:, at] - 0.5 * (_later(leads, at, -lag) + _later(leads, at, lag))


def _later(
    leads: Float64[np.ndarray, "leads samples"], at: Int[np.ndarray, " at"], lag: int
) -> Float64[np.ndarray, "leads at"]:
    return leads[:, np.clip(at + lag, 0, leads.shape[1] - 1)]


def _length(vectors: Float64[np.ndarray, "leads samples"]) -> Float64[np.ndarray, " samples"]:
    return np.sqrt(np.einsum("ls,ls->s", vectors, vectors))


def _in(duration_s: float, sample_rate_hz: float) -> int:
    return round(duration_s * sample_rate_hz)
