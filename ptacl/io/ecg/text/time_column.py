"""Sample rate of a time column."""

import re

import numpy as np
from jaxtyping import Float64

from ptacl.io.ecg.units import seconds_per
from ptacl.io.plausibility import SAMPLE_RATE_HZ

Samples = Float64[np.ndarray, " samples"]

TIME_NAMES = {
    "time", "t", "zeit", "tiempo", "temps", "tempo", "elapsed time", "timestamp", "elapsed",
    "time and date", "date and time", "datetime", "date", "date time",
}  # fmt: skip
_DATE = r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[T\s])?"
_CLOCK = re.compile(
    rf"\[?{_DATE}(?:(\d{{1,2}}):)?(\d{{1,3}}):(\d{{1,2}}(?:[.,]\d+)?)(?:\]|Z|[+-]\d\d:?\d\d|\s.*)?"
)
"""``0:00.008``, ``12:00:00.008``, ``[10:00:00.000 04/05/2010]``, ``2010-05-04T10:00:00.008Z``."""
_DAY_S = 86_400.0


def clock_seconds(cells: list[str]) -> Samples | None:
    """Parse clock or elapsed times as seconds, also past midnight; None if any is invalid.

    Example:
        >>> clock_seconds(["0:00.000", "0:00.008"])
        array([0.   , 0.008])
    """
    matches = [_CLOCK.fullmatch(cell) for cell in cells]
    parts = [match.groups() for match in matches if match]
    if not parts or len(parts) < len(cells):
        return None
    seconds = np.array(
        [3600 * int(h or 0) + 60 * int(m) + float(s.replace(",", ".")) for h, m, s in parts]
    )
    return seconds + _DAY_S * np.cumsum(np.diff(seconds, prepend=seconds[0]) < -_DAY_S / 2)


def rises_evenly(times: Samples) -> bool:
    """Return whether times rise by one step, up to rounding by less than a step."""
    steps = np.diff(times)
    step = (times[-1] - times[0]) / max(len(times) - 1, 1)
    return bool(np.isfinite(steps).all() and step > 0 and np.abs(steps - step).max() <= step)


def has_gap(times: Samples) -> bool:
    """Return whether otherwise evenly rising times jump, so that samples are missing.

    Rounded times with many duplicates jump as well, but not from a steady step.
    """
    steps = np.diff(times)
    typical = float(np.median(steps)) if steps.size else 0.0
    steady = typical > 0 and float(np.mean(np.abs(steps - typical) < 0.5 * typical)) > 0.9
    return steady and bool((steps > 1.5 * typical).any())


def rate_of(times: Samples, unit: str | None) -> float | None:
    """Return the rate of evenly rising times; None if they may be mere sample numbers.

    Args:
        times: in ``unit``.
        unit: of time; None if unknown, and then only one unit may give a plausible rate.
    """
    step = float((times[-1] - times[0]) / (len(times) - 1))
    known = unit is not None and seconds_per(unit) is not None
    if not known and step == 1:
        return None
    units = [unit] if unit is not None and known else ["s", "ms", "us"]
    steps_s = [step * (seconds_per(unit) or 1.0) for unit in units]
    # Without a unit, only one unit gives a plausible rate.
    low, high = SAMPLE_RATE_HZ
    possible = [step_s for step_s in steps_s if low <= 1 / step_s <= high] or steps_s
    if not known and len(possible) > 1:
        return None
    return _unrounded(times * (possible[0] / step), 1 / possible[0])


def _unrounded(times_s: Samples, rate_hz: float) -> float:
    """Return the integer rate whose times these are if rounded; else the rate as computed."""
    whole = round(rate_hz)
    if whole > 0 and abs(whole / rate_hz - 1) < 1e-3:
        ideal = times_s[0] + np.arange(len(times_s)) / whole
        # Times are rounded or truncated by less than half their step.
        if np.abs(times_s - ideal).max() < 0.5 / whole:
            return float(whole)
    return round(rate_hz, 3)
