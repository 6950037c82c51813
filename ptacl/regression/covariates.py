"""Covariates of a person (sex, age, body size) as columns of a regression.

Heart volumes depend on sex and body size, which an ECG does not determine: heads that get them as
covariates predict volumes better (`regression.Heads.given`).
"""

from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Float

from ptacl.io.person_limits import LIMITS, TrainingRanges
from ptacl.phenotypes import body_surface_area_m2
from ptacl.types import Person

Known = Literal["ecg", "sex", "body"]
"""Inputs of a prediction: the ECG alone; also the sex; also sex, age, height and weight."""
COVARIATE_SETS: tuple[Known, ...] = ("body", "sex")
"""Sets of covariates, the most informative first."""
READ_FROM: dict[Known, tuple[str, ...]] = {
    "ecg": ("ecg",),
    "sex": ("ecg", "sex"),
    "body": ("ecg", "sex", "age", "height", "weight"),
}
"""Inputs of a prediction, by name."""

Numbers = Float[np.ndarray, " subjects"]
Columns = Float[np.ndarray, "subjects covariates"]


def columns_of_table(table: pd.DataFrame, known: Known = "body") -> Columns:
    """Return the covariates of a table's subjects, the mean of all where one is unknown.

    Args:
        table: with `sex`, `age_years`, `height_cm` and `weight_kg`.
        known: ``ecg``: no column; ``sex``: 1 for men; ``body``: also age, body surface area and its
            product with sex.
    """
    area = body_surface_area_m2(_numbers(table, "height_cm"), _numbers(table, "weight_kg"))
    male = (table["sex"] == "male").to_numpy(dtype=np.float64)
    columns = _columns(male, _numbers(table, "age_years"), area, known)
    known_values = np.isfinite(columns)
    sums = np.where(known_values, columns, 0.0).sum(axis=0)
    means = sums / np.maximum(known_values.sum(axis=0), 1)
    return np.where(known_values, columns, means)


def seen_of_table(table: pd.DataFrame) -> TrainingRanges:
    """Return the range of age, height, weight and body surface area in a table, where known."""
    keys = [key for key in LIMITS if key in table]
    sizes = {key: _numbers(table, key) for key in keys}
    if {"height_cm", "weight_kg"} <= set(keys):
        sizes["area_m2"] = body_surface_area_m2(sizes["height_cm"], sizes["weight_kg"])
    known = {key: values[np.isfinite(values)] for key, values in sizes.items()}
    return {key: (float(v.min()), float(v.max())) for key, v in known.items() if len(v)}


def columns_of_person(person: Person, known: Known) -> Columns | None:
    """Return the covariates of one person (1, covariates); None where one is unknown."""
    if person.sex is None:
        return None
    stated = (person.age_years, person.height_cm, person.weight_kg)
    age, height, weight = (
        np.array([np.nan if value is None else float(value)]) for value in stated
    )
    male = np.array([float(person.sex == "male")])
    columns = _columns(male, age, body_surface_area_m2(height, weight), known)
    return columns if np.isfinite(columns).all() else None


def _columns(male: Numbers, age_years: Numbers, area_m2: Numbers, known: Known) -> Columns:
    if known == "ecg":
        return np.empty((len(male), 0))
    if known == "sex":
        return male[:, None]
    return np.stack([male, age_years, area_m2, male * area_m2], axis=1)


def _numbers(table: pd.DataFrame, key: str) -> Numbers:
    return table[key].to_numpy(dtype=np.float64)
