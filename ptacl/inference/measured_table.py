"""Table of what was measured on a cine, beside what an ECG of the same person predicted."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ptacl.phenotypes import against_references, phenotype, surface_of
from ptacl.segmentation.records import CineMeasurement, Measured, Method
from ptacl.types import Person, Prediction, Sex
from ptacl.wording import MISSING, SEX_PLURAL, sexes_of, signed

Interval = tuple[float, float, float]
"""Value, low and high."""


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """Measurement of one phenotype, with reference interval and prediction."""

    key: str
    name: str
    title: str
    unit: str
    value: float
    low: float
    high: float
    """``low`` … ``high`` is the 90 % interval of the measurement."""
    method: Method
    reference: Mapping[Sex, tuple[float, float]]
    predicted: Interval | None = None
    """What the ECG of the same person predicted, with its 90 % interval."""

    def verdict(self, sex: Sex | None) -> str:
        """Compare the measurement with the reference interval (`VolumeRow.verdict`)."""
        return against_references(self.value, self.low, self.high, self.reference, sex)

    @property
    def within_prediction(self) -> bool:
        """Whether the measured value is within the interval of the prediction."""
        return self.predicted is not None and self.predicted[1] <= self.value <= self.predicted[2]

    @property
    def difference(self) -> float | None:
        """Measured minus predicted; None without a prediction."""
        return None if self.predicted is None else self.value - self.predicted[0]

    @property
    def difference_interval(self) -> tuple[float, float] | None:
        """The 90 % interval of the difference, both errors taken as independent."""
        if self.predicted is None:
            return None
        value, low, high = self.predicted
        difference = self.value - value
        return (
            difference - math.hypot(self.value - self.low, high - value),
            difference + math.hypot(self.high - self.value, value - low),
        )


def measured_rows(
    measurement: CineMeasurement,
    person: Person,
    predictions: tuple[Prediction, ...] = (),
    *,
    indexed: bool = False,
) -> list[MeasuredRow]:
    """Return a row for each measured phenotype, in their order.

    Args:
        measurement: of the cine.
        person: whose height and weight give the body surface area.
        predictions: from an ECG of the same person.
        indexed: divide by the body surface area (except ejection fractions), if it is known.
    """
    surface = surface_of(person) if indexed else None
    by_key = {entry.key: (entry.value, entry.low, entry.high) for entry in predictions}
    return [
        _row(key, measured, by_key.get(key), surface)
        for key, measured in measurement.phenotypes.items()
    ]


def _row(
    key: str, measured: Measured, predicted: Interval | None, surface: float | None
) -> MeasuredRow:
    about = phenotype(key)
    indexed = surface is not None and about.indexed_reference is not None
    divisor = surface if indexed and surface else 1.0
    return MeasuredRow(
        key=key,
        name=f"{about.name}i" if indexed else about.name,
        title=about.title,
        unit=about.indexed_unit if indexed else about.unit,
        value=measured.value / divisor,
        low=measured.low / divisor,
        high=measured.high / divisor,
        method=measured.method,
        reference={sex: about.interval(sex, indexed=indexed) for sex in about.reference},
        predicted=None
        if predicted is None
        else (predicted[0] / divisor, predicted[1] / divisor, predicted[2] / divisor),
    )


def measured_table(rows: list[MeasuredRow], sex: Sex | None) -> pd.DataFrame:
    """Return rows as the table beside the chart; the prediction only where there is one."""
    columns = {
        "": [row.name for row in rows],
        "Measured": [f"{row.value:.0f}" for row in rows],
        "90 % interval": [_range((row.low, row.high)) for row in rows],
        "Unit": [row.unit for row in rows],
        "Method": [row.method for row in rows],
        **{
            f"Reference, {SEX_PLURAL[s]}": [
                "{:.0f}–{:.0f}".format(*row.reference[s]) for row in rows
            ]
            for s in sexes_of(sex)
        },
        "Against the reference": [row.verdict(sex) for row in rows],
    }
    return pd.DataFrame(columns)


def comparison_table(rows: list[MeasuredRow]) -> pd.DataFrame:
    """Return measurement, prediction and difference of the rows that have both."""
    both = [row for row in rows if row.predicted is not None]
    return pd.DataFrame(
        {
            "": [row.name for row in both],
            "Measured on the cine": [_interval((row.value, row.low, row.high)) for row in both],
            "Predicted from the ECG": [_interval(row.predicted) for row in both],
            "Difference": [_signed(row) for row in both],
            "Unit": [row.unit for row in both],
        }
    )


def _range(ends: tuple[float, float]) -> str:
    return "{:.0f}–{:.0f}".format(*ends)


def _interval(entry: Interval | None) -> str:
    return MISSING if entry is None else "{:.0f} ({:.0f}–{:.0f})".format(*entry)


def _signed(row: MeasuredRow) -> str:
    if row.difference is None or row.difference_interval is None:
        return MISSING
    low, high = row.difference_interval
    return f"{signed(row.difference, 0)} ({signed(low, 0)} to {signed(high, 0)})"
