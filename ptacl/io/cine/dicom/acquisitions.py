"""Repeated acquisitions of one slice, each covering the heartbeat once.

A slice is acquired again after a failed breath hold, in a new series or in the same one. Frames are
ordered by the first clock that is known and distinct for all of them.
Standard: DICOM PS3.3 C.7.6.18.1 (cardiac synchronisation), C.7.6.16.2.2 (frame content).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.options import FrameOrder
from ptacl.io.plausibility import RR_MS

COMPLETE = 0.9
"""Minimum share of the largest number of frames of a complete acquisition or slice."""
_MIN_BEAT_SHARE = 0.5
"""Minimum span of times within a beat; shorter spans are those of the reconstruction."""
DEFAULT_CLOCKS = (
    "trigger", "delay", "offset", "temporal", "acquisition", "reference", "instance", "content",
)  # fmt: skip
"""Clocks in the order of their precedence."""
TIMES = frozenset(("trigger", "delay", "offset", "acquisition", "reference"))
"""Clocks in ms; the others are ranks."""
AFTER_R_WAVE = frozenset(("trigger", "delay"))
"""Clocks that start at the R wave."""
_REQUESTED_CLOCKS: dict[FrameOrder, tuple[str, ...]] = {
    "trigger": ("trigger", "delay"),
    "temporal": ("temporal", "offset"),
    "acquisition": ("acquisition", "content"),
    "instance": ("instance",),
}

Frames = list[FrameHeader]


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Frames of one slice, sorted by a clock."""

    frames: tuple[FrameHeader, ...]
    clock: str
    """One of `DEFAULT_CLOCKS`; empty if none distinguishes the frames."""
    copies: int = 0
    """Number of excluded duplicates: frames at the same time as others."""

    @property
    def values(self) -> Float64[np.ndarray, " frames"]:
        """Values of the clock: ms or ranks."""
        return np.array([float(frame.clocks[self.clock]) for frame in self.frames])

    @property
    def expected(self) -> int | None:
        """Number of frames of the whole slice, as stated by the scanner."""
        return self.frames[0].expected

    @property
    def order(self) -> tuple[int, int, float, str, int]:
        """Sort key of acquisitions in the order of time."""
        first = self.frames[0]
        acquired_s = first.acquired_s or 0.0
        return first.series_number, first.acquisition, acquired_s, first.series, first.instance


def split_acquisitions(
    frames: Sequence[FrameHeader], order: FrameOrder | None = None
) -> list[Acquisition]:
    """Split the frames of one slice position into acquisitions.

    Args:
        frames: frames of one position, in any order.
        order: criterion requested by the caller.
    """
    series: dict[str, Frames] = defaultdict(list)
    for frame in frames:
        series[frame.series].append(frame)
    # Some anonymisers assign a new series to each frame.
    if len(frames) > 2 and len(series) == len(frames):
        return _split_series(list(frames), order)
    return [acquisition for group in series.values() for acquisition in _split_series(group, order)]


def last_complete(acquisitions: Sequence[Acquisition]) -> Acquisition:
    """Return the last acquisition that is complete compared with the largest one."""
    max_frames = max(len(acquisition.frames) for acquisition in acquisitions)
    return max(
        (t for t in acquisitions if len(t.frames) >= COMPLETE * max_frames),
        key=lambda acquisition: acquisition.order,
    )


def _split_series(frames: Frames, order: FrameOrder | None) -> list[Acquisition]:
    """Split the frames of a series that covers the heartbeat more than once."""
    for clock in DEFAULT_CLOCKS if order is None else _REQUESTED_CLOCKS[order]:
        if all(clock in frame.clocks for frame in frames):
            acquisitions = _split_by_clock(frames, clock, by_rule=order is None)
            if acquisitions:
                return acquisitions
    return [Acquisition(tuple(sorted(frames, key=lambda frame: frame.instance)), "")]


def _split_by_clock(frames: Frames, clock: str, by_rule: bool) -> list[Acquisition]:
    """Split by one clock; empty if the clock does not distinguish the frames."""
    distinct = len({frame.clocks[clock] for frame in frames})
    if distinct < 2 or (by_rule and not _is_plausible(frames, clock)):
        return []
    expected = frames[0].expected or len(frames)
    if distinct == len(frames) <= expected:
        return [_sorted(frames, clock)]
    size = expected if expected < len(frames) else distinct
    groups = next(
        (split for split in _candidate_splits(frames, clock, size) if _cover_beat(split, clock)),
        None,
    )
    if groups:
        return [_sorted(group, clock) for group in groups]
    if distinct == len(frames):
        return [_sorted(frames, clock)]
    return _drop_duplicates(frames, clock)


def _is_plausible(frames: Frames, clock: str) -> bool:
    """Return whether a clock is consistent with a single heartbeat.

    Ranks must agree with the order of the trigger times; times that do not start at the R wave must
    span most of a beat, and less than one beat.
    """
    if clock in TIMES - AFTER_R_WAVE:
        times = [frame.clocks[clock] for frame in frames]
        beat = frames[0].rr_ms or frames[0].rate_rr_ms or RR_MS[1]
        return _MIN_BEAT_SHARE * beat <= max(times) - min(times) < beat
    if clock in TIMES or not all("trigger" in frame.clocks for frame in frames):
        return True
    in_order = sorted(frames, key=lambda frame: frame.clocks[clock])
    return bool((np.diff([frame.clocks["trigger"] for frame in in_order]) >= 0).all())


def _candidate_splits(frames: Frames, clock: str, size: int) -> list[list[Frames]]:
    """Return candidate splits: by acquisition number, by instance number, and by repeated times."""
    by_acquisition: dict[int, Frames] = defaultdict(list)
    for frame in frames:
        by_acquisition[frame.acquisition].append(frame)
    in_order = sorted(frames, key=lambda frame: frame.instance)
    by_number = [in_order[start : start + size] for start in range(0, len(frames), size)]
    by_repetition: dict[int, Frames] = defaultdict(list)
    repetitions: Counter[float] = Counter()
    for frame in in_order:
        by_repetition[repetitions[frame.clocks[clock]]].append(frame)
        repetitions[frame.clocks[clock]] += 1
    repeated = list(by_repetition.values()) if len(set(repetitions.values())) == 1 else []
    return [list(by_acquisition.values()), by_number, repeated]


def _cover_beat(groups: list[Frames], clock: str) -> bool:
    """Return whether each group covers the beat and does not continue another group."""
    times = [[frame.clocks[clock] for frame in group] for group in groups]
    if len(groups) < 2 or any(len(set(group)) < max(2, len(group)) for group in times):
        return False
    if clock in ("instance", "content"):  # numbers continue from one acquisition to the next
        return len({len(group) for group in groups}) == 1
    return max(map(min, times)) < min(map(max, times))


def _drop_duplicates(frames: Frames, clock: str) -> list[Acquisition]:
    """Keep the last frame of each time if the others are surplus; else return nothing.

    They are surplus if there are more frames than the scanner states, or if the times have no gap
    that they would fill.
    """
    last = {
        frame.clocks[clock]: frame for frame in sorted(frames, key=lambda frame: frame.instance)
    }
    expected = frames[0].expected
    steps = np.diff(sorted(last))
    even = len(last) > 2 and steps.max() < 1.5 * steps.min()
    if len(last) < len(frames) / 2 or not (even if expected is None else len(last) >= expected):
        return []
    acquisition = _sorted(list(last.values()), clock)
    return [Acquisition(acquisition.frames, clock, copies=len(frames) - len(last))]


def _sorted(frames: Frames, clock: str) -> Acquisition:
    return Acquisition(tuple(sorted(frames, key=lambda frame: frame.clocks[clock])), clock)
