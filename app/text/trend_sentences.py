"""Sentences about serial ECGs of one person: changes and their certainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ptacl.wording import number, signed

from .labels import listed

if TYPE_CHECKING:
    from ptacl.inference.trend import Trend


def trend_sentence(trends: Sequence[Trend]) -> str:
    """Return which predictions changed by more than both of their 90 % intervals."""
    changes = [_changed(trend) for trend in trends if trend.intervals_disjoint]
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
    values = f"{trend.name} {number(first)} → {number(last)} {trend.unit}"
    return f"{values} ({signed(trend.change, 0)})"
