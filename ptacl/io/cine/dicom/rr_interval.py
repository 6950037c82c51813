"""Placement of frames in one heartbeat, from trigger times and the R–R interval of the header.

Scanners write the interval of two beats, none, or an average shorter than the frames; times in
seconds or microseconds; and times that begin late and continue past the next R wave. Each
correction adds a caveat.
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
_MIN_FRAMES = 8
"""Minimum number of frames that define the span of a cine; fewer are single phases."""
_MULTIPLE_TOLERANCE = 0.03
"""Relative tolerance of a multiple of an interval: gated frames are equidistant over the beat, and
heart rates drift by a few per cent during a breath hold."""
_RATE_TOLERANCE = 0.1
"""Relative difference of intervals of the same heart rate, which varies between breath holds."""
_MIN_COVERAGE = 0.75
"""Prospective gating omits the last 10 to 20 per cent of the beat, waiting for the R wave."""
_MAX_BEATS = 4
"""Maximum multiple: segments of a breath hold take few beats; larger ratios have other causes."""
_MIN_SPAN = 0.2
"""Share of the beat: systole takes a third (QT, 400 of 1,000 ms), trigger jitter a few per cent."""
_MAX_OVERRUN = 1.1
_STEP_TOLERANCE = 0.25
"""Tolerance in steps: nearer to a whole number of steps than to half a step."""


@dataclass(frozen=True, slots=True)
class Span:
    """Frames placed in one heartbeat."""

    times_ms: Float64[np.ndarray, " frames"]
    rr_ms: float
    indices: Int[np.ndarray, " frames"]
    """Indices of these frames among the given ones."""
    caveats: tuple[Caveat, ...] = field(default=())


def fit_one_beat(
    where: str,
    values: Float64[np.ndarray, " given"],
    stated: Sequence[float],
    expected: int | None,
    *,
    given: float | None = None,
) -> Span:
    """Place frames in the heartbeat.

    Args:
        where: name for messages.
        values: increasing times after an R wave, usually in ms.
        stated: R–R intervals of the header in ms, the most reliable one first.
        expected: number of frames of the whole beat, as stated by the scanner.
        given: R–R interval in ms given by the caller, which overrides the header.

    Raises:
        BadInput: the frames span many heartbeats, or there are two frames and no R–R interval.
    """
    indices = np.arange(len(values))
    times, caveats = _in_ms(values, stated)
    if given is not None:
        span = Span(times, given, indices, tuple(caveats))
        late = times[-1] >= given and _covered(times) <= given + _WHOLE_NUMBER_MS
        return _wrap(span) if late else span
    if len(times) < _MIN_FRAMES:
        rr = _few_frames_rr_ms(where, times, stated)
        _check_one_beat(where, max(rr, float(times[-1])))
        return Span(times, rr, indices, tuple(caveats))
    span = _fit_many_frames(times, stated, expected)
    _check_one_beat(where, max(span.rr_ms, float(span.times_ms[-1])))
    _check_motion(where, span)
    return replace(span, caveats=(*caveats, *span.caveats, *_coverage_caveats(span)))


def _covered(times: Float64[np.ndarray, " frames"]) -> float:
    """Return the time from the first frame to one step after the last."""
    return float(times[-1] - times[0] + typical_step(times))


def typical_step(times: Float64[np.ndarray, " frames"]) -> float:
    """Return the time between frames, ignoring gaps.

    This is the median step, or, if all steps are multiples of the shortest ones, the median of
    these.
    """
    steps = np.diff(times)
    shortest = float(np.median(steps[steps < 1.5 * steps.min()]))
    multiples = steps / shortest
    even = bool((np.abs(multiples - np.rint(multiples)) < _STEP_TOLERANCE).all())
    return shortest if even else float(np.median(steps))


def _in_ms(
    values: Float64[np.ndarray, " frames"], stated: Sequence[float]
) -> tuple[Float64[np.ndarray, " frames"], list[Caveat]]:
    """Convert times that are plausible in another unit only to ms."""
    covered = _covered(values)
    if len(values) < _MIN_FRAMES or RR_MS[0] / 2 <= covered <= RR_MS[1]:
        return values, []
    for factor, unit in ((1000.0, "seconds"), (0.001, "microseconds")):
        span = covered * factor
        fits = 0.5 <= span / stated[0] <= _MAX_OVERRUN if stated else RR_MS[0] <= span <= RR_MS[1]
        # Without an interval, many beats in ms cannot be distinguished from one in microseconds.
        if fits and (stated or factor > 1):
            text = f"The trigger times are implausible in milliseconds and were read as {unit}."
            return values * factor, [Caveat("trigger_time_unit", text)]
    return values, []


def _few_frames_rr_ms(
    where: str, times: Float64[np.ndarray, " frames"], stated: Sequence[float]
) -> float:
    end = float(times[-1] + np.median(np.diff(times)))
    if stated and stated[0] > times[-1]:
        filled = len(times) > 2 and abs(stated[0] - end) < _WHOLE_NUMBER_MS
        return end if filled else stated[0]
    if len(times) == 2:
        raise BadInput(
            where,
            "two frames do not define the R–R interval",
            "export it with NominalInterval",
            code="cine.no_rr_interval",
        )
    return end


def _fit_many_frames(
    times: Float64[np.ndarray, " frames"], stated: Sequence[float], expected: int | None
) -> Span:
    indices = np.arange(len(times))
    covered = _covered(times)
    # A retrospectively gated cine covers the whole beat, which ends one step after the last frame.
    end = covered + (times[0] if times[0] < covered / len(times) else 0.0)
    if not stated:
        text = "The file has no R–R interval; the span of the frames was used, "
        caveat = Caveat("rr_from_times", f"{text}{end:.0f} ms.")
        return _wrap(Span(times, end, indices, (caveat,)))
    nominal, caveats = _choose_interval(stated, covered)
    if abs(nominal - end) < _WHOLE_NUMBER_MS:
        return _wrap(Span(times, end, indices, caveats))
    whole_beat = expected is None or expected <= 1.5 * len(times)
    if whole_beat and not caveats and _is_multiple(nominal, covered) and not _rate_confirms(stated):
        text = (
            f"The R–R interval of {nominal:.0f} ms in the file is {round(nominal / covered)} times "
            f"the span of the frames; {end:.0f} ms was used."
        )
        return _wrap(Span(times, end, indices, (Caveat("rr_of_several_beats", text),)))
    if times[-1] < nominal or covered <= nominal + _WHOLE_NUMBER_MS:
        return _wrap(Span(times, nominal, indices, caveats))
    return _fit_overrun(times, nominal, end, caveats)


def _choose_interval(stated: Sequence[float], covered: float) -> tuple[float, tuple[Caveat, ...]]:
    """Choose the one of two different intervals that matches the span of the frames."""
    errors = [abs(interval / covered - 1) for interval in stated]
    if (
        len(stated) < 2
        or errors[0] <= _RATE_TOLERANCE
        or errors[1] > _RATE_TOLERANCE
        or abs(stated[0] / stated[1] - 1) < _RATE_TOLERANCE
    ):
        return stated[0], ()
    text = (
        f"The file gives R–R intervals of {stated[0]:.0f} and {stated[1]:.0f} ms (heart rate); the "
        "frames span the second one, which was used."
    )
    return stated[1], (Caveat("rr_contradicted", text),)


def _is_multiple(nominal: float, covered: float) -> bool:
    beats = nominal / covered
    return 2 <= round(beats) <= _MAX_BEATS and abs(beats / round(beats) - 1) <= _MULTIPLE_TOLERANCE


def _rate_confirms(stated: Sequence[float]) -> bool:
    """Return whether the heart rate confirms the interval: a slow heart, imaged partly."""
    return len(stated) > 1 and abs(stated[1] / stated[0] - 1) < _RATE_TOLERANCE


def _fit_overrun(
    times: Float64[np.ndarray, " frames"],
    nominal: float,
    end: float,
    caveats: tuple[Caveat, ...],
) -> Span:
    """Place frames that span more than the R–R interval."""
    indices = np.arange(len(times))
    covered = _covered(times)
    first_beat = times < times[0] + nominal - _WHOLE_NUMBER_MS
    if _is_multiple(covered, nominal) and first_beat.sum() >= _MIN_FRAMES:
        text = (
            f"The frames span {round(covered / nominal)} R–R intervals of {nominal:.0f} ms; those "
            "of the first one were used."
        )
        all_caveats = (*caveats, Caveat("several_beats", text))
        return _wrap(Span(times[first_beat], nominal, indices[first_beat], all_caveats))
    text = (
        f"The trigger times extend to {times[-1]:.0f} ms, past the R–R interval of {nominal:.0f} "
        f"ms in the file; {end:.0f} ms was used."
    )
    severity: Severity = "info" if end <= _MAX_OVERRUN * nominal else "check"
    all_caveats = (*caveats, Caveat("times_past_rr", text, severity))
    return _wrap(Span(times, end, indices, all_caveats))


def _wrap(span: Span) -> Span:
    """Wrap times past the R–R interval, which belong to the next beat, to its beginning."""
    if span.times_ms[-1] < span.rr_ms:
        return span
    times = span.times_ms % span.rr_ms
    order = np.argsort(times, kind="stable")
    text = (
        f"The trigger times run from {span.times_ms[0]:.0f} to {span.times_ms[-1]:.0f} ms, past "
        f"the R–R interval of {span.rr_ms:.0f} ms: frames past it were moved to its beginning. "
        "If the trigger was a pulse wave instead of the R wave, the phases are shifted."
    )
    all_caveats = (*span.caveats, Caveat("trigger_times_begin_late", text))
    return Span(times[order], span.rr_ms, span.indices[order], all_caveats)


def _coverage_caveats(span: Span) -> list[Caveat]:
    share = _covered(span.times_ms) / span.rr_ms
    if share >= _MIN_COVERAGE:
        return []
    text = f"The frames cover {100 * share:.0f} % of the R–R interval; the rest is missing."
    return [Caveat("beat_not_covered", text)]


def _check_one_beat(where: str, span_ms: float) -> None:
    if span_ms > RR_MS[1]:
        raise BadInput(
            where,
            f"its frames span {span_ms / 1000:.0f} s, many heartbeats (perfusion, real time?)",
            "give a cine of one heartbeat",
            code="cine.not_one_heartbeat",
        )


def _check_motion(where: str, span: Span) -> None:
    covered = _covered(span.times_ms)
    if covered < _MIN_SPAN * span.rr_ms:
        raise BadInput(
            where,
            f"its frames are within {covered:.0f} ms: one phase of many heartbeats, as in a "
            "perfusion series",
            "give the short-axis cine",
            code="cine.not_one_heartbeat",
        )
