"""The nine volumes of one ECG as rows: prediction, interval, reference, measurement, neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ptacl.phenotypes import (
    PHENOTYPES,
    Phenotype,
    against_reference,
    body_surface_area_m2,
    phenotype,
)
from ptacl.types import Inspection, Sex
from ptacl.wording import SEX_PLURAL, sexes_of


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """One phenotype, in one unit, with everything that a reader compares it with."""

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
    """What the cardiac MRI gave, where the subject has one."""
    neighbours: tuple[float, ...]
    """Measurements of the most alike hearts."""

    def verdict(self, sex: Sex | None) -> str:
        """``within``, ``above``, ``below``, or ``possibly`` one of them.

        *Possibly*: the predicted value lies outside, but its interval reaches inside. With the
        sex unknown, both verdicts where they differ: ``above for women, within for men``.
        """
        if sex is None:
            women, men = self.verdict("female"), self.verdict("male")
            return women if women == men else f"{women} for women, {men} for men"
        return against_reference(self.value, self.low, self.high, self.reference[sex])


def surface_m2(inspection: Inspection) -> float | None:
    """Body surface area after Du Bois in m², or None where height or weight is unknown."""
    person = inspection.person
    if person.height_cm and person.weight_kg:
        return body_surface_area_m2(person.height_cm, person.weight_kg)
    return None


def volume_rows(
    inspection: Inspection,
    table: pd.DataFrame,
    *,
    subject_id: str | None = None,
    indexed: bool = False,
) -> list[VolumeRow]:
    """The rows of an inspection.

    Args:
        inspection: what the model says.
        table: the gallery's table, for the neighbours' measurements.
        subject_id: the subject itself where it belongs to the gallery, for its measurement.
        indexed: per m² of body surface area (ejection fractions stay as they are); the
            neighbours by their own body surface area.
    """
    surface = surface_m2(inspection) if indexed else None
    near = table.reindex([n.subject_id for n in inspection.neighbours])
    own = table.loc[[subject_id]] if subject_id in table.index else None
    return [
        _row(entry.key, (entry.value, entry.low, entry.high), surface, near, own)
        for entry in inspection.predictions
    ]


def found_rows(
    predicted: Mapping[str, tuple[float, float, float]],
    near: pd.DataFrame,
    own: pd.DataFrame | None,
) -> list[VolumeRow]:
    """The rows of the query of a search.

    Args:
        predicted: phenotype key → value, low, high.
        near: the gallery's table of the hearts found.
        own: its row of the query's own heart; None for an ECG alone.
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
    """The rows as the table that stands beside the chart and in the report."""

    def reference(row: VolumeRow, whom: Sex) -> str:
        low, high = row.reference[whom]
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
