"""Errors of one predicted phenotype in a cohort, against the measurement by MRI.

Tables are a gallery's: a row a subject, ``<key>`` measured, ``predicted_<key>`` with its interval
``low_<key>`` … ``high_<key>``, NaN where unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float

from ptacl.metrics.regression import interval_coverage, mae, pearson, r2
from ptacl.phenotypes import Phenotype, phenotype, phenotypes_in

FEWEST = 20
"""Subjects that a figure needs; of fewer it is too uncertain, and might identify them."""

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Readings:
    """One phenotype of the subjects with a measurement and a prediction, in its unit."""

    entry: Phenotype
    subject_ids: pd.Index
    truth: Values
    predicted: Values
    low: Values
    """``low`` … ``high``: the 90 % interval of the prediction."""
    high: Values

    @property
    def error(self) -> Values:
        """Predicted less measured."""
        return self.predicted - self.truth

    @property
    def inside(self) -> Values:
        """1 where the interval holds the measurement, else 0."""
        return ((self.low <= self.truth) & (self.truth <= self.high)).astype(np.float64)


def held_out(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return the held-out subjects and True; all subjects and False with fewer than 20.

    Args:
        table: of a gallery; without a column ``split`` nobody is held out.
    """
    if "split" in table:
        unseen = table[table["split"] == "test"]
        if len(unseen) >= FEWEST:
            return unseen, True
    return table, False


def readable(table: pd.DataFrame) -> tuple[Phenotype, ...]:
    """Return the phenotypes with a measurement and a prediction in 20 subjects or more.

    Args:
        table: a row a subject, with columns as `read_phenotype` needs them.
    """
    return tuple(
        entry
        for entry in phenotypes_in(table.columns)
        if f"predicted_{entry.key}" in table
        and (table[entry.key] + table[f"predicted_{entry.key}"]).notna().sum() >= FEWEST
    )


def read_phenotype(table: pd.DataFrame, key: str) -> Readings:
    """Return measurements and predictions of one phenotype.

    Args:
        table: a row a subject: the measured value in the column of the key, the prediction and its
            interval in ``predicted_…``, ``low_…`` and ``high_…``.
        key: of the phenotype, for example ``lvef_pct``.
    """
    columns = table[[key, f"predicted_{key}", f"low_{key}", f"high_{key}"]].astype(np.float64)
    known = columns.dropna()
    return Readings(phenotype(key), known.index, *known.to_numpy().T)


def scores(table: pd.DataFrame, entries: Sequence[Phenotype]) -> pd.DataFrame:
    """Return a row a phenotype, by key: ``n``, ``r2``, ``mae``, ``pearson``, ``coverage``.

    Args:
        table: as in `read_phenotype`.
        entries: phenotypes that are `readable`.
    """
    rows = {}
    for entry in entries:
        readings = read_phenotype(table, entry.key)
        rows[entry.key] = {
            "n": len(readings.truth),
            "r2": r2(readings.truth, readings.predicted),
            "mae": mae(readings.truth, readings.predicted),
            "pearson": pearson(readings.truth, readings.predicted),
            "coverage": interval_coverage(readings.truth, readings.low, readings.high),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def cases(readings: Readings) -> pd.DataFrame:
    """Return each subject's measurement and prediction.

    Args:
        readings: of one phenotype.

    Returns:
        By subject: ``measured``, ``predicted``, ``low``, ``high``, ``error`` and ``inside``, 1
        where the interval holds the measurement.
    """
    return pd.DataFrame(
        {
            "measured": readings.truth,
            "predicted": readings.predicted,
            "low": readings.low,
            "high": readings.high,
            "error": readings.error,
            "inside": readings.inside,
        },
        index=readings.subject_ids,
    )


def worst_cases(readings: Readings, count: int = 10) -> pd.DataFrame:
    """Return the `cases` with the largest errors, the worst first.

    Args:
        readings: of one phenotype.
        count: rows at most.
    """
    table = cases(readings)
    return table.loc[table["error"].abs().nlargest(count).index]
