"""Deviations of one heart from another in words: 'LVEF 8 points lower', '12 years younger'.

They are ranked in standard deviations of a cohort, which makes millilitres, grams and years
comparable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.types import Inspection
from ptacl.wording import SEX_SINGULAR, as_sex

NUMBERS = ("age_years", *PHENOTYPE_KEYS)
SMALLEST_SD = 0.5
"""Between small and medium for Cohen (1988): less is not worth mentioning."""
MOST = 3


@dataclass(frozen=True, slots=True)
class Deviation:
    """Deviation of a heart from the query in one quantity."""

    key: str
    """A phenotype's key or ``age_years``."""
    amount: float
    """The heart's value less the query's, in the unit of the key."""
    spread: float
    """Standard deviation of the cohort in the same unit."""

    @property
    def in_sd(self) -> float:
        """Size in standard deviations of the cohort."""
        return abs(self.amount) / self.spread

    @property
    def words(self) -> str:
        """The deviation as a phrase.

        >>> Deviation("lvef_pct", -8.2, 5.0).words, Deviation("age_years", -1.0, 8.0).words
        ('LVEF 8 points lower', '1 year younger')
        """
        size = f"{abs(self.amount):.0f}"
        if self.key == "age_years":
            years = "year" if size == "1" else "years"
            return f"{size} {years} {'older' if self.amount > 0 else 'younger'}"
        entry = phenotype(self.key)
        unit = "points" if entry.unit == "%" else entry.unit
        return f"{entry.name} {size} {unit} {'higher' if self.amount > 0 else 'lower'}"


def spreads(table: pd.DataFrame) -> dict[str, float]:
    """Return the standard deviation of age and of each phenotype that varies in a cohort."""
    deviations = {key: float(table[key].std()) for key in NUMBERS if key in table}
    return {key: spread for key, spread in deviations.items() if spread > 0}


def read_values(inspection: Inspection) -> dict[str, object]:
    """Return sex and predicted phenotypes of an inspection, to compare hearts with."""
    return {"sex": inspection.sex} | {each.key: each.value for each in inspection.predictions}


def largest_deviations(
    heart: Mapping[str, object], query: Mapping[str, object], spread: Mapping[str, float]
) -> tuple[Deviation, ...]:
    """Return the quantities in which a heart deviates most from the query, at most three.

    Args:
        heart: its age and phenotypes by key; absent or NaN where unknown.
        query: the same of the one it is compared with.
        spread: from `spreads`; only its keys are compared.

    Returns:
        The largest first, in standard deviations; none below half of one.
    """
    large = [each for each in _deviations(heart, query, spread) if each.in_sd >= SMALLEST_SD]
    return tuple(sorted(large, key=lambda each: -each.in_sd)[:MOST])


def describe_differences(
    heart: Mapping[str, object], query: Mapping[str, object], spread: Mapping[str, float]
) -> Sequence[str]:
    """Return what differs as phrases: another sex first, then the `largest_deviations`.

    Args:
        heart: its sex, age and phenotypes by key.
        query: the same of the one it is compared with.
        spread: from `spreads`.

    Example:
        >>> query = {"sex": "male", "age_years": 62.0, "lvef_pct": 61.0}
        >>> heart = {"sex": "female", "age_years": 50.0, "lvef_pct": 60.0}
        >>> describe_differences(heart, query, {"age_years": 8.0, "lvef_pct": 6.0})
        ['a woman', '12 years younger']
    """
    phrases = [each.words for each in largest_deviations(heart, query, spread)]
    sex, other = as_sex(heart.get("sex")), as_sex(query.get("sex"))
    if sex and other and sex != other:
        phrases.insert(0, SEX_SINGULAR[sex])
    return phrases


def _deviations(
    heart: Mapping[str, object], query: Mapping[str, object], spread: Mapping[str, float]
) -> Iterator[Deviation]:
    for key, sd in spread.items():
        amount = float(heart.get(key, np.nan)) - float(query.get(key, np.nan))  # type: ignore[arg-type]
        if np.isfinite(amount):
            yield Deviation(key, amount, sd)
