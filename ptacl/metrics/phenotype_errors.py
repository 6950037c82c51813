"""One phenotype of a cohort as measured by MRI and as read from the ECG.

Tables are a gallery's: a row a subject, ``<key>`` measured, ``predicted_<key>`` with its interval
``low_<key>`` … ``high_<key>``, NaN where unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float

from ptacl.metrics.regression import interval_coverage, mae, pearson, r2
from ptacl.phenotypes import PHENOTYPES, Phenotype, phenotype

FEWEST = 20
"""Subjects that a figure needs; of fewer it says little but who they are."""

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Readings:
    """One phenotype of the subjects of whom it is both measured and read, in its unit."""

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
    """The subjects that took no part in training, and whether there are 20 of them.

    With fewer, or where the table does not tell, it is all subjects and False.
    """
    if "split" in table:
        unseen = table[table["split"] == "test"]
        if len(unseen) >= FEWEST:
            return unseen, True
    return table, False


def readable(table: pd.DataFrame) -> tuple[Phenotype, ...]:
    """The phenotypes that 20 subjects or more have measured and read."""
    return tuple(
        entry
        for entry in PHENOTYPES
        if (table[entry.key] + table[f"predicted_{entry.key}"]).notna().sum() >= FEWEST
    )


def read_phenotype(table: pd.DataFrame, key: str) -> Readings:
    """The readings of one phenotype."""
    columns = table[[key, f"predicted_{key}", f"low_{key}", f"high_{key}"]].astype(np.float64)
    known = columns.dropna()
    return Readings(phenotype(key), known.index, *known.to_numpy().T)


def scores(table: pd.DataFrame, entries: Sequence[Phenotype]) -> pd.DataFrame:
    """A row a phenotype, by key: ``n``, ``r2``, ``mae``, ``pearson``, ``coverage``."""
    rows = {}
    for entry in entries:
        found = read_phenotype(table, entry.key)
        rows[entry.key] = {
            "n": len(found.truth),
            "r2": r2(found.truth, found.predicted),
            "mae": mae(found.truth, found.predicted),
            "pearson": pearson(found.truth, found.predicted),
            "coverage": interval_coverage(found.truth, found.low, found.high),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def cases(readings: Readings) -> pd.DataFrame:
    """Each subject's prediction beside the measurement.

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
    """The `cases` whose prediction lies farthest from the measurement, the worst first."""
    table = cases(readings)
    return table.loc[table["error"].abs().nlargest(count).index]
