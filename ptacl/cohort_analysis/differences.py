"""What tells one heart from another, in words: 'LVEF 8 points lower', '12 years younger'.

Differences are ranked in standard deviations of a cohort, so that millilitres, grams and years
can be set side by side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.types import Inspection

NUMBERS = ("age_years", *PHENOTYPE_KEYS)
SMALLEST_SD = 0.5
"""Between small and medium for Cohen (1988): less is not worth a reader's time."""
MOST = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a heart lies from the one it is compared with, in one number."""

    key: str
    """A phenotype's key or ``age_years``."""
    amount: float
    """The heart's value less the other's, in the unit of the key."""
    spread: float
    """Standard deviation of the cohort in the same unit."""

    @property
    def in_sd(self) -> float:
        """The size of the difference in standard deviations of the cohort."""
        return abs(self.amount) / self.spread

    @property
    def words(self) -> str:
        """The difference as a phrase.

        >>> Difference("lvef_pct", -8.2, 5.0).words, Difference("age_years", -1.0, 8.0).words
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
    """Standard deviation of age and of each phenotype in a cohort; none where it never varies."""
    found = {key: float(table[key].std()) for key in NUMBERS if key in table}
    return {key: spread for key, spread in found.items() if spread > 0}


def read_values(inspection: Inspection) -> dict[str, object]:
    """What an inspection says of its heart, to compare others with: sex and phenotypes."""
    return {"sex": inspection.sex} | {each.key: each.value for each in inspection.predictions}


def largest_differences(
    heart: Mapping[str, object], query: Mapping[str, object], spread: Mapping[str, float]
) -> tuple[Difference, ...]:
    """The numbers in which a heart differs most from the query, at most three.

    Args:
        heart: its age and phenotypes by key; absent or NaN where unknown.
        query: the same of the one it is compared with.
        spread: from `spreads`; only its keys are compared.

    Returns:
        The largest first, in standard deviations; none below half of one.
    """
    found = [each for each in _differences(heart, query, spread) if each.in_sd >= SMALLEST_SD]
    return tuple(sorted(found, key=lambda each: -each.in_sd)[:MOST])


def describe_differences(
    heart: Mapping[str, object], query: Mapping[str, object], spread: Mapping[str, float]
) -> Sequence[str]:
    """What differs, as phrases: another sex first, then `largest_differences`.

    Example:
        >>> query = {"sex": "male", "age_years": 62.0, "lvef_pct": 61.0}
        >>> heart = {"sex": "female", "age_years": 50.0, "lvef_pct": 60.0}
        >>> describe_differences(heart, query, {"age_years": 8.0, "lvef_pct": 6.0})
        ['a woman', '12 years younger']
    """
    phrases = [each.words for each in largest_differences(heart, query, spread)]
    sexes = {"female": "a woman", "male": "a man"}
    sex = heart.get("sex")
    if sex in sexes and query.get("sex") in sexes and sex != query["sex"]:
        phrases.insert(0, sexes[str(sex)])
    return phrases


def _differences(
    heart: Mapping[str, object], query: Mapping[str, object], spread: Mapping[str, float]
) -> Iterator[Difference]:
    for key, sd in spread.items():
        amount = float(heart.get(key, np.nan)) - float(query.get(key, np.nan))  # type: ignore[arg-type]
        if np.isfinite(amount):
            yield Difference(key, amount, sd)
