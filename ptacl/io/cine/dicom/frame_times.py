"""Times of the frames of an acquisition in one heartbeat, with the assumptions made.

Trigger times are relative to the R wave (DICOM PS3.3 C.7.6.18.1). Without trigger times, ordered
frames are assumed to be equidistant over the R–R interval, as in retrospective gating.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.acquisitions import AFTER_R_WAVE, TIMES, Acquisition
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.dicom.rr_interval import fit_one_beat
from ptacl.io.cine.options import CineReading, rr_given_caveats
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat

FEWEST_UNTIMED = 8
"""Minimum number of frames of a cine without trigger times."""
_MANY_BEATS_S = 4.0
"""Images acquired over a longer time are from many heartbeats."""
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


def place_in_beat(where: str, acquisition: Acquisition, reading: CineReading) -> Beat:
    """Place the frames of an acquisition in the heartbeat.

    Args:
        where: name for messages.
        acquisition: frames sorted by a clock.
        reading: reading options.

    Raises:
        BadInput: a still image, no order, many heartbeats, or no R–R interval.
    """
    if refusal := _refusal(where, acquisition, reading):
        raise refusal
    by_header = _stated_rr_ms(acquisition.frames)
    stated = by_header if reading.rr_ms is None else [reading.rr_ms]
    caveats = rr_given_caveats(reading.rr_ms, by_header[0] if by_header else None)
    if acquisition.clock not in TIMES:
        return _equidistant(where, acquisition, stated, caveats)
    values = acquisition.values
    if acquisition.clock not in AFTER_R_WAVE:
        values = values - values[0]
    span = fit_one_beat(where, values, stated, acquisition.expected, given=reading.rr_ms)
    caveats = (
        *caveats,
        *_inverted(acquisition),
        *_copies(acquisition),
        *_assumed(acquisition, stated),
        *span.caveats,
    )
    return Beat(
        tuple(acquisition.frames[i] for i in span.indices), span.times_ms, span.rr_ms, caveats
    )


def _stated_rr_ms(frames: Sequence[FrameHeader]) -> list[float]:
    """Return the R–R intervals of the header in ms, the most reliable one first."""
    nominal = [frame.rr_ms for frame in frames if frame.rr_ms]
    rate = [frame.rate_rr_ms for frame in frames if frame.rate_rr_ms]
    return [float(np.median(intervals)) for intervals in (nominal, rate) if intervals]


def _refusal(where: str, acquisition: Acquisition, reading: CineReading) -> BadInput | None:
    """Return the error if an acquisition is not a cine of one heartbeat by its times; else None."""
    if len(acquisition.frames) < 2:
        return _still(where, acquisition.frames[0])
    if not acquisition.clock:
        return _unordered(where, acquisition, reading)
    if acquisition.clock in AFTER_R_WAVE or reading.order is not None:
        return None
    # Any series has some order, which alone does not make it a cine.
    if len(acquisition.frames) < FEWEST_UNTIMED or _seconds(acquisition) > _MANY_BEATS_S:
        return _unordered(where, acquisition, reading)
    return None


def _still(where: str, frame: FrameHeader) -> BadInput:
    if frame.inverted:
        message = "it contains still images after an inversion pulse, as in late enhancement"
        return BadInput(where, message, "give the short-axis cine", code="cine.still_image")
    message = "it contains still images, one frame per slice"
    return BadInput(where, message, "give the folder of the whole series", code="cine.still_image")


def _unordered(where: str, acquisition: Acquisition, reading: CineReading) -> BadInput:
    times = [frame.clocks.get("trigger", 0.0) for frame in acquisition.frames]
    if _seconds(acquisition) > _MANY_BEATS_S and np.ptp(times) < RR_MS[0] / 5:
        message = "it shows one phase of many heartbeats, as in a perfusion series"
        return BadInput(
            where,
            f"{message}, not a short-axis cine",
            "give the short-axis cine",
            code="cine.not_one_heartbeat",
        )
    if reading.order not in (None, "trigger"):
        message = f"its frames cannot be ordered by {reading.order}: values are missing or repeated"
        return BadInput(
            where,
            message,
            "choose another order (--order, column cine_order)",
            code="cine.no_order",
        )
    return BadInput(
        where,
        "its frames have no trigger times, or repeated ones",
        "export the original series with TriggerTime, or choose another order "
        "(--order, column cine_order)",
        code="cine.no_order",
    )


def _seconds(acquisition: Acquisition) -> float:
    """Return the time from the acquisition of the first frame to that of the last one."""
    acquired = [frame.acquired_s for frame in acquisition.frames if frame.acquired_s is not None]
    return max(acquired) - min(acquired) if acquired else 0.0


def _equidistant(
    where: str, acquisition: Acquisition, stated: list[float], caveats: tuple[Caveat, ...]
) -> Beat:
    """Place frames with ranks only, equidistant over the R–R interval."""
    if not stated:
        raise BadInput(
            where,
            "its frames have neither trigger times nor an R–R interval",
            "give the R–R interval in ms (--rr-ms, column cine_rr_ms)",
            code="cine.no_rr_interval",
        )
    ranks, count = _ranks(acquisition)
    caveats = (
        *caveats,
        *_inverted(acquisition),
        *_copies(acquisition),
        *_assumed(acquisition, stated),
    )
    return Beat(acquisition.frames, ranks * (stated[0] / count), stated[0], caveats)


def _ranks(acquisition: Acquisition) -> tuple[Float64[np.ndarray, " frames"], int]:
    """Return the index of each frame in the beat, and the number of frames of the beat."""
    values, expected = acquisition.values, acquisition.expected
    consecutive = np.arange(len(values), dtype=np.float64)
    if (values % 1).any() or acquisition.clock == "content":
        return consecutive, len(values)
    step = gcd(*np.diff(values).astype(int).tolist())
    counted_from_1 = acquisition.clock == "temporal" and expected is not None and values[0] >= 1
    ranks = (values - 1) if counted_from_1 else (values - values[0]) / step
    last = int(ranks[-1]) + 1
    # Gaps larger than those of missing frames: the numbers count other images too.
    if last > (expected or 1.5 * len(values)):
        return consecutive, len(values)
    return ranks, max(expected or 0, last)


def _assumed(acquisition: Acquisition, stated: list[float]) -> list[Caveat]:
    if acquisition.clock in AFTER_R_WAVE:
        return []
    rr = f" of {stated[0]:g} ms" if stated else ""
    order = f"in order of their {_CLOCK_NAMES[acquisition.clock]}"
    text = (
        f"The frames have no trigger times: they were placed {order}, equidistant over one R–R "
        f"interval{rr}."
        if acquisition.clock not in TIMES
        else f"The frames have no trigger times: they were placed {order}, the first at the R wave."
    )
    return [Caveat("frame_times_assumed", text)]


def _inverted(acquisition: Acquisition) -> list[Caveat]:
    if not any(frame.inverted for frame in acquisition.frames):
        return []
    text = "The frames follow an inversion pulse, as in an inversion time scout."
    return [Caveat("inversion_pulse", text)]


def _copies(acquisition: Acquisition) -> list[Caveat]:
    if not acquisition.copies:
        return []
    text = (
        f"{acquisition.copies} frames repeat a time of the beat; the last frame of each time was "
        "used."
    )
    return [Caveat("duplicate_frames", text)]
