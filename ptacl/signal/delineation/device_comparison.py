"""Our measurements beside those that the device printed: where they differ, it is said."""

import math
from collections.abc import Mapping

from ptacl.types import Caveat, EcgIntervals

MOST_APART = {"heart_rate_bpm": 3.0, "pr_ms": 30.0, "qrs_ms": 30.0, "qt_ms": 30.0}
"""Largest difference that is passed over: three quarters of a small box of the paper, and what
rounding and a beat more or less at the ends make of the rate."""
NAMES = {"heart_rate_bpm": "rate", "pr_ms": "PR", "qrs_ms": "QRS", "qt_ms": "QT"}


def differences(
    intervals: EcgIntervals, printed: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Ours and the device's value of each measurement that differs by more than its limit.

    Example:
        >>> ours = EcgIntervals(60.0, 150.0, 90.0, 400.0, 400.0, 30.0, 10.0)
        >>> differences(ours, {"qt_ms": 440.0, "pr_ms": 160.0})
        {'qt_ms': (400.0, 440.0)}
    """
    found = {}
    for key, limit in MOST_APART.items():
        ours, theirs = getattr(intervals, key), printed.get(key, math.nan)
        if abs(ours - theirs) > limit:  # never where one of them is NaN
            found[key] = (ours, theirs)
    return found


def device_caveats(intervals: EcgIntervals, printed: Mapping[str, float]) -> tuple[Caveat, ...]:
    """One caveat that names every such difference; none where there is none."""
    found = differences(intervals, printed)
    if not found:
        return ()
    said = [
        f"{NAMES[key]} {ours:.0f} here and {theirs:.0f} there"
        for key, (ours, theirs) in found.items()
    ]
    text = (
        f"What was measured here differs from the device's own measurements: {', '.join(said)} "
        "(ms, rate a minute). Look at the waves on the paper before you trust either."
    )
    return (Caveat("differs_from_device", text),)
