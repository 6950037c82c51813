"""Sentences about several ECGs of one person: what changed, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .sentences import listed

if TYPE_CHECKING:
    from ptacl.inference.trend import Trend


def trend_sentence(found: Sequence[Trend]) -> str:
    """Which predictions changed by more than both of their 90 % intervals."""
    said = [_changed(trend) for trend in found if trend.intervals_disjoint]
    predicted = sum(trend.predicted for trend in found)
    if not said:
        return (
            f"The 90 % intervals of the first and the last overlap in all {predicted} phenotypes: "
            "no change that is certain."
        )
    rest = " Elsewhere the intervals overlap: no change that is certain."
    return f"Beyond both 90 % intervals: {listed(said)}.{rest if len(said) < predicted else ''}"


def measured_sentence(found: Sequence[Trend]) -> str:
    """How rate, intervals and axis go from the first to the last."""
    measured = [t for t in found if not t.predicted and len(t.points) > 1]
    if not measured:
        return ""
    changes = listed([_changed(trend) for trend in measured])
    return f"Measured on the ECG, from the first to the last: {changes}."


def _changed(trend: Trend) -> str:
    """``QRS 86 → 98 ms (+12)``."""
    first, last = trend.points[0].value, trend.points[-1].value
    went = f"{trend.name} {first:.0f} → {last:.0f} {trend.unit}".replace("-", "−")
    return f"{went} ({signed_whole(trend.change)})"


def signed_whole(value: float) -> str:
    """A change as a whole number with its sign, the minus as long as the plus.

    >>> signed_whole(-12.3), signed_whole(0.2)
    ('−12', '±0')
    """
    return f"{round(value):+d}".replace("-", "−") if round(value) else "±0"
