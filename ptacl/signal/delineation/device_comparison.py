"""Comparison of our measurements with those of the recording device."""

import math
from collections.abc import Mapping

from ptacl.measurements import MEASUREMENTS, measurement
from ptacl.types import Caveat, EcgIntervals


def differences(
    intervals: EcgIntervals, printed: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return our value and the device's of each measurement that differs by more than its limit.

    Args:
        intervals: our measurements.
        printed: measurements of the device, by the names of the fields of `EcgIntervals`.

    Example:
        >>> ours = EcgIntervals(60.0, 150.0, 90.0, 400.0, 400.0, 30.0, 10.0)
        >>> differences(ours, {"qt_ms": 440.0, "pr_ms": 160.0})
        {'qt_ms': (400.0, 440.0)}
    """
    differing = {}
    for entry in MEASUREMENTS:
        if entry.device_tolerance is None:
            continue
        ours, theirs = getattr(intervals, entry.key), printed.get(entry.key, math.nan)
        if abs(ours - theirs) > entry.device_tolerance:  # never where one of them is NaN
            differing[entry.key] = (ours, theirs)
    return differing


def device_caveats(intervals: EcgIntervals, printed: Mapping[str, float]) -> tuple[Caveat, ...]:
    """Return a caveat that names the differences from the device; none if there is none."""
    differing = differences(intervals, printed)
    if not differing:
        return ()
    clauses = [
        f"{measurement(key).short_name} {ours:.0f} here and {theirs:.0f} there"
        for key, (ours, theirs) in differing.items()
    ]
    text = (
        "These measurements differ from the device's own: "
        f"{', '.join(clauses)} (ms, beats per minute). Check the waves on the ECG paper."
    )
    return (Caveat("differs_from_device", text),)
