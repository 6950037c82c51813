"""Volume table: prediction, interval, reference, measurement and neighbours by phenotype."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ptacl.phenotypes import (
    PHENOTYPES,
    Phenotype,
    against_references,
    body_surface_area_m2,
    phenotype,
    surface_of,
)
from ptacl.types import Inspection, Sex
from ptacl.wording import SEX_PLURAL, sexes_of


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """Prediction of one phenotype, with reference interval, measurement and neighbours."""

    key: str
    name: str
    title: str
    unit: str
    value: float
    low: float
    high: float
    """``low`` … ``high`` is the 90 % interval of the prediction."""
    reference: Mapping[Sex, tuple[float, float]]
    measured: float | None
    """Measurement by cardiac MRI, if the subject has one."""
    neighbours: tuple[float, ...]
    """Measurements of the nearest neighbours."""

    def verdict(self, sex: Sex | None) -> str:
        """Compare the prediction with the reference interval.

        Returns:
            ``within``, ``above`` or ``below``; ``possibly above`` or ``possibly below`` if the
            value is outside and its 90 % interval overlaps the reference. For unknown sex both
            results if they differ: ``above for women, within for men``.
        """
        return against_references(self.value, self.low, self.high, self.reference, sex)


def surface_m2(inspection: Inspection) -> float | None:
    """Return the body surface area (Du Bois) in m²; None if height or weight is unknown."""
    return surface_of(inspection.person)


def volume_rows(
    inspection: Inspection,
    table: pd.DataFrame,
    *,
    subject_id: str | None = None,
    indexed: bool = False,
) -> list[VolumeRow]:
    """Return the rows of an inspection.

    Args:
        inspection: result of `Model.inspect`.
        table: table of the gallery, with the measurements of the neighbours.
        subject_id: id of the subject if it is in the gallery, for its measurement.
        indexed: divide by the body surface area in m² (except ejection fractions); the values of
            the neighbours by their own.
    """
    surface = surface_m2(inspection) if indexed else None
    near = table.reindex([n.subject_id for n in inspection.neighbours])
    own = table.loc[[subject_id]] if subject_id in table.index else None
    return [
        _row(entry.key, (entry.value, entry.low, entry.high), surface, near, own)
        for entry in inspection.predictions
    ]


def query_rows(
    predicted: Mapping[str, tuple[float, float, float]],
    near: pd.DataFrame,
    own: pd.DataFrame | None,
) -> list[VolumeRow]:
    """Return the rows of the query of a similarity search.

    Args:
        predicted: value, low and high by phenotype key.
        near: rows of the gallery's table for the nearest neighbours.
        own: row of the gallery's table for the query itself; None for an uploaded ECG.
    """
    return [
        _row(entry.key, predicted[entry.key], None, near, own)
        for entry in PHENOTYPES
        if entry.key in predicted
    ]


def _row(
    key: str,
    predicted: tuple[float, float, float],
    surface: float | None,
    near: pd.DataFrame,
    own: pd.DataFrame | None,
) -> VolumeRow:
    about = phenotype(key)
    indexed = surface is not None and about.indexed_reference is not None
    divisor = surface if indexed and surface else 1.0
    measured = _measured(own, about, indexed=indexed) if own is not None else ()
    value, low, high = predicted
    return VolumeRow(
        key=key,
        name=f"{about.name}i" if indexed else about.name,
        title=about.title,
        unit=about.indexed_unit if indexed else about.unit,
        value=value / divisor,
        low=low / divisor,
        high=high / divisor,
        reference={sex: about.interval(sex, indexed=indexed) for sex in about.reference},
        measured=measured[0] if measured else None,
        neighbours=_measured(near, about, indexed=indexed),
    )


def _measured(subjects: pd.DataFrame, about: Phenotype, *, indexed: bool) -> tuple[float, ...]:
    values = subjects[about.key].astype(float)
    if indexed:
        sizes = zip(subjects["height_cm"], subjects["weight_kg"], strict=True)
        values = values / [body_surface_area_m2(float(h), float(w)) for h, w in sizes]
    return tuple(float(v) for v in values.dropna())


def rows_table(rows: list[VolumeRow], sex: Sex | None) -> pd.DataFrame:
    """Return rows as the table shown next to the chart and in the report."""

    def reference(row: VolumeRow, group: Sex) -> str:
        low, high = row.reference[group]
        return f"{low:.0f}–{high:.0f}"

    return pd.DataFrame(
        {
            "": [row.name for row in rows],
            "Predicted": [f"{row.value:.0f}" for row in rows],
            "90 % interval": [f"{row.low:.0f}–{row.high:.0f}" for row in rows],
            **{
                f"Reference, {SEX_PLURAL[s]}": [reference(row, s) for row in rows]
                for s in sexes_of(sex)
            },
            "Unit": [row.unit for row in rows],
            "Measured": ["" if row.measured is None else f"{row.measured:.0f}" for row in rows],
            "Against the reference": [row.verdict(sex) for row in rows],
        }
    )
