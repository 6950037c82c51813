"""Sentences about serial ECGs of one person: changes and their certainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .labels import listed

if TYPE_CHECKING:
    from ptacl.inference.trend import Trend


def trend_sentence(trends: Sequence[Trend]) -> str:
    """Return which predictions changed by more than both of their 90 % intervals."""
    changes = [_changed(trend) for trend in trends if trend.apart]
    predicted = sum(trend.predicted for trend in trends)
    if not changes:
        return (
            f"The 90 % intervals of the first and the last overlap in all {predicted} phenotypes: "
            "no certain change."
        )
    rest = " Otherwise the intervals overlap: no certain change."
    return (
        f"Beyond both 90 % intervals: {listed(changes)}.{rest if len(changes) < predicted else ''}"
    )


def measured_sentence(trends: Sequence[Trend]) -> str:
    """Return the change of rate, intervals and axis from the first to the last ECG."""
    measured = [t for t in trends if not t.predicted and len(t.points) > 1]
    if not measured:
        return ""
    changes = listed([_changed(trend) for trend in measured])
    return f"Measured on the ECG, from the first to the last: {changes}."


def _changed(trend: Trend) -> str:
    """Return a change such as ``QRS 86 → 98 ms (+12)``."""
    first, last = trend.points[0].value, trend.points[-1].value
    values = f"{trend.name} {first:.0f} → {last:.0f} {trend.unit}".replace("-", "−")
    return f"{values} ({signed_whole(trend.change)})"


def signed_whole(value: float) -> str:
    """Format a change as a whole number with its sign and a true minus.

    >>> signed_whole(-12.3), signed_whole(0.2)
    ('−12', '±0')
    """
    return f"{round(value):+d}".replace("-", "−") if round(value) else "±0"
