"""Predicted against measured as scatter plots: small multiples, one in full, Bland–Altman."""

from collections.abc import Sequence

import pandas as pd

from ptacl.metrics import Readings
from ptacl.metrics.agreement import Agreement
from ptacl.phenotypes import Phenotype
from ptacl.wording import signed

from ...components.panel_records import Level, ScatterPanel


def small_multiples(
    table: pd.DataFrame, phenotypes: Sequence[Phenotype], notes: dict[str, str]
) -> list[ScatterPanel]:
    """Return predicted against measured for each phenotype, with the identity line.

    Args:
        table: the gallery's table (``<key>`` measured, ``predicted_<key>``).
        phenotypes: one panel each.
        notes: key → text after the panel's title, such as ``R² 0.55 · MAE 14 mL``.
    """
    return [
        ScatterPanel(
            title=f"{entry.name} {entry.unit}",
            note=notes.get(entry.key, ""),
            across=f"measured ({entry.unit})",
            up=f"from the ECG ({entry.unit})",
            x=table[entry.key].to_numpy(float),
            y=table[f"predicted_{entry.key}"].to_numpy(float),
            says=("measured", "from the ECG"),
            unit=entry.unit,
            identity=True,
        )
        for entry in phenotypes
    ]


def in_full(readings: Readings) -> ScatterPanel:
    """Return one phenotype: predicted with its 90 % interval against measured."""
    entry = readings.entry
    return ScatterPanel(
        title=entry.name,
        note="predicted against measured",
        across=f"measured {entry.name} ({entry.unit})",
        up=f"from the ECG ({entry.unit})",
        x=readings.truth,
        y=readings.predicted,
        says=("measured", "from the ECG"),
        unit=entry.unit,
        low=readings.low,
        high=readings.high,
        identity=True,
    )


def bland_altman(readings: Readings, agreement: Agreement) -> ScatterPanel:
    """Return difference against mean, with bias and limits of agreement."""
    unit = readings.entry.unit
    return ScatterPanel(
        title=readings.entry.name,
        note="difference against mean",
        across=f"mean of both ({unit})",
        up=f"predicted − measured ({unit})",
        x=(readings.truth + readings.predicted) / 2,
        y=readings.error,
        says=("mean", "difference"),
        unit=unit,
        levels=[
            Level(agreement.bias, f"bias {signed(agreement.bias)}"),
            Level(agreement.low, f"−1.96 SD {signed(agreement.low)}", dashed=True),
            Level(agreement.high, f"+1.96 SD {signed(agreement.high)}", dashed=True),
        ],
    )
