"""Groups of held-out subjects that a figure is given for separately: by sex and by age."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool

from ptacl.metrics.age_bands import AGE_BANDS, age_band_title
from ptacl.regression.features import Rows
from ptacl.store import Store
from ptacl.types import SEXES

SMALLEST = 20
"""A smaller group's figures say little but who is in it."""


def groups(store: Store, rows: Rows) -> Mapping[str, Bool[np.ndarray, " rows"]]:
    """Which of the rows each group holds: `female`, `male`, `55–64 years` …; none below 20."""
    chosen = store.table.iloc[rows]
    age = chosen["age_years"].to_numpy(dtype=np.float64)
    found: dict[str, Bool[np.ndarray, " rows"]]
    found = {sex: (chosen["sex"] == sex).to_numpy(dtype=bool) for sex in SEXES}
    for low, high in AGE_BANDS:
        found[age_band_title(low, high)] = (age >= low) & (age < high)
    return {name: member for name, member in found.items() if member.sum() >= SMALLEST}
