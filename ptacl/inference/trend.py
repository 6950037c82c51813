"""Trends over serial ECGs of one person: phenotypes and intervals by recording."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptacl.measurements import shown_in
from ptacl.phenotypes import PHENOTYPES


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value of one recording."""

    order: int
    """Number of the recording, from 1."""
    value: float
    low: float | None
    high: float | None
    """``low`` … ``high`` is the 90 % interval of a prediction; None for a measurement."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One phenotype or interval over the recordings; a recording without it has no point."""

    key: str
    name: str
    unit: str
    points: tuple[TrendPoint, ...]

    @property
    def change(self) -> float:
        """Last minus first value (of an axis, the smaller angle); 0 if there are not two."""
        if len(self.points) < 2:
            return 0.0
        change = self.points[-1].value - self.points[0].value
        return (change + 180.0) % 360.0 - 180.0 if self.unit == "°" else change

    @property
    def predicted(self) -> bool:
        """Whether it is a prediction of the model, not a measurement on the ECG."""
        return bool(self.points) and self.points[0].low is not None

    @property
    def intervals_disjoint(self) -> bool:
        """Whether the 90 % intervals of the first and the last value do not overlap.

        A strict rule: the errors of two predictions in one person are correlated, so overlapping
        intervals do not prove that nothing changed.
        """
        if len(self.points) < 2:
            return False
        first, last = self.points[0], self.points[-1]
        if first.low is None or first.high is None or last.low is None or last.high is None:
            return False
        return last.high < first.low or last.low > first.high


def trends(rows: Sequence[Mapping[str, Any]]) -> tuple[Trend, ...]:
    """Return the trends of the phenotypes, then of the intervals, of rows (`inspection_row`)."""
    volumes = [Trend(p.key, p.name, p.unit, _points(rows, p.key)) for p in PHENOTYPES]
    intervals = [
        Trend(entry.key, entry.own_label, entry.unit, _points(rows, entry.key))
        for entry in shown_in("inspection")
    ]
    return (*volumes, *intervals)


def trend_table(trends: Sequence[Trend]) -> pd.DataFrame:
    """Return a row for each value: ``order, key, name, unit, value, low_90, high_90``."""
    return pd.DataFrame(
        [
            (point.order, trend.key, trend.name, trend.unit, point.value, point.low, point.high)
            for trend in trends
            for point in trend.points
        ],
        columns=["order", "key", "name", "unit", "value", "low_90", "high_90"],
    ).round(1)


def change_table(trends: Sequence[Trend]) -> pd.DataFrame:
    """Return a row for each trend with two values: the change from the first to the last.

    Returns:
        columns ``key, name, unit, first, last, change, apart``; ``apart`` is
        `Trend.intervals_disjoint`, None for a measurement.
    """
    return pd.DataFrame(
        [
            (trend.key, trend.name, trend.unit, trend.points[0].value, trend.points[-1].value,
             trend.change, trend.intervals_disjoint if trend.predicted else None)
            for trend in trends
            if len(trend.points) > 1
        ],
        columns=["key", "name", "unit", "first", "last", "change", "apart"],
    )  # fmt: skip


def file_order(name: str) -> list[tuple[int, str]]:
    """Return the sort key of a file name, with numbers in numerical order.

    Example:
        >>> sorted(["ecg10.xml", "ecg9.xml"], key=file_order)
        ['ecg9.xml', 'ecg10.xml']
    """
    parts = re.split(r"(\d+)", name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _points(rows: Sequence[Mapping[str, Any]], key: str) -> tuple[TrendPoint, ...]:
    return tuple(
        TrendPoint(order, row[key], row.get(f"{key}_low"), row.get(f"{key}_high"))
        for order, row in enumerate(rows, 1)
        if row.get(key) is not None
    )
