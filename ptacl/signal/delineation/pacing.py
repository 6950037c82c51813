"""Stimuli of a pacemaker: found before any beat, and taken out of what is measured.

A stimulus lasts 0.2 to 2 ms and reaches the surface as a spike that the recorder's filters spread
over up to 10 ms (AHA/ACC/HRS 2007, section on pacemaker stimulus outputs). Nothing else in an ECG
is so short: a QRS rises and falls in 20 ms at the least. So a spike is where all leads together
bend within 2 to 4 ms about as much as they bend within 8 to 16, return to where they were, lie
quiet around, and do so again and again with the same proportions between the leads.

`tests/benchmarks/bench_pacing.py` prints what these thresholds find on records without a pacemaker
and on the same records with spikes added.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int
from scipy.ndimage import maximum_filter1d

from ptacl.signal.gaps import fill_gaps
from ptacl.types import INDEPENDENT_LEADS, LEADS

SCALES = ((0.002, 0.40), (0.004, 0.25))
"""A lag in s, and the least share of the bend at four times the lag that a spike has at the lag. A
Gaussian QRS of 20 ms between its half heights (8 ms of deviation) has 0.08 and 0.14; a spike that
was smoothed to 5 and 10 ms has 0.44 and 0.30."""
WIDER = 4
LEAST_MV, LEAST_REGULAR_MV = 0.30, 0.08
"""Length of the bend over the eight independent leads, and where spikes keep a regular time. Bursts
of muscle noise make up to three alike bends of 0.17 mV in a record without a pacemaker."""
FEWEST, FEWEST_REGULAR = 3, 5
FEWEST_TALL, TALL_MV = 2, 0.5
"""So many of at least that height are enough: a pacemaker on demand may fire twice in 10 s."""
RETURN = 1.5
"""A spike comes back: from one wide lag before to one after, the leads move by at most this share
of the bend. At a corner, such as the end of a steep S, they move by twice the bend and more."""
AROUND_S, APART_S = 0.060, 0.012
STANDS_OUT = 6.0
"""Times the 80th percentile of the bends from 12 to 60 ms before, or after (to one side there may
be a QRS): noise stands out of nothing."""
SEEN_SHARE, SEEN_LEADS = 0.2, 3
"""A stimulus is seen in at least three of the independent leads with a fifth of the tallest."""
ALIKE = 0.90
"""Cosine between the bends of two spikes of one electrode. Sign and height may differ: a pulse of
1 ms falls anywhere between two samples."""
LIKE_THE_REST = 0.35
"""Share of the median spike that a further one must reach, in any proportion of the leads."""
REGULAR_S = 0.020
"""By how much a regular spike may miss a whole number of its usual intervals."""
TAIL_S, DECAYS = 0.022, 2.0
"""The amplifier comes back from a spike within some 20 ms, and a paced QRS hardly rises before: the
tail ends at the quietest moment of this time. It is one where the leads move so many times as fast
at its beginning as there."""
BEFORE_S, AFTER_S = 0.012, 0.016
"""A spike is never wider than this to either side of its top."""
QUIET_SHARE = 0.10
"""A spike ends where the bend falls below this share of its top."""


@dataclass(frozen=True, slots=True)
class _Spike:
    at: int
    height_mv: float
    direction: Float64[np.ndarray, "leads=8"]
    """Unit vector: what each lead has in it."""


def find_spikes(
    signal_mv: Float[np.ndarray, "leads=12 samples"], sample_rate_hz: float
) -> Int[np.ndarray, " spikes"]:
    """Sample numbers of a pacemaker's stimuli, ascending; empty where there is no pacemaker.

    Args:
        signal_mv: canonical leads as recorded, before any filter or resampling; NaN allowed.
        sample_rate_hz: 250 Hz or more; below that a spike cannot be told, and none is found.
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
    found = [spike.at for spike in candidates if spike.at in known or spike.height_mv >= least]
    return np.sort(np.asarray(found, dtype=np.int64))


def without_spikes(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    spikes: Int[np.ndarray, " spikes"],
    sample_rate_hz: float,
) -> Float[np.ndarray, "leads=12 samples"]:
    """The signal with a straight line in the place of each spike; itself where there is none.

    Args:
        signal_mv: as given to `find_spikes`; NaN allowed.
        spikes: as found there.
        sample_rate_hz: of both.
    """
    if not spikes.size:
        return signal_mv
    mended = signal_mv.copy()
    leads = fill_gaps(signal_mv).astype(np.float64)
    bend = _length(_bend(leads, max(1, _in(0.002, sample_rate_hz))))
    for spike in spikes:
        first, last = _extent(bend, int(spike), sample_rate_hz)
        last = _tail_end(leads, last, int(spike), sample_rate_hz)
        share = np.linspace(0.0, 1.0, last - first + 1, dtype=signal_mv.dtype)
        ends = signal_mv[:, [first]], signal_mv[:, [last]]
        mended[:, first : last + 1] = ends[0] * (1 - share) + ends[1] * share
    return mended


def _candidates(
    leads: Float64[np.ndarray, "leads=8 samples"], sample_rate_hz: float
) -> list[_Spike]:
    """Every bend short enough, from the narrow scale to the wide one; each moment once."""
    found: list[_Spike] = []
    taken = np.zeros(leads.shape[1], dtype=bool)
    apart = _in(APART_S, sample_rate_hz)
    for lag_s, least_share in SCALES:
        lag = max(1, _in(lag_s, sample_rate_hz))
        height = _length(_bend(leads, lag))
        tops = np.flatnonzero(_tops(height, 2 * apart + 1) & ~taken)
        tops = tops[_is_short(leads, tops, lag, least_share)]
        for top in _standing_out(tops, height, sample_rate_hz):
            each = _bend_at(leads, np.array([top]), lag)[:, 0]
            if (np.abs(each) > SEEN_SHARE * np.abs(each).max()).sum() >= SEEN_LEADS:
                found.append(_Spike(int(top), float(height[top]), each / height[top]))
                taken[max(0, top - apart) : top + apart + 1] = True
    return sorted(found, key=lambda spike: spike.at)


def _tops(height: Float64[np.ndarray, " samples"], width: int) -> Bool[np.ndarray, " samples"]:
    return (height == maximum_filter1d(height, width)) & (height > LEAST_REGULAR_MV)


def _standing_out(
    tops: Int[np.ndarray, " tops"], height: Float64[np.ndarray, " samples"], sample_rate_hz: float
) -> Iterator[int]:
    """Those with quiet before or after them."""
    near, far = _in(APART_S, sample_rate_hz), _in(AROUND_S, sample_rate_hz)
    for top in tops:
        sides = height[max(0, top - far) : max(0, top - near)], height[top + near + 1 : top + far]
        loud = [float(np.percentile(side, 80)) for side in sides if side.size]
        if loud and height[top] > STANDS_OUT * min(loud):
            yield int(top)


def _groups(candidates: list[_Spike]) -> list[list[_Spike]]:
    """Spikes of one electrode together, the tallest first; each group in the order of time."""
    groups: list[list[_Spike]] = []
    for spike in sorted(candidates, key=lambda spike: -spike.height_mv):
        alike = (g for g in groups if abs(g[0].direction @ spike.direction) >= ALIKE)
        group = next(alike, None)
        if group is None:
            groups.append([spike])
        else:
            group.append(spike)
    return [sorted(group, key=lambda spike: spike.at) for group in groups]


def _is_pacemaker(group: list[_Spike], sample_rate_hz: float) -> bool:
    """Whether the bends are tall or regular enough to be no noise."""
    heights = np.array([spike.height_mv for spike in group])
    if (heights >= LEAST_MV).sum() >= FEWEST or (heights >= TALL_MV).sum() >= FEWEST_TALL:
        return True
    if len(group) < FEWEST_REGULAR:
        return False
    intervals = np.diff([spike.at for spike in group]) / sample_rate_hz
    usual = float(np.median(intervals))
    missed = np.abs(intervals - usual * np.maximum(1, np.rint(intervals / usual)))
    return usual > 0.25 and float(np.mean(missed <= REGULAR_S)) >= 0.75


def _extent(
    bend: Float64[np.ndarray, " samples"], spike: int, sample_rate_hz: float
) -> tuple[int, int]:
    """The samples before and after a spike between which the signal is replaced."""
    first = max(0, spike - max(2, _in(BEFORE_S, sample_rate_hz)))
    last = min(bend.size - 1, spike + max(2, _in(AFTER_S, sample_rate_hz)))
    loud = np.flatnonzero(bend[first : last + 1] > QUIET_SHARE * bend[spike])
    margin = max(1, _in(0.002, sample_rate_hz))
    return max(first, first + int(loud[0]) - margin), min(last, first + int(loud[-1]) + margin)


def _tail_end(
    leads: Float64[np.ndarray, "leads samples"], last: int, spike: int, sample_rate_hz: float
) -> int:
    """The sample at which the tail of a spike has died away; ``last`` where it has none."""
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
    """Whether each bend is as great at this lag as at a wider one, and the leads come back."""
    height = _length(_bend_at(leads, tops, lag))
    wide = WIDER * lag
    step = _length(_later(leads, tops, wide) - _later(leads, tops, -wide))
    return (height > least_share * _length(_bend_at(leads, tops, wide))) & (step < RETURN * height)


def _bend(
    leads: Float64[np.ndarray, "leads samples"], lag: int
) -> Float64[np.ndarray, "leads samples"]:
    """How far each sample lies from the middle of those one lag before and after it."""
    samples = leads.shape[1]
    padded = np.pad(leads, ((0, 0), (lag, lag)), mode="edge")
    return leads - 0.5 * (padded[:, :samples] + padded[:, 2 * lag :])


def _bend_at(
    leads: Float64[np.ndarray, "leads samples"], at: Int[np.ndarray, " at"], lag: int
) -> Float64[np.ndarray, "leads at"]:
    """The same at some samples."""
    return leads[:, at] - 0.5 * (_later(leads, at, -lag) + _later(leads, at, lag))


def _later(
    leads: Float64[np.ndarray, "leads samples"], at: Int[np.ndarray, " at"], lag: int
) -> Float64[np.ndarray, "leads at"]:
    return leads[:, np.clip(at + lag, 0, leads.shape[1] - 1)]


def _length(vectors: Float64[np.ndarray, "leads samples"]) -> Float64[np.ndarray, " samples"]:
    return np.sqrt(np.einsum("ls,ls->s", vectors, vectors))


def _in(duration_s: float, sample_rate_hz: float) -> int:
    return round(duration_s * sample_rate_hz)
