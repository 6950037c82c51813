"""Several ECGs of one person in their order: how each phenotype and interval goes on."""

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
    """Which recording, from 1 on."""
    value: float
    low: float | None
    high: float | None
    """``low`` … ``high`` is the 90 % interval of a prediction; None of what was measured."""


@dataclass(frozen=True, slots=True)
class Trend:
    """One phenotype or interval over the recordings; those without it have no point."""

    key: str
    name: str
    unit: str
    points: tuple[TrendPoint, ...]

    @property
    def change(self) -> float:
        """Last minus first, of an axis the shorter way round; 0 where there are no two."""
        if len(self.points) < 2:
            return 0.0
        change = self.points[-1].value - self.points[0].value
        return (change + 180.0) % 360.0 - 180.0 if self.unit == "°" else change

    @property
    def predicted(self) -> bool:
        """Whether it was read from the ECG by the model rather than measured on it."""
        return bool(self.points) and self.points[0].low is not None

    @property
    def apart(self) -> bool:
        """Whether the 90 % intervals of the first and the last do not touch.

        A strict rule: the errors of two predictions in one person go partly together, so that
        touching intervals do not prove that nothing changed.
        """
        if len(self.points) < 2:
            return False
        first, last = self.points[0], self.points[-1]
        if first.low is None or first.high is None or last.low is None or last.high is None:
            return False
        return last.high < first.low or last.low > first.high


def trends(rows: Sequence[Mapping[str, Any]]) -> tuple[Trend, ...]:
    """The nine phenotypes, then the intervals, of rows (`row.inspection_row`) in their order."""
    volumes = [Trend(p.key, p.name, p.unit, _points(rows, p.key)) for p in PHENOTYPES]
    intervals = [
        Trend(entry.key, entry.own_label, entry.unit, _points(rows, entry.key))
        for entry in shown_in("inspection")
    ]
    return (*volumes, *intervals)


def trend_table(found: Sequence[Trend]) -> pd.DataFrame:
    """A line a value: ``order, key, name, unit, value, low_90, high_90``."""
    return pd.DataFrame(
        [
            (point.order, trend.key, trend.name, trend.unit, point.value, point.low, point.high)
            for trend in found
            for point in trend.points
        ],
        columns=["order", "key", "name", "unit", "value", "low_90", "high_90"],
    ).round(1)


def change_table(found: Sequence[Trend]) -> pd.DataFrame:
    """From the first to the last, a line a trend that has both: ``key, name, unit, first, last,
    change, apart``; ``apart`` (`Trend.apart`) is None of what was measured."""
    return pd.DataFrame(
        [
            (trend.key, trend.name, trend.unit, trend.points[0].value, trend.points[-1].value,
             trend.change, trend.apart if trend.predicted else None)
            for trend in found
            if len(trend.points) > 1
        ],
        columns=["key", "name", "unit", "first", "last", "change", "apart"],
    )  # fmt: skip


def file_order(name: str) -> list[tuple[int, str]]:
    """Key that sorts file names as people number them.

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
