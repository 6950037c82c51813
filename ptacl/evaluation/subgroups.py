"""Subgroups of held-out subjects by sex and by age."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool

from ptacl.metrics.age_bands import AGE_BANDS, age_band_title
from ptacl.regression.features import Rows
from ptacl.store import Store
from ptacl.types import SEXES

SMALLEST = 20
"""Subjects at least: the figures of a smaller group depend on single subjects."""


def groups(store: Store, rows: Rows) -> Mapping[str, Bool[np.ndarray, " rows"]]:
    """Return the members of each subgroup that is large enough.

    Args:
        store: the cohort.
        rows: the held-out subjects.

    Returns:
        name (`female`, `male`, `55–64 years` …) → which of ``rows`` belong to it; only groups of
        `SMALLEST` subjects or more.
    """
    table = store.table.iloc[rows]
    age = table["age_years"].to_numpy(dtype=np.float64)
    members: dict[str, Bool[np.ndarray, " rows"]]
    members = {sex: (table["sex"] == sex).to_numpy(dtype=bool) for sex in SEXES}
    for low, high in AGE_BANDS:
        members[age_band_title(low, high)] = (age >= low) & (age < high)
    return {name: member for name, member in members.items() if member.sum() >= SMALLEST}
