"""Our measurements beside those that the device printed: where they differ, it is said."""

import math
from collections.abc import Mapping

from ptacl.measurements import MEASUREMENTS, measurement
from ptacl.types import Caveat, EcgIntervals


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
    for entry in MEASUREMENTS:
        if entry.device_tolerance is None:
            continue
        ours, theirs = getattr(intervals, entry.key), printed.get(entry.key, math.nan)
        if abs(ours - theirs) > entry.device_tolerance:  # never where one of them is NaN
            found[entry.key] = (ours, theirs)
    return found


def device_caveats(intervals: EcgIntervals, printed: Mapping[str, float]) -> tuple[Caveat, ...]:
    """One caveat that names every such difference; none where there is none."""
    found = differences(intervals, printed)
    if not found:
        return ()
    said = [
        f"{measurement(key).short_name} {ours:.0f} here and {theirs:.0f} there"
        for key, (ours, theirs) in found.items()
    ]
    text = (
        f"What was measured here differs from the device's own measurements: {', '.join(said)} "
        "(ms, rate a minute). Look at the waves on the paper before you trust either."
    )
    return (Caveat("differs_from_device", text),)
