"""The frames of a take → their times in one heartbeat, and what had to be assumed for it.

Trigger times count from the R wave (DICOM PS3.3 C.7.6.18.1). Where a file holds none, frames that
are in order are taken to be even over the R–R interval, as retrospective gating gives them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.acquisitions import AFTER_R_WAVE, TIMES, Take
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.dicom.rr_interval import span_of
from ptacl.io.cine.options import CineReading, told_of_given
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

FEWEST_UNTIMED = 8
"""Frames without trigger times that can be a cine; fewer show no motion (`signal.preparation`)."""
_MANY_BEATS_S = 4.0
"""Images of one moment that were taken over a longer time are of many heartbeats."""
_CLOCK_NAMES = {
    "offset": "temporal position time offset",
    "temporal": "temporal position",
    "acquisition": "acquisition time",
    "reference": "frame reference time",
    "instance": "instance number",
    "content": "content time",
}


@dataclass(frozen=True, slots=True)
class Beat:
    """Frames of one slice over one R–R interval, sorted in time."""

    frames: tuple[FrameHeader, ...]
    times_ms: Float64[np.ndarray, " frames"]
    rr_ms: float
    caveats: tuple[Caveat, ...] = ()


def beat_of(where: str, take: Take, reading: CineReading) -> Beat:
    """Place the frames of a take in the heartbeat.

    Raises:
        BadInput: a still image, no order, many heartbeats, or no R–R interval.
    """
    if refusal := _refusal(where, take, reading):
        raise refusal
    by_file = _said(take.frames)
    said = by_file if reading.rr_ms is None else [reading.rr_ms]
    told = told_of_given(reading.rr_ms, by_file[0] if by_file else None)
    if take.clock not in TIMES:
        return _even(where, take, said, told)
    values = take.values
    if take.clock not in AFTER_R_WAVE:
        values = values - values[0]
    span = span_of(where, values, said, take.expected, given=reading.rr_ms)
    caveats = (*told, *_inverted(take), *_copies(take), *_assumed(take, said), *span.caveats)
    return Beat(tuple(take.frames[i] for i in span.places), span.times_ms, span.rr_ms, caveats)


def _said(frames: Sequence[FrameHeader]) -> list[float]:
    """R–R intervals in ms by the file, the one to be trusted most first."""
    nominal = [frame.rr_ms for frame in frames if frame.rr_ms]
    rate = [frame.rate_rr_ms for frame in frames if frame.rate_rr_ms]
    return [float(np.median(found)) for found in (nominal, rate) if found]


def _refusal(where: str, take: Take, reading: CineReading) -> BadInput | None:
    """Why a take is no cine of one heartbeat, judged by what it shows and not by its name."""
    if len(take.frames) < 2:
        return _still(where, take.frames[0])
    if not take.clock:
        return _one_moment(where, take, reading)
    if take.clock in AFTER_R_WAVE or reading.order is not None:
        return None
    # Any series can be put in some order: a cine must show more than that.
    if len(take.frames) < FEWEST_UNTIMED or _seconds(take) > _MANY_BEATS_S:
        return _one_moment(where, take, reading)
    return None


def _still(where: str, frame: FrameHeader) -> BadInput:
    if frame.inverted:
        found = "it holds still images after an inversion pulse, as late enhancement does"
        return BadInput(where, found, "give the short-axis cine", code="cine.still_image")
    found = "it holds still images, one frame a slice"
    return BadInput(where, found, "give the folder of the whole series", code="cine.still_image")


def _one_moment(where: str, take: Take, reading: CineReading) -> BadInput:
    times = [frame.clocks.get("trigger", 0.0) for frame in take.frames]
    if _seconds(take) > _MANY_BEATS_S and np.ptp(times) < RR_MS[0] / 5:
        found = "it shows one moment of many heartbeats, as a perfusion series does"
        return BadInput(
            where,
            f"{found}, not a short-axis cine",
            "give the short-axis cine",
            code="cine.not_one_heartbeat",
        )
    if reading.order not in (None, "trigger"):
        found = f"its frames do not all have an order by {reading.order}, or the same one twice"
        return BadInput(
            where, found, "choose another order (--order, column cine_order)", code="cine.no_order"
        )
    return BadInput(
        where,
        "its frames carry no trigger times, or the same one twice",
        "export the original series with TriggerTime, or say what puts them in order "
        "(--order, column cine_order)",
        code="cine.no_order",
    )


def _seconds(take: Take) -> float:
    """From the acquisition of the first frame to that of the last."""
    acquired = [frame.acquired_s for frame in take.frames if frame.acquired_s is not None]
    return max(acquired) - min(acquired) if acquired else 0.0


def _even(where: str, take: Take, said: list[float], told: tuple[Caveat, ...]) -> Beat:
    """Frames that are only counted: even over the R–R interval."""
    if not said:
        raise BadInput(
            where,
            "its frames carry neither trigger times nor an R–R interval",
            "give the R–R interval in ms (--rr-ms, column cine_rr_ms)",
            code="cine.no_rr_interval",
        )
    ranks, count = _ranks(take)
    caveats = (*told, *_inverted(take), *_copies(take), *_assumed(take, said))
    return Beat(take.frames, ranks * (said[0] / count), said[0], caveats)


def _ranks(take: Take) -> tuple[Float64[np.ndarray, " frames"], int]:
    """The place of each frame among those of the beat, and how many these are."""
    values, expected = take.values, take.expected
    in_turn = np.arange(len(values), dtype=np.float64)
    if (values % 1).any() or take.clock == "content":
        return in_turn, len(values)
    step = gcd(*np.diff(values).astype(int).tolist())
    counted_from_1 = take.clock == "temporal" and expected is not None and values[0] >= 1
    ranks = (values - 1) if counted_from_1 else (values - values[0]) / step
    most = int(ranks[-1]) + 1
    # Wider gaps than those of missing frames: the numbers count other things too.
    if most > (expected or 1.5 * len(values)):
        return in_turn, len(values)
    return ranks, max(expected or 0, most)


def _assumed(take: Take, said: list[float]) -> list[Caveat]:
    if take.clock in AFTER_R_WAVE:
        return []
    rr = f" of {said[0]:g} ms" if said else ""
    how = f"in order of their {_CLOCK_NAMES[take.clock]}"
    text = (
        f"The frames carry no trigger times: they were taken {how}, even over one R–R interval{rr}."
        if take.clock not in TIMES
        else f"The frames carry no trigger times: they were taken {how}, the first at the R wave."
    )
    return [Caveat("frame_times_assumed", text)]


def _inverted(take: Take) -> list[Caveat]:
    if not any(frame.inverted for frame in take.frames):
        return []
    text = "The frames follow an inversion pulse, as a scout of inversion times does."
    return [Caveat("inversion_pulse", text)]


def _copies(take: Take) -> list[Caveat]:
    if not take.copies:
        return []
    text = f"{take.copies} frames show a moment that is there twice; the last of each was taken."
    return [Caveat("duplicate_frames", text)]
