"""Rules that define a group in one line, for links: by a column, or by nearest neighbours."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from jaxtyping import Float32

from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.stats.matching import Rows
from ptacl.types import SEXES

Kind = Literal["is", "below", "from", "top", "bottom", "some", "none", "near"]
Vectors = Float32[np.ndarray, "_ embedding"]

FIFTH = 0.2
LOW_LVEF_PCT = 50
"""Where a reduced ejection fraction begins for many (Petersen et al. 2017 give 48–69 % in men)."""
FEWEST_VALUES = 7
"""A column of numbers with fewer values is a category and has no fifths."""
_NO_MEASUREMENT = ("valid_samples", "repeated_frames")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that selects subjects."""

    column: str
    """Column of the table; for ``near`` the modality, ``ecg`` or ``cmr``."""
    kind: Kind
    value: str = ""
    """The column's value, or its upper or lower limit; for ``near`` the subject of the query."""
    count: int = 0
    """Of ``near``, how many."""

    @property
    def key(self) -> str:
        """The rule as a URL parameter.

        Example:
            >>> Rule("lvef_pct", "below", "50").key
            'lvef_pct:below:50'
        """
        parts = (self.column, self.kind, self.value, str(self.count) if self.count else "")
        return ":".join(part for part in parts if part)


def rule_of(key: str) -> Rule | None:
    """Return the rule of a `Rule.key`; None for other text.

    Example:
        >>> rule_of("cmr:near:S1-00008:50")
        Rule(column='cmr', kind='near', value='S1-00008', count=50)
    """
    column, _, rest = key.partition(":")
    kind, _, value = rest.partition(":")
    if kind not in get_args(Kind):
        return None
    if kind != "near":
        return Rule(column, kind, value)  # type: ignore[arg-type]
    subject, _, count = value.rpartition(":")
    if column not in ("ecg", "cmr") or not count.isdigit() or int(count) < 1:
        return None
    return Rule(column, "near", subject, int(count))


def ready_made(table: pd.DataFrame) -> tuple[Rule, ...]:
    """Return the rules that a gallery offers: sex, LVEF, simulated disease, fifths of numbers."""
    rules = [Rule("sex", "is", sex) for sex in SEXES if (table["sex"] == sex).any()]
    if "lvef_pct" in table and table["lvef_pct"].lt(LOW_LVEF_PCT).any():
        rules += [Rule("lvef_pct", kind, str(LOW_LVEF_PCT)) for kind in ("below", "from")]
    numbers = [c for c in _numbers(table) if table[c].nunique() > 1]
    for column in numbers:
        if column.startswith("truth_") and _absent_in_most(table[column]):
            rules += [Rule(column, "some"), Rule(column, "none")]
    for column in numbers:
        if table[column].nunique() >= FEWEST_VALUES:
            rules += [Rule(column, "top"), Rule(column, "bottom")]
    return tuple(rules)


def members(rule: Rule, table: pd.DataFrame, vectors: dict[str, Vectors]) -> Rows:
    """Return the rows of the subjects that a rule selects; unknown values are never selected.

    Args:
        rule: the rule.
        table: a gallery's table, indexed by subject id.
        vectors: unit embeddings ``ecg`` and ``cmr``, rows as in `table`.

    Raises:
        PtaclError: the gallery holds no such column, subject or number.
    """
    if rule.kind == "near":
        return _nearest(rule, table, vectors[rule.column])
    if rule.column not in table:
        raise PtaclError(
            f"This gallery has no column {rule.column!r}. Choose another group.",
            code="group.no_such_column",
        )
    column = table[rule.column]
    if rule.kind == "is":
        return np.flatnonzero(column == rule.value)
    values = column.to_numpy(dtype=np.float64)
    return np.flatnonzero(_passes(rule, values))


def _passes(rule: Rule, values: np.ndarray) -> np.ndarray:
    if rule.kind in ("top", "bottom"):
        low, high = np.nanquantile(values, (FIFTH, 1 - FIFTH))
        return values >= high if rule.kind == "top" else values <= low
    if rule.kind in ("some", "none"):
        return values > 0 if rule.kind == "some" else values == 0
    try:
        limit = float(rule.value)
    except ValueError:
        raise PtaclError(
            f"{rule.value!r} is no number to divide {rule.column} at. Choose another group.",
            code="group.not_a_number",
        ) from None
    return values < limit if rule.kind == "below" else values >= limit


def _nearest(rule: Rule, table: pd.DataFrame, vectors: Vectors) -> Rows:
    if rule.value not in table.index:
        raise PtaclError(
            f"This gallery holds no subject {rule.value!r}. Choose another group.",
            code="gallery.no_such_subject",
        )
    similarity = vectors @ vectors[table.index.get_loc(rule.value)]
    count = min(rule.count, len(similarity))
    return np.sort(np.argpartition(-similarity, count - 1)[:count])


def _numbers(table: pd.DataFrame) -> list[str]:
    """Columns that measure something, the phenotypes first."""
    numbers = [str(c) for c in table.select_dtypes("number").columns]
    columns = [
        c for c in numbers if not c.startswith(("low_", "high_")) and c not in _NO_MEASUREMENT
    ]
    return [
        *(k for k in PHENOTYPE_KEYS if k in columns),
        *(c for c in columns if c not in PHENOTYPE_KEYS),
    ]


def _absent_in_most(column: pd.Series) -> bool:
    """Check whether a column is a finding, a degree or 1, that most subjects lack (0)."""
    degrees = column.nunique() == 2 or column.nunique() >= FEWEST_VALUES
    return bool(degrees and column.min() == 0 and (column == 0).mean() >= 0.5)
