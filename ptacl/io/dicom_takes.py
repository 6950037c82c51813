"""The takes of one slice: each time that the scanner went round the heartbeat there.

A slice is taken again when the breath was not held, in a series of its own or in the same one.
Standard: DICOM PS3.3 C.7.6.18.1 (cardiac synchronisation).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.dicom_series import FrameHeader
from ptacl.io.plausible import RR_MS

WHOLE = 0.9
"""A take or a slice with fewer of the frames that the best one has is not whole."""
_MANY_BEATS_S = 4.0
"""Images of one moment that were taken over a longer time are of many heartbeats."""


@dataclass(frozen=True, slots=True)
class Take:
    """Frames of one slice, sorted in time."""

    frames: tuple[FrameHeader, ...]

    @property
    def times_ms(self) -> Float64[np.ndarray, " frames"]:
        """Trigger times; −1 where a frame has none."""
        return np.array([-1.0 if f.trigger_ms is None else f.trigger_ms for f in self.frames])

    @property
    def order(self) -> tuple[int, int, float, str, int]:
        """Rises from the first take to the last."""
        one = self.frames[0]
        moment = one.acquired_s or 0.0
        return one.series_number, one.acquisition, moment, one.series, one.instance


def takes_of(frames: Sequence[FrameHeader]) -> list[Take]:
    """The takes among the frames of one slice position."""
    series: dict[str, list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        series[frame.series].append(frame)
    return [_sorted(take) for own in series.values() for take in _rounds(own)]


def last_whole(takes: Sequence[Take]) -> Take:
    """The last of the takes that are whole, as far as the fullest one is."""
    most = max(len(take.frames) for take in takes)
    return max((t for t in takes if len(t.frames) >= WHOLE * most), key=lambda take: take.order)


def refusal(where: str, take: Take) -> BadInput | None:
    """Why a take is no cine of one heartbeat, judged by what it shows and not by its name."""
    times = take.times_ms
    if len(times) < 2:
        return _still(where, take.frames[0])
    if (times < 0).any() or (np.diff(times) <= 0).any():
        return _one_moment(where, take)
    if times[-1] > RR_MS[1]:
        span_s = times[-1] / 1000
        found = f"its frames span {span_s:.0f} s, many heartbeats (perfusion, real time?)"
        return BadInput(where, found, "give a cine of one heartbeat")
    return None


def _still(where: str, frame: FrameHeader) -> BadInput:
    if frame.inverted:
        found = "it holds still images after an inversion pulse, as late enhancement does"
        return BadInput(where, found, "give the short-axis cine")
    found = "it holds still images, one frame a slice"
    return BadInput(where, found, "give the folder of the whole series")


def _one_moment(where: str, take: Take) -> BadInput:
    acquired = [frame.acquired_s for frame in take.frames if frame.acquired_s is not None]
    times = take.times_ms
    if acquired and max(acquired) - min(acquired) > _MANY_BEATS_S and np.ptp(times) < RR_MS[0] / 5:
        found = "it shows one moment of many heartbeats, as a perfusion series does"
        return BadInput(where, f"{found}, not a short-axis cine", "give the short-axis cine")
    return BadInput(
        where,
        "its frames carry no trigger times, or the same one twice",
        "export the original series with TriggerTime",
    )


def _rounds(frames: list[FrameHeader]) -> list[list[FrameHeader]]:
    """One series' frames, divided where it went round the heartbeat more than once."""
    times = [frame.trigger_ms for frame in frames]
    expected = frames[0].expected or len(frames)
    if None in times or (len(set(times)) == len(frames) <= expected):
        return [frames]
    by_acquisition: dict[int, list[FrameHeader]] = defaultdict(list)
    for frame in frames:
        by_acquisition[frame.acquisition].append(frame)
    size = expected if expected < len(frames) else len(set(times))
    in_order = sorted(frames, key=lambda frame: frame.instance)
    by_number = [in_order[start : start + size] for start in range(0, len(frames), size)]
    divisions: list[list[list[FrameHeader]]] = [list(by_acquisition.values()), by_number]
    return next((parts for parts in divisions if _go_round(parts)), [frames])


def _go_round(parts: list[list[FrameHeader]]) -> bool:
    """Whether each part goes once round the beat, and not one on from where another ended."""
    times = [[frame.trigger_ms or 0.0 for frame in part] for part in parts]
    if len(parts) < 2 or any(len(set(part)) < max(2, len(part)) for part in times):
        return False
    return max(map(min, times)) < min(map(max, times))


def _sorted(frames: list[FrameHeader]) -> Take:
    in_time = sorted(frames, key=lambda f: -1.0 if f.trigger_ms is None else f.trigger_ms)
    return Take(tuple(in_time))
