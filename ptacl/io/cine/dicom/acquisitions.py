"""The takes of one slice: each time that the scanner went round the heartbeat there.

A slice is taken again when the breath was not held, in a series of its own or in the same one.
Frames are put in order by the first clock that all of them have and that tells them apart.
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

WHOLE = 0.9
"""A take or a slice with fewer of the frames that the best one has is not whole."""
_LEAST_OF_BEAT = 0.5
"""Acquisition times nearer together than this are of the reconstruction, and no times in a beat."""
BY_RULE = (
    "trigger", "delay", "offset", "temporal", "acquisition", "reference", "instance", "content",
)  # fmt: skip
"""The clocks in the order in which they are asked."""
TIMES = frozenset(("trigger", "delay", "offset", "acquisition", "reference"))
"""Clocks that run in ms; the others only count."""
AFTER_R_WAVE = frozenset(("trigger", "delay"))
"""Clocks that begin at the R wave."""
_GIVEN: dict[FrameOrder, tuple[str, ...]] = {
    "trigger": ("trigger", "delay"),
    "temporal": ("temporal", "offset"),
    "acquisition": ("acquisition", "content"),
    "instance": ("instance",),
}

Frames = list[FrameHeader]


@dataclass(frozen=True, slots=True)
class Take:
    """Frames of one slice, sorted by a clock."""

    frames: tuple[FrameHeader, ...]
    clock: str
    """Of `BY_RULE`; empty where none tells the frames apart."""
    copies: int = 0
    """Frames that were left out: others of the same moment are there."""

    @property
    def values(self) -> Float64[np.ndarray, " frames"]:
        """What the clock shows: ms, or ranks."""
        return np.array([float(frame.clocks[self.clock]) for frame in self.frames])

    @property
    def expected(self) -> int | None:
        """Frames of the whole slice, as the scanner says."""
        return self.frames[0].expected

    @property
    def order(self) -> tuple[int, int, float, str, int]:
        """Rises from the first take to the last."""
        one = self.frames[0]
        moment = one.acquired_s or 0.0
        return one.series_number, one.acquisition, moment, one.series, one.instance


def takes_of(frames: Sequence[FrameHeader], order: FrameOrder | None = None) -> list[Take]:
    """The takes among the frames of one slice position.

    Args:
        frames: of one position, in any order.
        order: the clock that the caller wants.
    """
    series: dict[str, Frames] = defaultdict(list)
    for frame in frames:
        series[frame.series].append(frame)
    if len(frames) > 2 and len(series) == len(frames):  # some anonymisers give each a series
        return _rounds(list(frames), order)
    return [take for own in series.values() for take in _rounds(own, order)]


def last_whole(takes: Sequence[Take]) -> Take:
    """The last of the takes that are whole, as far as the fullest one is."""
    most = max(len(take.frames) for take in takes)
    return max((t for t in takes if len(t.frames) >= WHOLE * most), key=lambda take: take.order)


def _rounds(frames: Frames, order: FrameOrder | None) -> list[Take]:
    """One series' frames, divided where it went round the heartbeat more than once."""
    for clock in BY_RULE if order is None else _GIVEN[order]:
        if all(clock in frame.clocks for frame in frames):
            takes = _by_clock(frames, clock, by_rule=order is None)
            if takes:
                return takes
    return [Take(tuple(sorted(frames, key=lambda frame: frame.instance)), "")]


def _by_clock(frames: Frames, clock: str, by_rule: bool) -> list[Take]:
    """The takes by one clock; none where it does not tell the frames apart."""
    distinct = len({frame.clocks[clock] for frame in frames})
    if distinct < 2 or (by_rule and not _may_tell(frames, clock)):
        return []
    expected = frames[0].expected or len(frames)
    if distinct == len(frames) <= expected:
        return [_sorted(frames, clock)]
    size = expected if expected < len(frames) else distinct
    parts = next((p for p in _divisions(frames, clock, size) if _go_round(p, clock)), None)
    if parts:
        return [_sorted(part, clock) for part in parts]
    if distinct == len(frames):
        return [_sorted(frames, clock)]
    return _without_copies(frames, clock)


def _may_tell(frames: Frames, clock: str) -> bool:
    """Whether a clock that counts does not speak against the trigger times, and one that does not
    begin at the R wave stays within one beat.
    """
    if clock in TIMES - AFTER_R_WAVE:
        times = [frame.clocks[clock] for frame in frames]
        beat = frames[0].rr_ms or frames[0].rate_rr_ms or RR_MS[1]
        return _LEAST_OF_BEAT * beat <= max(times) - min(times) < beat
    if clock in TIMES or not all("trigger" in frame.clocks for frame in frames):
        return True
    in_order = sorted(frames, key=lambda frame: frame.clocks[clock])
    return bool((np.diff([frame.clocks["trigger"] for frame in in_order]) >= 0).all())


def _divisions(frames: Frames, clock: str, size: int) -> list[list[Frames]]:
    """Ways to divide frames into takes: by acquisition, by number, and alike moments in turn."""
    by_acquisition: dict[int, Frames] = defaultdict(list)
    for frame in frames:
        by_acquisition[frame.acquisition].append(frame)
    in_order = sorted(frames, key=lambda frame: frame.instance)
    by_number = [in_order[start : start + size] for start in range(0, len(frames), size)]
    turns: dict[int, Frames] = defaultdict(list)
    seen: Counter[float] = Counter()
    for frame in in_order:
        turns[seen[frame.clocks[clock]]].append(frame)
        seen[frame.clocks[clock]] += 1
    in_turn = list(turns.values()) if len(set(seen.values())) == 1 else []
    return [list(by_acquisition.values()), by_number, in_turn]


def _go_round(parts: list[Frames], clock: str) -> bool:
    """Whether each part goes once round the beat, and not one on from where another ended."""
    times = [[frame.clocks[clock] for frame in part] for part in parts]
    if len(parts) < 2 or any(len(set(part)) < max(2, len(part)) for part in times):
        return False
    if clock in ("instance", "content"):  # numbers go on from one take to the next
        return len({len(part) for part in parts}) == 1
    return max(map(min, times)) < min(map(max, times))


def _without_copies(frames: Frames, clock: str) -> list[Take]:
    """One take of the last frame of each moment, where the others are surplus; else none.

    They are surplus if there are more frames than the scanner says, or if the moments leave no
    hole that they would fill.
    """
    last = {frame.clocks[clock]: frame for frame in sorted(frames, key=lambda one: one.instance)}
    expected = frames[0].expected
    steps = np.diff(sorted(last))
    even = len(last) > 2 and steps.max() < 1.5 * steps.min()
    if len(last) < len(frames) / 2 or not (even if expected is None else len(last) >= expected):
        return []
    take = _sorted(list(last.values()), clock)
    return [Take(take.frames, clock, copies=len(frames) - len(last))]


def _sorted(frames: Frames, clock: str) -> Take:
    return Take(tuple(sorted(frames, key=lambda frame: frame.clocks[clock])), clock)
