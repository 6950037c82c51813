"""Sentences about several ECGs of one person: what changed, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ptacl.wording import number, signed

from .sentences import listed

if TYPE_CHECKING:
    from ptacl.inference.trend import Trend


def trend_sentence(found: Sequence[Trend]) -> str:
    """Which predictions changed by more than both of their 90 % intervals."""
    said = [_changed(trend) for trend in found if trend.apart]
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
    went = f"{trend.name} {number(first)} → {number(last)} {trend.unit}"
    return f"{went} ({signed(trend.change, 0)})"
