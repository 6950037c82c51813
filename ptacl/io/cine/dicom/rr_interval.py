"""Times after the R wave and what a header says of the R–R interval → one heartbeat.

Scanners write the interval of two beats, none, or an average that the frames outlast; times in
seconds or microseconds; and times that begin late and go on past the next R wave. What is mended
is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float64, Int

from ptacl.errors import BadInput
from ptacl.io.plausibility import RR_MS
from ptacl.types import Caveat, Severity

_WHOLE_NUMBER_MS = 1.0
"""NominalInterval is a whole number."""
_FEWEST = 8
"""Frames from which the span of a cine can be told; fewer are single phases."""
_SAME = 0.03
"""An interval that is a multiple of another so nearly: gating puts frames evenly over the beat,
and heart rates drift by some per cent during a breath hold."""
_CLOSE = 0.1
"""Intervals nearer than this are of one heart rate; breath holds change it by so much."""
_LEAST_COVERED = 0.75
"""Prospective gating leaves out the last 10 to 20 per cent of the beat, to await the R wave."""
_MOST_BEATS = 4
"""A breath hold is planned in so few beats a segment; more are no counting of beats."""
_ONE_MOMENT = 0.2
"""Of the beat: systole alone takes a third (QT, 400 ms of 1,000); trigger jitter some per cent."""
_BEYOND = 1.1
_WHOLE_STEPS = 0.25
"""Nearer to a whole number of steps than to half a step."""


@dataclass(frozen=True, slots=True)
class Span:
    """Frames in one heartbeat."""

    times_ms: Float64[np.ndarray, " frames"]
    rr_ms: float
    places: Int[np.ndarray, " frames"]
    """Of these frames among those that were given."""
    caveats: tuple[Caveat, ...] = field(default=())


def span_of(
    where: str,
    values: Float64[np.ndarray, " given"],
    said: Sequence[float],
    expected: int | None,
    *,
    given: float | None = None,
) -> Span:
    """Place frames in the heartbeat.

    Args:
        where: name for messages.
        values: rising times after an R wave, in ms as a rule.
        said: R–R intervals that the header says, in ms, the one to be trusted most first.
        expected: frames of the whole beat, as the scanner says.
        given: the R–R interval as the caller knows it, which counts.

    Raises:
        BadInput: the frames span many heartbeats, or are two without an R–R interval.
    """
    places = np.arange(len(values))
    times, caveats = _in_ms(values, said)
    if given is not None:
        span = Span(times, given, places, tuple(caveats))
        late = times[-1] >= given and _covered(times) <= given + _WHOLE_NUMBER_MS
        return _folded(span) if late else span
    if len(times) < _FEWEST:
        rr = _of_few(where, times, said)
        _expect_one_beat(where, max(rr, float(times[-1])))
        return Span(times, rr, places, tuple(caveats))
    span = _of_many(times, said, expected)
    _expect_one_beat(where, max(span.rr_ms, float(span.times_ms[-1])))
    _expect_motion(where, span)
    return replace(span, caveats=(*caveats, *span.caveats, *_uncovered(span)))


def _covered(times: Float64[np.ndarray, " frames"]) -> float:
    """From the first frame to one step after the last."""
    return float(times[-1] - times[0] + typical_step(times))


def typical_step(times: Float64[np.ndarray, " frames"]) -> float:
    """From frame to frame, holes left out: the median, or where many steps are whole multiples of
    the least ones, the median of those.
    """
    steps = np.diff(times)
    least = float(np.median(steps[steps < 1.5 * steps.min()]))
    multiples = steps / least
    even = bool((np.abs(multiples - np.rint(multiples)) < _WHOLE_STEPS).all())
    return least if even else float(np.median(steps))


def _in_ms(
    values: Float64[np.ndarray, " frames"], said: Sequence[float]
) -> tuple[Float64[np.ndarray, " frames"], list[Caveat]]:
    """Times that are no heartbeat in ms and one in another unit."""
    covered = _covered(values)
    if len(values) < _FEWEST or RR_MS[0] / 2 <= covered <= RR_MS[1]:
        return values, []
    for factor, unit in ((1000.0, "seconds"), (0.001, "microseconds")):
        span = covered * factor
        fits = 0.5 <= span / said[0] <= _BEYOND if said else RR_MS[0] <= span <= RR_MS[1]
        # Without an interval, a long recording of many beats could pass for microseconds.
        if fits and (said or factor > 1):
            text = f"The trigger times are no heartbeat in milliseconds: they were read as {unit}."
            return values * factor, [Caveat("trigger_time_unit", text)]
    return values, []


def _of_few(where: str, times: Float64[np.ndarray, " frames"], said: Sequence[float]) -> float:
    ended = float(times[-1] + np.median(np.diff(times)))
    if said and said[0] > times[-1]:
        filled = len(times) > 2 and abs(said[0] - ended) < _WHOLE_NUMBER_MS
        return ended if filled else said[0]
    if len(times) == 2:
        raise BadInput(
            where,
            "two frames do not tell the R–R interval",
            "export it with NominalInterval",
            code="cine.no_rr_interval",
        )
    return ended


def _of_many(
    times: Float64[np.ndarray, " frames"], said: Sequence[float], expected: int | None
) -> Span:
    places = np.arange(len(times))
    covered = _covered(times)
    # A retrospectively gated cine covers the whole beat: one more step ends it.
    ended = covered + (times[0] if times[0] < covered / len(times) else 0.0)
    if not said:
        text = "The file gives no R–R interval: it was taken to be the span of the frames, "
        caveat = Caveat("rr_from_times", f"{text}{ended:.0f} ms.")
        return _folded(Span(times, ended, places, (caveat,)))
    nominal, caveats = _trusted(said, covered)
    if abs(nominal - ended) < _WHOLE_NUMBER_MS:
        return _folded(Span(times, ended, places, caveats))
    whole_beat = expected is None or expected <= 1.5 * len(times)
    if whole_beat and not caveats and _multiple(nominal, covered) and not _confirmed(said):
        text = (
            f"The R–R interval of {nominal:.0f} ms in the file is {round(nominal / covered)} times "
            f"the span of the frames: it was taken to be {ended:.0f} ms."
        )
        return _folded(Span(times, ended, places, (Caveat("rr_of_several_beats", text),)))
    if times[-1] < nominal or covered <= nominal + _WHOLE_NUMBER_MS:
        return _folded(Span(times, nominal, places, caveats))
    return _past(times, nominal, ended, caveats)


def _trusted(said: Sequence[float], covered: float) -> tuple[float, tuple[Caveat, ...]]:
    """Of two intervals that differ, the one that the frames span."""
    off = [abs(interval / covered - 1) for interval in said]
    if len(said) < 2 or off[0] <= _CLOSE or off[1] > _CLOSE or abs(said[0] / said[1] - 1) < _CLOSE:
        return said[0], ()
    text = (
        f"The file gives R–R intervals of {said[0]:.0f} and {said[1]:.0f} ms (heart rate); the "
        "frames span the second one, which was taken."
    )
    return said[1], (Caveat("rr_contradicted", text),)


def _multiple(nominal: float, covered: float) -> bool:
    beats = nominal / covered
    return 2 <= round(beats) <= _MOST_BEATS and abs(beats / round(beats) - 1) <= _SAME


def _confirmed(said: Sequence[float]) -> bool:
    """Whether the heart rate says the same: a slow heart, of whose beat a part was taken."""
    return len(said) > 1 and abs(said[1] / said[0] - 1) < _CLOSE


def _past(
    times: Float64[np.ndarray, " frames"],
    nominal: float,
    ended: float,
    caveats: tuple[Caveat, ...],
) -> Span:
    """Frames that span more than the R–R interval."""
    places = np.arange(len(times))
    covered = _covered(times)
    first_beat = times < times[0] + nominal - _WHOLE_NUMBER_MS
    if _multiple(covered, nominal) and first_beat.sum() >= _FEWEST:
        text = (
            f"The frames span {round(covered / nominal)} R–R intervals of {nominal:.0f} ms; those "
            "of the first were taken."
        )
        told = (*caveats, Caveat("several_beats", text))
        return _folded(Span(times[first_beat], nominal, places[first_beat], told))
    text = (
        f"The trigger times go on to {times[-1]:.0f} ms, past the R–R interval of {nominal:.0f} ms "
        f"in the file: it was taken to be {ended:.0f} ms."
    )
    severity: Severity = "info" if ended <= _BEYOND * nominal else "check"
    told = (*caveats, Caveat("times_past_rr", text, severity))
    return _folded(Span(times, ended, places, told))


def _folded(span: Span) -> Span:
    """Times past the R–R interval are of the next beat: they go to its beginning."""
    if span.times_ms[-1] < span.rr_ms:
        return span
    times = span.times_ms % span.rr_ms
    turn = np.argsort(times, kind="stable")
    text = (
        f"The trigger times run from {span.times_ms[0]:.0f} to {span.times_ms[-1]:.0f} ms, past "
        f"the R–R interval of {span.rr_ms:.0f} ms: frames past it were put at its beginning. If "
        "the trigger was a pulse and no R wave, the phases are shifted."
    )
    told = (*span.caveats, Caveat("trigger_times_begin_late", text))
    return Span(times[turn], span.rr_ms, span.places[turn], told)


def _uncovered(span: Span) -> list[Caveat]:
    part = _covered(span.times_ms) / span.rr_ms
    if part >= _LEAST_COVERED:
        return []
    text = f"The frames cover {100 * part:.0f} % of the R–R interval; the rest is not there."
    return [Caveat("beat_not_covered", text)]


def _expect_one_beat(where: str, span_ms: float) -> None:
    if span_ms > RR_MS[1]:
        raise BadInput(
            where,
            f"its frames span {span_ms / 1000:.0f} s, many heartbeats (perfusion, real time?)",
            "give a cine of one heartbeat",
            code="cine.not_one_heartbeat",
        )


def _expect_motion(where: str, span: Span) -> None:
    covered = _covered(span.times_ms)
    if covered < _ONE_MOMENT * span.rr_ms:
        raise BadInput(
            where,
            f"its frames lie within {covered:.0f} ms: one moment of many heartbeats, as a "
            "perfusion series shows",
            "give the short-axis cine",
            code="cine.not_one_heartbeat",
        )
