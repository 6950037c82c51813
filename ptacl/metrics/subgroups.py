"""Errors of a prediction in subgroups: by sex, age, body size and ECG findings."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool

from ptacl.metrics.age_bands import AGE_BANDS, age_band_title
from ptacl.metrics.phenotype_errors import FEWEST, Readings
from ptacl.phenotypes import body_surface_area_m2
from ptacl.stats.bootstrap import mean_interval
from ptacl.wording import SEX_PLURAL

DRAWS = 500
BROAD_QRS_MS = 120.0
"""At and above it the QRS is called broad (Surawicz et al., AHA/ACCF/HRS 2009)."""
CONDITIONS = {"truth_lbbb": "LBBB", "truth_af": "atrial fibrillation"}
"""Columns of simulated cohorts only."""


class Subgroup(NamedTuple):
    """Subjects with a common property."""

    factor: str
    """What defines the groups: ``sex``, ``age``, ``size``, ``ECG``."""
    name: str
    member: Bool[np.ndarray, " subjects"]


def subgroups(table: pd.DataFrame) -> tuple[Subgroup, ...]:
    """Return all subjects, then the groups of 20 or more that the table defines.

    Args:
        table: a gallery's; what it lacks (``sex``, ``age_years``, ``height_cm``, ``qrs_ms`` …)
            gives no groups.
    """
    whole = Subgroup("all", "all", np.ones(len(table), dtype=bool))
    groups = [*_by_sex(table), *_by_age(table), *_by_size(table), *_by_ecg(table)]
    return whole, *(group for group in groups if group.member.sum() >= FEWEST)


def error_by_subgroup(table: pd.DataFrame, readings: Readings) -> pd.DataFrame:
    """Return the errors of one phenotype in each subgroup, with 95 % bootstrap intervals.

    Args:
        table: a row a subject, those of the readings among them.
        readings: from `read_phenotype`.

    Returns:
        A row a group of 20 readings or more: ``factor``, ``group``, ``n``; ``mae``, ``bias``
        (predicted less measured) and ``coverage``, each also as ``low_…`` and ``high_…``.
    """
    rows = []
    for factor, name, member in subgroups(table.loc[readings.subject_ids]):
        row: dict[str, object] = {"factor": factor, "group": name, "n": int(member.sum())}
        for key, values in (
            ("mae", np.abs(readings.error)),
            ("bias", readings.error),
            ("coverage", readings.inside),
        ):
            interval = mean_interval(values[member], draws=DRAWS)
            row |= {
                key: interval.value,
                f"low_{key}": interval.low,
                f"high_{key}": interval.high,
            }
        rows.append(row)
    return pd.DataFrame(rows)


def _by_sex(table: pd.DataFrame) -> Iterator[Subgroup]:
    for sex, word in SEX_PLURAL.items():
        if "sex" in table:
            yield Subgroup("sex", word, (table["sex"] == sex).to_numpy(dtype=bool))


def _by_age(table: pd.DataFrame) -> Iterator[Subgroup]:
    if "age_years" not in table:
        return
    age = table["age_years"].to_numpy(dtype=np.float64)
    for low, high in AGE_BANDS:
        yield Subgroup("age", age_band_title(low, high), (age >= low) & (age < high))


def _by_size(table: pd.DataFrame) -> Iterator[Subgroup]:
    """Yield thirds of the cohort by body surface area."""
    if not {"height_cm", "weight_kg"} <= set(table.columns):
        return
    area = body_surface_area_m2(
        table["height_cm"].to_numpy(dtype=np.float64), table["weight_kg"].to_numpy(dtype=np.float64)
    )
    if not np.isfinite(area).any():
        return
    small, large = np.nanquantile(area, (1 / 3, 2 / 3))
    yield Subgroup("size", f"small, below {small:.2f} m²", area < small)
    yield Subgroup("size", f"middle, {small:.2f}–{large:.2f} m²", (area >= small) & (area < large))
    yield Subgroup("size", f"large, {large:.2f} m² and over", area >= large)


def _by_ecg(table: pd.DataFrame) -> Iterator[Subgroup]:
    if "qrs_ms" in table:
        yield Subgroup("ECG", "QRS 120 ms and over", (table["qrs_ms"] >= BROAD_QRS_MS).to_numpy())
    for column, name in CONDITIONS.items():
        if column in table:
            yield Subgroup("ECG", name, (table[column] > 0).to_numpy())
